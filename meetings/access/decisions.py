"""The rights, the permissions behind them, what follows from memberships, and refusals that say whom to ask."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.access.audit import Actor
from meetings.database.prepared_query import fetch_objects, fetch_rows
from meetings.documents.choices import Language
from meetings.i18n.languages import get_language_name
from meetings.models import Configuration, Meeting, Membership, User


class Right(TextChoices):
    """The rights. Labels complete the sentence “You do not have permission to …”."""

    VIEW = "view", gettext_lazy("read")
    CHANGE = "change", gettext_lazy("edit")
    SUBMIT = "submit", gettext_lazy("submit for approval")
    APPROVE = "approve", gettext_lazy("approve")
    PUBLISH = "publish", gettext_lazy("publish")
    FORCE = "force", gettext_lazy("publish without approval")
    DUTY = "duty", gettext_lazy("make same-day changes")
    WITHDRAW = "withdraw", gettext_lazy("withdraw")
    SUPPRESS = "suppress", gettext_lazy("remove past editions from the site")
    SHARE = "share", gettext_lazy("share preview links")
    TRAVEL = "travel", gettext_lazy("view the site at another time")
    AUDIT = "audit", gettext_lazy("read the audit log")
    ADMINISTER = "administer", gettext_lazy("assign roles")
    TRANSLATE = "translate", gettext_lazy("translate")
    REVISE = "revise", gettext_lazy("approve translations")


PERMISSIONS = {right: f"meetings.{right}_note" for right in Right} | {
    Right.VIEW: "meetings.view_meeting",
    Right.CHANGE: "meetings.change_meeting",
    Right.TRAVEL: "meetings.travel_site",
    Right.AUDIT: "meetings.read_audit",
    Right.ADMINISTER: "meetings.change_membership",
}
"""The permission behind each right, such as `meetings.submit_note`."""

LANGUAGE_PERMISSIONS = frozenset({PERMISSIONS[Right.TRANSLATE], PERMISSIONS[Right.REVISE]})
"""Permissions that a membership can limit to one language."""

MAX_NAMES = 6

ACTIONS_ON_SUBJECT = {
    Right.SUBMIT: gettext_lazy("submit “%(subject)s” for approval"),
    Right.FORCE: gettext_lazy("publish “%(subject)s” without approval"),
    Right.DUTY: gettext_lazy("make same-day changes to “%(subject)s”"),
    Right.SUPPRESS: gettext_lazy("remove past versions of “%(subject)s” from the site"),
    Right.SHARE: gettext_lazy("share preview links to “%(subject)s”"),
    Right.REVISE: gettext_lazy("approve translations of “%(subject)s”"),
}
"""The phrases for rights whose label cannot simply be followed by a subject."""

AnyUser = User | AnonymousUser


@dataclass(frozen=True)
class Grant:
    """A membership with the permissions of its role. `configuration` is None for all, `language` is empty for all."""

    configuration: UUID | None
    language: str
    permissions: frozenset[str]

    def covers(self, desk: UUID | None) -> bool:
        """Return whether the grant is for this desk, or for all, or `desk` is None."""
        return None in (self.configuration, desk) or self.configuration == desk

    def permits(self, permission: str, desk: UUID | None, language: str = "") -> bool:
        if permission not in self.permissions:
            return False
        if permission in LANGUAGE_PERMISSIONS and language and self.language not in ("", language):
            return False
        return is_view_permission(permission) or self.covers(desk)


def has_right(user: AnyUser, right: Right, subject: Model | None = None, language: str = "") -> bool:
    """Return whether the user has the right for a subject, or without one, for at least one configuration.

    `language` limits the rights to translate and to revise only.
    """
    return is_superuser(user) or has_permission(user, get_permission(right, subject), subject, language)


def is_superuser(user: AnyUser) -> bool:
    return bool(can_sign_in(user) and user.is_superuser)


def can_sign_in(user: AnyUser) -> bool:
    """Return whether the account is active, and “May sign in” is ticked. Any other has no rights and no sessions."""
    return user.is_active and user.is_staff


def has_right_everywhere(user: AnyUser, right: Right) -> bool:
    """Return whether the user has the right for all configurations, including future ones."""
    if is_superuser(user):
        return True
    unlimited = (grant for grant in get_grants(user) if grant.configuration is None)
    return any(PERMISSIONS[right] in grant.permissions for grant in unlimited)


def has_permission(user: AnyUser, permission: str, subject: Model | None = None, language: str = "") -> bool:
    desk = get_desk(subject)
    return any(grant.permits(permission, desk, language) for grant in get_grants(user))


def get_grants(user: AnyUser) -> tuple[Grant, ...]:
    """Return the user's grants, read in one query and cached on the user object.

    So changes apply from the next request on.
    """
    if isinstance(user, AnonymousUser) or not can_sign_in(user):
        return ()
    if user.cached_grants is None:
        user.cached_grants = tuple(load_grants(user))
    grants: tuple[Grant, ...] = user.cached_grants
    return grants


def has_right_by_role(user: AnyUser, right: Right, subject: Model | None = None, language: str = "") -> bool:
    """Return whether a membership gives the user the right. Superusers have it without one, as a last resort."""
    return has_permission(user, get_permission(right, subject), subject, language)


def load_grants(user: AnyUser) -> Iterable[Grant]:
    found: dict[int, tuple[UUID | None, str, set[str]]] = {}
    for key, configuration, language, app, codename in fetch_rows(select_permissions, user.pk):
        found.setdefault(key, (configuration, language, set()))[-1].add(f"{app}.{codename}")
    return (Grant(configuration, language, frozenset(names)) for configuration, language, names in found.values())


def select_permissions(user: int) -> QuerySet[Membership, Any]:
    permission = "role__permissions__content_type__app_label", "role__permissions__codename"
    rows = Membership.objects.filter(user=user).order_by("pk")  # the permissions become a set
    return rows.values_list("pk", "configuration", "language", *permission)


def get_permission(right: Right, subject: Model | None) -> str:
    """Return the permission behind a right.

    Reading and editing have a permission for each model, as Django's admin expects.
    """
    if right in (Right.VIEW, Right.CHANGE) and subject is not None and not isinstance(subject, Configuration):
        return f"{subject._meta.app_label}.{right}_{subject._meta.model_name}"
    return PERMISSIONS[right]


def is_view_permission(permission: str) -> bool:
    return permission.partition(".")[2].startswith("view_")


def get_desk(subject: Any) -> UUID | None:
    """Return the id of the configuration whose desk works on the subject; None if all desks do.

    A topic without a desk belongs to all. The parts of a meeting belong to the meeting's desk. Raise TypeError for
    objects without a desk; pass the meeting instead.
    """
    match subject:
        case None:
            return None
        case Configuration():
            return subject.pk
        case Meeting():
            return subject.configuration_id
    if getattr(subject, "meeting_id", None):
        return get_desk(subject.meeting)
    if not hasattr(subject, "desk_id"):
        raise TypeError(f"{subject!r} belongs to no configuration")
    desk: UUID | None = subject.desk_id
    return desk


def get_configurations_with_right(user: AnyUser, right: Right) -> QuerySet[Configuration]:
    grants = [grant for grant in get_grants(user) if PERMISSIONS[right] in grant.permissions]
    if is_superuser(user) or any(grant.configuration is None for grant in grants):
        return Configuration.objects.all()
    return Configuration.objects.filter(pk__in=[grant.configuration for grant in grants])


def get_assignable_roles(user: AnyUser | None = None) -> QuerySet[Group]:
    """Return the roles that the user may assign; without one, those that any administrator may.

    Only superusers assign roles with the right to administer: otherwise an administrator could create another one.
    """
    if user and is_superuser(user):
        return Group.objects.all()
    app, codename = PERMISSIONS[Right.ADMINISTER].split(".")
    administering = Group.objects.filter(permissions__codename=codename, permissions__content_type__app_label=app)
    return Group.objects.exclude(pk__in=administering.values("pk"))


def can_change_account(user: AnyUser, account: User | None) -> bool:
    """Return whether the user may change an account: their own, or one that has only roles that they may assign.

    Setting the password of an account allows signing in with it.
    """
    if is_superuser(user) or account is None or account.pk in (None, user.pk):
        return True
    if account.is_superuser:
        return False
    beyond = account.memberships.exclude(role__in=get_assignable_roles(user))
    if not has_right_everywhere(user, Right.ADMINISTER):
        own = get_configurations_with_right(user, Right.ADMINISTER)
        beyond |= account.memberships.exclude(configuration__in=own)  # also memberships for all configurations
    return not beyond.exists()


class MembershipBackend(ModelBackend):
    """Authenticate by password, and derive Django's permissions from memberships."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Return whether the user may sign in, or go on with a session."""
        return can_sign_in(user)

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return self.get_all_permissions(user_obj, obj)

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        desk = get_desk(obj)
        return {
            permission
            for grant in get_grants(user_obj)
            for permission in grant.permissions
            if grant.permits(permission, desk)
        }

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return has_permission(user_obj, perm, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return any(permission.startswith(f"{app_label}.") for permission in self.get_all_permissions(user_obj))

    def with_perm(self, *args: Any, **options: Any) -> Any:
        raise NotImplementedError("Call meetings.access.find_users_with_right instead.")


def list_own_languages(user: User | AnonymousUser) -> list[Language]:
    """Return the languages that the memberships of a user name for translation, in the order of languages.

    The list is empty for users who translate into all languages, or into none.
    """
    codes = {grant.language for grant in get_grants(user) if PERMISSIONS[Right.TRANSLATE] in grant.permissions}
    return [] if "" in codes else [language for language in Language if language in codes]


def is_translator(user: User | AnonymousUser) -> bool:
    """Return whether a membership makes the user a translator. Superusers may translate, but it is not their work."""
    return any(PERMISSIONS[Right.TRANSLATE] in grant.permissions for grant in get_grants(user))


class NotAllowed(PermissionDenied):
    """The user lacks a right. The message says which one, for what, and who has it."""


def require_right(actor: Actor, right: Right, subject: Model | None = None, language: str = "") -> None:
    """Raise NotAllowed if the actor lacks the right.

    A command has no user and is always allowed: whoever runs it has access to the server.
    """
    if actor.user is not None and not has_right(actor.user, right, subject, language):
        raise NotAllowed(format_refusal(right, subject, language))


def format_refusal(right: Right, subject: Model | None = None, language: str = "") -> str:
    """Return a message that says which right is missing, and whom to ask."""
    action = str(right.label)
    if subject is not None:
        action = str(ACTIONS_ON_SUBJECT.get(right, f"{action} “%(subject)s”")) % {"subject": subject}
    if subject is not None and language in Language and get_permission(right, subject) in LANGUAGE_PERMISSIONS:
        message = _("You do not have permission to %(action)s into %(language)s.")
    else:
        message = _("You do not have permission to %(action)s.")
    message %= {"action": action, "language": get_language_name(language)}
    return f"{message} {format_whom_to_ask(right, subject, language)}"


def format_whom_to_ask(
    right: Right, subject: Model | None = None, language: str = "", *, without: Collection[int] = ()
) -> str:
    """Say who has the right, apart from the users with the keys in `without`."""
    names = format_user_names(find_people_to_ask(right, subject, language, without=without))
    if not names:
        return _("Nobody has this permission. Contact %s.") % describe_administrators()
    return _("Ask one of these people: %s.") % names


def find_people_to_ask(
    right: Right, subject: Model | None = None, language: str = "", *, without: Collection[int] = ()
) -> list[User]:
    """Return the users who have the right by a role or, if there are none, the superusers. Two queries at most.

    `is_last_resort` tells the superusers that are returned because nobody has a role.
    """
    with_role = [user for user in find_users_with_right(right, subject, language) if user.pk not in without]
    return with_role or find_last_resort(without)


def find_last_resort(without: Collection[int] = ()) -> list[User]:
    """Return the superusers, whom people ask if nobody has a role. `is_last_resort` says so."""
    asked = [user for user in fetch_objects(find_superusers) if user.pk not in without]
    for user in asked:
        user.is_last_resort = True
    return asked


def describe_administrators() -> str:
    """Return “an administrator”, with the names of those whom one can contact."""
    names = format_user_names(find_people_to_ask(Right.ADMINISTER))
    return _("an administrator (%s)") % names if names else _("an administrator")


def find_users_with_right(right: Right, subject: Model | None = None, language: str = "") -> list[User]:
    """Return the users who have the right by a role, by name, in one query."""
    permission, desk = get_permission(right, subject), get_desk(subject)
    return [
        *dict.fromkeys(user for user, grant in load_grants_of(permission) if grant.permits(permission, desk, language))
    ]


def load_holders(right: Right) -> list[tuple[int, Grant]]:
    """Return the keys of the users who have the right by a role, each with the grant, in one query.

    It answers for any number of subjects what `find_users_with_right` answers for one.
    """
    return [(user.pk, grant) for user, grant in load_grants_of(PERMISSIONS[right])]


def load_grants_of(permission: str) -> list[tuple[User, Grant]]:
    """Return the users with a role that has a permission, such as `meetings.view_meeting`, each with the grant."""
    rows = fetch_objects(select_memberships, *permission.split("."))
    return [(row.user, Grant(row.configuration_id, row.language, frozenset({permission}))) for row in rows]


def select_memberships(app: str, codename: str) -> QuerySet[Membership]:
    roles = {"role__permissions__codename": codename, "role__permissions__content_type__app_label": app}
    rows = Membership.objects.filter(**roles, user__is_active=True, user__is_staff=True)
    return rows.select_related("user").order_by("user__username", "pk")


def find_superusers() -> QuerySet[User]:
    """Return the superusers who can sign in to the admin. They have all rights without a role."""
    return User.objects.filter(is_superuser=True, is_active=True, is_staff=True).order_by("username")


def format_user_names(people: Sequence[User]) -> str:
    """Return at most MAX_NAMES names, separated by commas; an empty text if there are no users."""
    names = [user.get_full_name() or user.get_username() for user in people[: MAX_NAMES + 1]]
    return ", ".join([*names[:MAX_NAMES], *(["…"] if len(names) > MAX_NAMES else [])])
