"""Actions of editors that change what readers see, for tests that every such action must pass.

Only this module and `tests.factories` know the signatures of the workflow functions.
"""

import datetime as dt

from django.utils import timezone

from agenda.models import Release
from agenda.workflow import planned_releases, publication, review_actions, scheduled_releases, withdrawal
from agenda.workflow.drafts import Subject, get_subject_type
from agenda.workflow.errors import WorkflowError
from agenda.workflow.reviews import Review
from meetings.access.audit import Actor
from meetings.models import Edition, User
from tests import factories
from tests.factories import COMMAND

REASON = "Sent too early."


def publish(*subjects: Subject) -> list[Edition]:
    """Publish the working copies now, beside scheduled editions."""
    return factories.publish(*subjects, pending="keep")


def publish_approved(*subjects: Subject) -> list[Edition]:
    """Publish the approved text now, in all languages."""
    return publication.publish(*subjects, by=COMMAND)


def schedule(*subjects: Subject, at: dt.datetime) -> list[Edition]:
    return factories.publish(*subjects, at=at)


def schedule_approved(*subjects: Subject, at: dt.datetime) -> list[Edition]:
    return publication.publish(*subjects, by=COMMAND, at=at, note="Changed.")


def replace(*subjects: Subject, at: dt.datetime) -> list[Edition]:
    """Replace the scheduled editions by others, or by the same ones at another time."""
    return factories.publish(*subjects, at=at, pending="replace")


def submit(*subjects: Subject) -> None:
    review_actions.submit(*subjects, by=create_actor("anna"))


def approve(*subjects: Subject) -> None:
    """Approve the last submission as somebody else."""
    for subject in subjects:
        review = Review.latest(subject)
        assert review
        review_actions.approve(subject, by=create_actor("berta"), shown=[one.shown for one in review.languages])


def create_actor(name: str) -> Actor:
    return Actor(User.objects.get_or_create(username=name, is_staff=True, is_superuser=True)[0])


def plan(*subjects: Subject, at: dt.datetime) -> None:
    planned_releases.plan_release(*subjects, by=COMMAND, at=at, note="Changed.")


def move(subject: Subject, *, at: dt.datetime) -> list[Edition]:
    """Move the release of the subject's scheduled edition."""
    return scheduled_releases.move_release(find_scheduled_release(subject), by=COMMAND, at=at)


def hold(subject: Subject) -> None:
    scheduled_releases.hold_release(find_scheduled_release(subject), by=COMMAND, reason=REASON)


def find_scheduled_release(subject: Subject) -> Release:
    edition = Edition.objects.for_subject(get_subject_type(subject), subject.pk).pending(timezone.now()).get()
    release = scheduled_releases.find_release(edition)
    assert release
    return release


def call_off(*subjects: Subject) -> None:
    """Call off all scheduled editions of the subjects, with everything that goes out with them."""
    called_off = 0
    for subject in subjects:
        try:
            factories.call_off(subject)
            called_off += 1
        except WorkflowError:
            if subject is subjects[-1] and not called_off:
                raise


def call_off_release_on_hold(*subjects: Subject) -> None:
    for release in scheduled_releases.find_held_releases(subjects):
        scheduled_releases.call_off_release(release, by=COMMAND, reason=REASON)


def roll_back(subject: Subject) -> Edition:
    return withdrawal.rollback(subject, by=COMMAND, reason=REASON)


def withdraw(subject: Subject) -> Edition:
    return factories.withdraw(subject, reason=REASON)
