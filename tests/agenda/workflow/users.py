"""Users of the press office: an author, two publishers who also revise, and a duty officer."""

from typing import Any

import pytest

from agenda.workflow.drafts import Subject
from agenda.workflow.review_actions import approve, submit
from agenda.workflow.reviews import Review
from meetings.access.audit import Actor
from meetings.models import User
from tests.admin_forms import EMERGENCY, create_user_with_role, give_role


@pytest.fixture
def people(db: None, clock: Any) -> dict[str, Actor]:
    create_people()
    return get_people()


def create_people() -> None:
    for name, role in (("anna", "Authors"), ("paul", "Publishers"), ("petra", "Publishers"), ("dora", "Duty")):
        create_user_with_role(role, name)
        if role == "Publishers":
            give_role(User.objects.get(username=name), "Revisers")
            give_role(User.objects.get(username=name), EMERGENCY)


def get_people() -> dict[str, Actor]:
    return {user.username: Actor(user, user.username) for user in User.objects.all()}


def get_shown(subject: Subject) -> list[str]:
    """Return the `shown` values of the last submission, as a reviewer sees it."""
    review = Review.latest(subject)
    return [one.shown for one in review.languages] if review else []


def get_submitted_digests(subject: Subject) -> list[str]:
    """Return the digests of the last submission, as a publisher sees it."""
    review = Review.latest(subject)
    return [one.digest for one in review.languages] if review else []


def submit_and_approve(people: dict[str, Actor], *subjects: Subject) -> None:
    submit(*subjects, by=people["anna"])
    for subject in subjects:
        approve(subject, by=people["paul"], shown=get_shown(subject))


def save_changes(subject: Any, **values: Any) -> Any:
    """Save the subject with other values, without a user and without a revision."""
    subject = type(subject)._default_manager.get(pk=subject.pk)
    for name, value in values.items():
        setattr(subject, name, value)
    subject.save()
    return subject
