"""The rights, the permissions that they are held by, and the decision."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet, TextChoices
from django.utils.translation import gettext_lazy

from meetings.models import Configuration, Meeting, Membership, User


class Right(TextChoices):
    """The labels go on: “You may not …”."""

    VIEW = "view", gettext_lazy("read")
    CHANGE = "change", gettext_lazy("edit")
    SUBMIT = "submit", gettext_lazy("submit for approval")
    APPROVE = "approve", gettext_lazy("approve")
    PUBLISH = "publish", gettext_lazy("publish")
    FORCE = "force", gettext_lazy("publish without approval")
    DUTY = "duty", gettext_lazy("change facts on the day")
    WITHDRAW = "withdraw", gettext_lazy("withdraw")
    SUPPRESS = "suppress", gettext_lazy("suppress past editions")
    SHARE = "share", gettext_lazy("give out preview links")
    TRAVEL = "travel", gettext_lazy("see the site at another time")
    AUDIT = "audit", gettext_lazy("read the audit log")
    ADMINISTER = "administer", gettext_lazy("give out roles")
    TRANSLATE = "translate", gettext_lazy("translate")
    REVISE = "revise", gettext_lazy("approve translations")


PERMISSIONS = {
    Right.VIEW: "meetings.view_meeting",
    Right.CHANGE: "meetings.change_meeting",
    Right.SUBMIT: "meetings.submit_note",
    Right.APPROVE: "meetings.approve_note",
    Right.PUBLISH: "meetings.publish_note",
    Right.FORCE: "meetings.force_note",
    Right.DUTY: "meetings.duty_note",
    Right.WITHDRAW: "meetings.withdraw_note",
    Right.SUPPRESS: "meetings.suppress_note",
    Right.SHARE: "meetings.share_note",
    Right.TRAVEL: "meetings.travel_site",
    Right.AUDIT: "meetings.read_audit",
    Right.ADMINISTER: "meetings.change_membership",
    Right.TRANSLATE: "meetings.translate_note",
    Right.REVISE: "meetings.revise_note",
}

OF_A_LANGUAGE = frozenset({PERMISSIONS[Right.TRANSLATE], PERMISSIONS[Right.REVISE]})
"""A membership may give these for one language only."""

Person = User | AnonymousUser


@dataclass(frozen=True)
class Held:
    """A membership with what its role holds."""

    configuration: UUID | None
    language: str
    permissions: frozenset[str]

    def covers(self, desk: UUID | None) -> bool:
        return None in (self.configuration, desk) or self.configuration == desk

    def gives(self, permission: str, desk: UUID | None, language: str = "") -> bool:
        if permission not in self.permissions:
            return False
        if permission in OF_A_LANGUAGE and language and self.language not in ("", language):
            return False
        return is_reading(permission) or self.covers(desk)


def may(user: Person, right: Right, subject: Model | None = None, language: str = "") -> bool:
    """Without a subject: for at least one configuration. The language matters to translators and revisers only."""
    return is_superuser(user) or holds(user, permission_for(right, subject), subject, language)


def is_superuser(user: Person) -> bool:
    return bool(user.is_active and user.is_superuser)


def may_everywhere(user: Person, right: Right) -> bool:
    """For all configurations at once, and for those to come."""
    if is_superuser(user):
        return True
    reaching = (held for held in held_by(user) if held.configuration is None)
    return any(PERMISSIONS[right] in held.permissions for held in reaching)


def holds(user: Person, permission: str, subject: Model | None = None, language: str = "") -> bool:
    desk = desk_of(subject)
    return any(held.gives(permission, desk, language) for held in held_by(user))


def held_by(user: Person) -> tuple[Held, ...]:
    """In one query, kept on the user's object: what is changed meanwhile counts from the next request on."""
    if isinstance(user, AnonymousUser) or not (user.is_active and user.is_staff):
        return ()
    if user.held is None:
        user.held = tuple(read_memberships(user))
    held: tuple[Held, ...] = user.held
    return held


def read_memberships(user: Person) -> Iterable[Held]:
    permission = "role__permissions__content_type__app_label", "role__permissions__codename"
    rows = Membership.objects.filter(user=user.pk).order_by("pk")  # none orders the permissions: they become a set
    found: dict[int, tuple[UUID | None, str, set[str]]] = {}
    for key, place, language, app, codename in rows.values_list("pk", "configuration", "language", *permission):
        found.setdefault(key, (place, language, set()))[-1].add(f"{app}.{codename}")
    return (Held(place, language, frozenset(held)) for place, language, held in found.values())


def permission_for(right: Right, subject: Model | None) -> str:
    """Reading and editing have a permission for each kind of row, as Django's admin asks for them."""
    if right in (Right.VIEW, Right.CHANGE) and subject is not None and not isinstance(subject, Configuration):
        return f"{subject._meta.app_label}.{right}_{subject._meta.model_name}"
    return PERMISSIONS[right]


def is_reading(permission: str) -> bool:
    return permission.partition(".")[2].startswith("view_")


def desk_of(subject: Any) -> UUID | None:
    """The configuration whose people keep the subject; none where every one's do, as those of a topic without a desk.

    A meeting's own counts also for what is part of it. Raises TypeError where nothing says it: ask about the meeting.
    """
    match subject:
        case None:
            return None
        case Configuration():
            return subject.pk
        case Meeting():
            return subject.configuration_id
    if getattr(subject, "meeting_id", None):
        return desk_of(subject.meeting)
    if not hasattr(subject, "desk_id"):
        raise TypeError(f"{subject!r} belongs to no configuration")
    desk: UUID | None = subject.desk_id
    return desk


def configurations_of(user: Person, right: Right) -> QuerySet[Configuration]:
    """For which configurations somebody has the right."""
    held = [one for one in held_by(user) if PERMISSIONS[right] in one.permissions]
    if is_superuser(user) or any(one.configuration is None for one in held):
        return Configuration.objects.all()
    return Configuration.objects.filter(pk__in=[one.configuration for one in held])
