"""Refuse an action, and say whom to ask."""

from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.access.audit import Actor
from meetings.access.decisions import LANGUAGE_PERMISSIONS, Right, get_desk, get_permission, has_right
from meetings.documents.choices import Language
from meetings.i18n.languages import get_language_name
from meetings.models import Membership, User

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


def format_whom_to_ask(right: Right, subject: Model | None = None, language: str = "") -> str:
    names = format_user_names(find_users_with_right(right, subject, language))
    return (
        _("Ask one of these people: %s.") % names if names else _("Nobody has this permission. Ask an administrator.")
    )


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
