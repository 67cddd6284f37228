"""Refuse an action, and say whom to ask."""

from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from meetings.audit import Actor
from meetings.models import Membership, User
from meetings.rights.deciding import LANGUAGE_PERMISSIONS, Right, get_desk, get_permission, has_right
from meetings.vocabulary import Language

MAX_NAMES = 6


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
    values = {"action": right.label, "subject": subject}
    if subject is None:
        message = _("You do not have permission to %(action)s.") % values
    elif language in Language and get_permission(right, subject) in LANGUAGE_PERMISSIONS:
        message = _("You do not have permission to %(action)s into %(language)s: “%(subject)s”.")
        message %= values | {"language": Language(language).label}
    else:
        message = _("You do not have permission to %(action)s: “%(subject)s”.") % values
    names = format_user_names(find_users_with_right(right, subject, language))
    hint = _("You can ask: %s.") % names if names else _("Nobody has this permission. Ask an administrator.")
    return f"{message} {hint}"


def find_users_with_right(right: Right, subject: Model | None = None, language: str = "") -> QuerySet[User]:
    """Return the users who have the right, without superusers, who have all rights."""
    app, codename = get_permission(right, subject).split(".")
    memberships = Membership.objects.filter(
        role__permissions__codename=codename, role__permissions__content_type__app_label=app
    )
    if (desk := get_desk(subject)) and right is not Right.VIEW:
        memberships = memberships.filter(Q(configuration=None) | Q(configuration=desk))
    if get_permission(right, subject) in LANGUAGE_PERMISSIONS and language:
        memberships = memberships.filter(language__in=("", language))
    return User.objects.filter(is_active=True, is_staff=True, pk__in=memberships.values("user")).order_by("username")


def format_user_names(people: QuerySet[User]) -> str:
    """Return at most MAX_NAMES names, separated by commas; an empty text if there are no users."""
    names = [user.get_full_name() or user.get_username() for user in people[: MAX_NAMES + 1]]
    return ", ".join([*names[:MAX_NAMES], *(["…"] if len(names) > MAX_NAMES else [])])
