"""Check the rights to move a meeting or topic to the desk of another configuration."""

from django.utils.translation import gettext as _

from agenda.drafts import Subject, type_of
from agenda.models import FOR_REVIEW, ReleaseEntry, Revision
from meetings.audit import Actor
from meetings.models import Configuration, Edition, Meeting
from meetings.rights import NotAllowed, Right, names_of, require, who_may


def require_move(by: Actor, subject: Subject, to: Configuration | None) -> None:
    """Raise NotAllowed if `by` may not move the subject to this configuration; None stands for all desks.

    The configuration of the working copy decides the rights on everything that is submitted, scheduled or live.
    Therefore `by` needs the right to edit at both desks, and the right to publish at both if anything was submitted or
    published.
    """
    place = subject.configuration if isinstance(subject, Meeting) else subject.desk
    if place == to:
        return
    ends: tuple[Subject | Configuration | None, ...] = (subject, to)
    for end in ends:
        require(by, Right.CHANGE, end)
    if not is_submitted_or_released(subject):
        return
    for end in ends:
        try:
            require(by, Right.PUBLISH, end)
        except NotAllowed as error:
            message = _(
                "“%(subject)s” has already been submitted or published. To move it from %(here)s to %(there)s, you "
                "need the right to publish for both. You do not have it for %(lacking)s. %(who)s"
            )
            lacking = place if end is subject else to
            names = {
                "here": format_configuration_code(place),
                "there": format_configuration_code(to),
                "lacking": format_configuration_code(lacking),
            }
            who = names_of(who_may(Right.PUBLISH, end))
            who = _("Who may: %s.") % who if who else _("Nobody has that right there: ask an administrator.")
            raise NotAllowed(message % ({"subject": subject, "who": who} | names)) from error


def format_configuration_code(place: Configuration | None) -> str:
    return place.code if place else _("all desks")


def is_submitted_or_released(subject: Subject) -> bool:
    """Return True if the subject was ever submitted, released or published."""
    of_subject = {"subject_type": type_of(subject), "subject_id": subject.pk}
    return (
        Edition.objects.filter(**of_subject).exists()
        or Revision.objects.filter(**of_subject, why__in=FOR_REVIEW).exists()
        or ReleaseEntry.objects.filter(**of_subject).exists()
    )
