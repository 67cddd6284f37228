"""The roles of a new site, each with its permissions as `app.codename`. Once loaded, they are data."""

from collections.abc import Iterator, Mapping

NOTE_MODELS = {
    "meetings": ("meeting", "session", "chair", "contact", "footnote", "alert", "programmepoint"),
    "agenda": ("agendaitem", "result", "medialink", "backgroundtopic"),
}
ALL_ACTIONS = ("view", "add", "change", "delete")


def list_permissions(*actions: str, to: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    return (f"{app}.{action}_{model}" for app, models in to.items() for model in models for action in actions)


READ_PERMISSIONS = (
    *list_permissions("view", to=NOTE_MODELS),
    *list_permissions("view", to={"meetings": ("configuration", "presidency")}),
)
EDIT_PERMISSIONS = (*READ_PERMISSIONS, *list_permissions("add", "change", "delete", to=NOTE_MODELS))
ACCOUNT_MODELS = {"meetings": ("user", "configuration", "presidency"), "auth": ("group",)}

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Authors": (*EDIT_PERMISSIONS, "meetings.submit_note"),
    "Publishers": (
        *EDIT_PERMISSIONS,
        *(f"meetings.{act}_note" for act in ("submit", "approve", "publish", "withdraw")),
        *("meetings.suppress_note", "meetings.share_note", "meetings.travel_site"),
    ),
    "Duty": (*READ_PERMISSIONS, "meetings.duty_note"),
    "Translators": (*READ_PERMISSIONS, "meetings.translate_note"),
    "Revisers": (*READ_PERMISSIONS, "meetings.translate_note", "meetings.revise_note"),
    "Administrators": (
        *list_permissions("view", to=NOTE_MODELS),
        *list_permissions(*ALL_ACTIONS, to={**ACCOUNT_MODELS, "meetings": (*ACCOUNT_MODELS["meetings"], "membership")}),
        "meetings.read_audit",
    ),
}
