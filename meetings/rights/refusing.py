"""Saying no, and whom to ask."""

from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from meetings.audit import Actor
from meetings.models import Membership, User
from meetings.rights.deciding import OF_A_LANGUAGE, Right, desk_of, may, permission_for
from meetings.vocabulary import Language

MOST_NAMES = 6


class NotAllowed(PermissionDenied):
    """Somebody lacks a right; the message tells them which, where, and who has it."""


def require(by: Actor, right: Right, subject: Model | None = None, language: str = "") -> None:
    """Raises NotAllowed. A command has no user: whoever runs one has a shell, and may everything."""
    if by.user is not None and not may(by.user, right, subject, language):
        raise NotAllowed(refusal(right, subject, language))


def refusal(right: Right, subject: Model | None = None, language: str = "") -> str:
    """What was not allowed, and whom to ask."""
    if subject is None:
        told = _("You may not %(act)s.") % {"act": right.label}
    elif language in Language and permission_for(right, subject) in OF_A_LANGUAGE:
        told = _("You may not %(act)s into %(language)s: “%(subject)s”.")
        told %= {"act": right.label, "subject": subject, "language": Language(language).label}
    else:
        told = _("You may not %(act)s: “%(subject)s”.") % {"act": right.label, "subject": subject}
    names = names_of(who_may(right, subject, language))
    return f"{told} " + (
        _("Who may: %s.") % names if names else _("Nobody has that right there: ask an administrator.")
    )


def who_may(right: Right, subject: Model | None = None, language: str = "") -> QuerySet[User]:
    """Whom to ask; superusers, who may everything, are not among them."""
    app, codename = permission_for(right, subject).split(".")
    held = Membership.objects.filter(
        role__permissions__codename=codename, role__permissions__content_type__app_label=app
    )
    if (desk := desk_of(subject)) and right is not Right.VIEW:
        held = held.filter(Q(configuration=None) | Q(configuration=desk))
    if permission_for(right, subject) in OF_A_LANGUAGE and language:
        held = held.filter(language__in=("", language))
    return User.objects.filter(is_active=True, is_staff=True, pk__in=held.values("user")).order_by("username")


def names_of(people: QuerySet[User]) -> str:
    """Empty for nobody."""
    names = [user.get_full_name() or user.get_username() for user in people[: MOST_NAMES + 1]]
    return ", ".join([*names[:MOST_NAMES], *(["…"] if len(names) > MOST_NAMES else [])])
