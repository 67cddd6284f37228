"""What editors do to what readers see, for the tests that prove what holds of every such act.

The signatures of publishing are known here and in `tests.cast`, and nowhere else among those tests.
"""

import datetime as dt

from django.utils import timezone

from agenda import publishing
from agenda.drafts import Subject, type_of
from agenda.models import Release
from agenda.publishing import Refused
from agenda.reviews import Review
from meetings.audit import Actor
from meetings.models import Edition, User
from tests import cast
from tests.cast import COMMAND

REASON = "Sent too early."


def publish(*subjects: Subject) -> list[Edition]:
    """Now, and beside what is still to come."""
    return cast.publish(*subjects, pending="keep")


def publish_approved(*subjects: Subject) -> list[Edition]:
    """What was approved, in all languages, now."""
    return publishing.publish(*subjects, by=COMMAND)


def schedule(*subjects: Subject, at: dt.datetime) -> list[Edition]:
    return cast.publish(*subjects, at=at)


def schedule_approved(*subjects: Subject, at: dt.datetime) -> list[Edition]:
    return publishing.publish(*subjects, by=COMMAND, at=at, note="Changed.")


def replace(*subjects: Subject, at: dt.datetime) -> list[Edition]:
    """Puts other editions in the place of those still to come, or the same ones at another time."""
    return cast.publish(*subjects, at=at, pending="replace")


def submit(*subjects: Subject) -> None:
    publishing.submit(*subjects, by=person("anna"))


def approve(*subjects: Subject) -> None:
    """What was submitted last, by somebody else."""
    for subject in subjects:
        review = Review.last(subject)
        assert review
        publishing.approve(subject, by=person("berta"), shown=[one.shown for one in review.languages])


def person(name: str) -> Actor:
    return Actor(User.objects.get_or_create(username=name, is_superuser=True)[0])


def plan(*subjects: Subject, at: dt.datetime) -> None:
    publishing.plan(*subjects, by=COMMAND, at=at)


def move(subject: Subject, *, at: dt.datetime) -> list[Edition]:
    """The release that the subject's edition still to come is part of, to another time."""
    return publishing.move(find_scheduled_release(subject), by=COMMAND, at=at)


def hold(subject: Subject) -> None:
    publishing.hold(find_scheduled_release(subject), by=COMMAND, reason=REASON)


def find_scheduled_release(subject: Subject) -> Release:
    edition = Edition.objects.of(type_of(subject), subject.pk).pending(timezone.now()).get()
    release = publishing.release_of(edition)
    assert release
    return release


def call_off(*subjects: Subject) -> None:
    """All that is still to come of them: calling off one calls off what was to appear with it."""
    called_off = 0
    for subject in subjects:
        try:
            cast.call_off(subject)
            called_off += 1
        except Refused:
            if subject is subjects[-1] and not called_off:
                raise


def call_off_held(*subjects: Subject) -> None:
    for release in publishing.held_releases(subjects):
        publishing.call_off_release(release, by=COMMAND, reason=REASON)


def roll_back(subject: Subject) -> Edition:
    return publishing.rollback(subject, by=COMMAND, reason=REASON)


def withdraw(subject: Subject) -> Edition:
    return cast.withdraw(subject, reason=REASON)
