"""Who may what: the groups that a new site starts with, each with its permissions as `app.codename`."""

from collections.abc import Iterator, Mapping

NOTE = {
    "meetings": ("meeting", "session", "chair", "contact", "footnote", "alert", "programmepoint"),
    "agenda": ("agendaitem", "result", "medialink", "backgroundtopic"),
}
EVERYTHING = ("view", "add", "change", "delete")


def may(*actions: str, to: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    return (f"{app}.{action}_{model}" for app, models in to.items() for model in models for action in actions)


EDITING = (*may(*EVERYTHING, to=NOTE), *may("view", to={"meetings": ("configuration", "presidency")}))
ADMINISTRATION = (
    *may(*EVERYTHING, to={"meetings": ("user", "configuration", "presidency"), "auth": ("group",)}),
    *may("view", to=NOTE),
)
GROUPS: Mapping[str, tuple[str, ...]] = {
    "Editors": EDITING,
    "Publishers": (*EDITING, "meetings.publish_meeting", "agenda.publish_backgroundtopic"),
    "Translators": (*may("view", to=NOTE), *may("view", to={"meetings": ("configuration", "presidency")})),
    "Administrators": ADMINISTRATION,
}
