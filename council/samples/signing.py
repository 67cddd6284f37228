"""The sample texts are submitted by the demo and approved by the sample publisher, as those of any day are."""

from typing import Any

from agenda.drafts import Subject
from agenda.publishing import approve, publish, submit
from agenda.reviews import Review
from council.samples.accounts import PUBLISHER, REVISER, TRANSLATOR
from meetings.audit import Actor
from meetings.models import Edition, User


def demo() -> Actor:
    return Actor.for_command("demo")


def publisher() -> Actor:
    return signed_in(PUBLISHER)


def translator() -> Actor:
    return signed_in(TRANSLATOR)


def reviser() -> Actor:
    return signed_in(REVISER)


def signed_in(name: str) -> Actor:
    return Actor(User.objects.get(username=name), name)


def approve_and_publish(*subjects: Subject, **options: Any) -> list[Edition]:
    """A run that was stopped on the way is gone on with."""
    if begun := [subject for subject in subjects if not is_submitted(subject)]:
        submit(*begun, by=demo())
    for subject in subjects:
        review = Review.latest(subject)
        if review and not review.is_approved:
            approve(subject, by=publisher(), shown=[one.shown for one in review.languages])
        approve_translations(subject)
    return publish(*subjects, by=publisher(), **options)


def approve_translations(subject: Subject) -> None:
    review = Review.latest(subject)
    waiting = [one for one in review.languages if not one.is_approved] if review else []
    if review and waiting:
        shown = [one.shown for one in review.languages]
        approve(subject, by=reviser(), shown=shown, languages=[one.language for one in waiting])


def is_submitted(subject: Subject) -> bool:
    review = Review.latest(subject)
    return review is not None and all(one.is_current for one in review.languages)
