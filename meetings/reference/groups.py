"""The roles that a new site starts with, each with its permissions as `app.codename`. After that they are data."""

from collections.abc import Iterator, Mapping

NOTE = {
    "meetings": ("meeting", "session", "chair", "contact", "footnote", "alert", "programmepoint"),
    "agenda": ("agendaitem", "result", "medialink", "backgroundtopic"),
}
EVERYTHING = ("view", "add", "change", "delete")


def may(*actions: str, to: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    return (f"{app}.{action}_{model}" for app, models in to.items() for model in models for action in actions)


READING = (*may("view", to=NOTE), *may("view", to={"meetings": ("configuration", "presidency")}))
EDITING = (*READING, *may("add", "change", "delete", to=NOTE))
ACCOUNTS = {"meetings": ("user", "configuration", "presidency"), "auth": ("group",)}

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Authors": (*EDITING, "meetings.submit_note"),
    "Publishers": (
        *EDITING,
        *(f"meetings.{act}_note" for act in ("submit", "approve", "publish", "withdraw")),
        *("meetings.force_note", "meetings.suppress_note", "meetings.share_note", "meetings.travel_site"),
    ),
    "Duty": (*READING, "meetings.duty_note"),
    "Translators": (*READING, "meetings.translate_note"),
    "Revisers": (*READING, "meetings.translate_note", "meetings.revise_note"),
    "Administrators": (
        *may("view", to=NOTE),
        *may(*EVERYTHING, to={**ACCOUNTS, "meetings": (*ACCOUNTS["meetings"], "membership")}),
        "meetings.read_audit",
    ),
}

RENAMED = {"Editors": "Authors"}
BEFORE: Mapping[str, frozenset[str]] = {
    "Authors": frozenset(EDITING),
    "Publishers": frozenset((*EDITING, *(f"meetings.{act}_note" for act in ("approve", "publish", "withdraw")))),
    "Translators": frozenset(READING),
    "Administrators": frozenset((*may("view", to=NOTE), *may(*EVERYTHING, to=ACCOUNTS))),
}
"""What a site from before there were memberships has, once it is migrated, in a role that nobody has changed."""
