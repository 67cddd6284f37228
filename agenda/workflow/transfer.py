"""Check the rights to move a meeting or topic to the desk of another configuration."""

from django.utils.translation import gettext as _

from agenda.models import REVIEWABLE_REASONS, ReleaseEntry, Revision
from agenda.workflow.drafts import Subject, get_subject_type
from meetings.access import NotAllowed, Right, find_users_with_right, format_user_names, require_right
from meetings.access.audit import Actor
from meetings.models import Configuration, Edition, Meeting


def require_transfer(by: Actor, subject: Subject, to: Configuration | None) -> None:
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
        require_right(by, Right.CHANGE, end)
    if not is_submitted_or_released(subject):
        return
    for end in ends:
        try:
            require_right(by, Right.PUBLISH, end)
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
            who = format_user_names(find_users_with_right(Right.PUBLISH, end))
            who = (
                _("Ask one of these people: %s.") % who
                if who
                else _("Nobody has this permission. Ask an administrator.")
            )
            raise NotAllowed(message % ({"subject": subject, "who": who} | names)) from error


def format_configuration_code(place: Configuration | None) -> str:
    return place.code if place else _("all configurations")


def is_submitted_or_released(subject: Subject) -> bool:
    """Return True if the subject was ever submitted, released or published."""
    of_subject = {"subject_type": get_subject_type(subject), "subject_id": subject.pk}
    return (
        Edition.objects.filter(**of_subject).exists()
        or Revision.objects.filter(**of_subject, why__in=REVIEWABLE_REASONS).exists()
        or ReleaseEntry.objects.filter(**of_subject).exists()
    )
