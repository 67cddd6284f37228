"""The people of the press office, as they act: an author, two publishers who revise too, a duty officer."""

from typing import Any

import pytest

from agenda.drafts import Subject
from agenda.publishing import approve, submit
from agenda.reviews import Review
from meetings.audit import Actor
from meetings.models import User
from tests.agenda.filling import give, member_of


@pytest.fixture
def people(db: None, clock: Any) -> dict[str, Actor]:
    for name, role in (("anna", "Authors"), ("paul", "Publishers"), ("petra", "Publishers"), ("dora", "Duty")):
        member_of(role, name)
        if role == "Publishers":
            give(User.objects.get(username=name), "Revisers")
    return {user.username: Actor(user, user.username) for user in User.objects.all()}


def get_shown(subject: Subject) -> list[str]:
    """What was submitted last, as a reviewer sees it."""
    review = Review.last(subject)
    return [one.shown for one in review.languages] if review else []


def get_submitted_digests(subject: Subject) -> list[str]:
    """Of what was submitted last, as a publisher sees it."""
    review = Review.last(subject)
    return [one.digest for one in review.languages] if review else []


def signed_off(people: dict[str, Actor], *subjects: Subject) -> None:
    submit(*subjects, by=people["anna"])
    for subject in subjects:
        approve(subject, by=people["paul"], shown=get_shown(subject))


def changed(subject: Any, **values: Any) -> Any:
    """Saved with other values, by nobody in particular and without a revision."""
    subject = type(subject)._default_manager.get(pk=subject.pk)
    for name, value in values.items():
        setattr(subject, name, value)
    subject.save()
    return subject
