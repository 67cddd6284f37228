"""The sample texts are submitted by the demo and approved by the sample publisher, as those of any day are."""

from typing import Any

from agenda.drafts import Subject
from agenda.publishing import approve, publish, submit
from agenda.reviews import Review
from council.samples.accounts import PUBLISHER
from meetings.audit import Actor
from meetings.models import Edition, User


def demo() -> Actor:
    return Actor.command("demo")


def publisher() -> Actor:
    return Actor(User.objects.get(username=PUBLISHER), PUBLISHER)


def approve_and_publish(*subjects: Subject, **options: Any) -> list[Edition]:
    """A run that was stopped on the way is gone on with."""
    if begun := [subject for subject in subjects if not is_submitted(subject)]:
        submit(*begun, by=demo())
    for subject in subjects:
        review = Review.last(subject)
        if review and not review.is_approved:
            approve(subject, by=publisher(), shown=[one.shown for one in review.languages])
    return publish(*subjects, by=publisher(), **options)


def is_submitted(subject: Subject) -> bool:
    review = Review.last(subject)
    return review is not None and all(one.is_current for one in review.languages)
