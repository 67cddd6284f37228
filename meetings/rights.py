"""Who may what: the one place that decides, for the admin, for commands and for any API.

A role is a group with permissions, and data: what it holds is changed in the admin. A membership gives somebody a role
for one configuration or for all. Nothing else gives a right: `user.groups` and `user.user_permissions` do not count.
Whoever may read, reads all configurations; everything else ends at those of the membership.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet, TextChoices
from django.utils.translation import gettext as _
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
}

Person = User | AnonymousUser


class NotAllowed(PermissionDenied):
    """Somebody lacks a right; the message tells them which, where, and who has it."""


class By(Protocol):
    """Who acts: `meetings.audit.Actor`. A command has no user: who runs one has a shell, and may everything."""

    @property
    def user(self) -> User | None: ...


@dataclass(frozen=True)
class Held:
    """A membership with what its role holds."""

    configuration: UUID | None
    code: str
    language: str
    permissions: frozenset[str]

    def covers(self, desk: UUID | None) -> bool:
        return None in (self.configuration, desk) or self.configuration == desk

    def gives(self, permission: str, desk: UUID | None, language: str = "") -> bool:
        if permission not in self.permissions:
            return False
        if permission == PERMISSIONS[Right.TRANSLATE] and language and self.language not in ("", language):
            return False
        return is_reading(permission) or self.covers(desk)


def may(user: Person, right: Right, subject: Model | None = None, language: str = "") -> bool:
    """Without a subject: for at least one configuration. The language matters for translating only."""
    return is_superuser(user) or holds(user, permission_for(right, subject), subject, language)


def require(by: By, right: Right, subject: Model | None = None, language: str = "") -> None:
    """Raises NotAllowed."""
    if by.user is not None and not may(by.user, right, subject, language):
        raise NotAllowed(refusal(right, subject, language))


def is_superuser(user: Person) -> bool:
    return bool(user.is_active and user.is_superuser)


def may_everywhere(user: Person, right: Right) -> bool:
    """For all configurations at once, and for those to come."""
    permission = PERMISSIONS[right]
    reaching = (held for held in held_by(user) if held.configuration is None)
    return is_superuser(user) or any(permission in held.permissions for held in reaching)


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
    found: dict[int, tuple[UUID | None, str, str, set[str]]] = {}
    for key, configuration, code, language, app, codename in rows.values_list(
        "pk", "configuration", "configuration__code", "language", *permission
    ):
        found.setdefault(key, (configuration, code or "", language, set()))[-1].add(f"{app}.{codename}")
    return (Held(where, code, language, frozenset(held)) for where, code, language, held in found.values())


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


def who_may(right: Right, subject: Model | None = None, language: str = "") -> QuerySet[User]:
    """Whom to ask; superusers, who may everything, are not among them."""
    app, codename = permission_for(right, subject).split(".")
    held = Membership.objects.filter(
        role__permissions__codename=codename, role__permissions__content_type__app_label=app
    )
    if (desk := desk_of(subject)) and right is not Right.VIEW:
        held = held.filter(Q(configuration=None) | Q(configuration=desk))
    if right is Right.TRANSLATE and language:
        held = held.filter(language__in=("", language))
    return User.objects.filter(is_active=True, is_staff=True, pk__in=held.values("user")).order_by("username")


def givable_roles(giver: Person) -> QuerySet[Group]:
    """A role that administers is given by superusers only: else one administrator would make the next."""
    if is_superuser(giver):
        return Group.objects.all()
    app, codename = PERMISSIONS[Right.ADMINISTER].split(".")
    administering = Group.objects.filter(permissions__codename=codename, permissions__content_type__app_label=app)
    return Group.objects.exclude(pk__in=administering.values("pk"))


def may_change_account(giver: Person, account: User | None) -> bool:
    """One's own, and those with no role that one could not give: whoever sets a password can sign in with it."""
    if is_superuser(giver) or account is None or account.pk in (None, giver.pk):
        return True
    if account.is_superuser:
        return False
    beyond = account.memberships.exclude(role__in=givable_roles(giver))
    if not may_everywhere(giver, Right.ADMINISTER):
        own = configurations_of(giver, Right.ADMINISTER)
        beyond |= account.memberships.exclude(configuration__in=own)  # none of them is for all
    return not beyond.exists()


def refusal(right: Right, subject: Model | None = None, language: str = "") -> str:
    """What was not allowed, and whom to ask."""
    if subject is None:
        told = _("You may not %(act)s.") % {"act": right.label}
    else:
        told = _("You may not %(act)s: “%(subject)s”.") % {"act": right.label, "subject": subject}
    names = names_of(who_may(right, subject, language))
    return f"{told} " + (
        _("Who may: %s.") % names if names else _("Nobody has that right there: ask an administrator.")
    )


MOST_NAMES = 6


def names_of(people: QuerySet[User]) -> str:
    """Empty for nobody."""
    names = [user.get_full_name() or user.get_username() for user in people[: MOST_NAMES + 1]]
    return ", ".join([*names[:MOST_NAMES], *(["…"] if len(names) > MOST_NAMES else [])])


class MembershipBackend(ModelBackend):
    """Signs in by password, and answers Django's questions from the same memberships."""

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return self.get_all_permissions(user_obj, obj)

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        desk = desk_of(obj)
        return {
            permission
            for held in held_by(user_obj)
            for permission in held.permissions
            if held.covers(desk) or is_reading(permission)
        }

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return holds(user_obj, perm, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return any(permission.startswith(f"{app_label}.") for permission in self.get_all_permissions(user_obj))

    def with_perm(self, *args: Any, **options: Any) -> Any:
        raise NotImplementedError("Ask meetings.rights.who_may.")
