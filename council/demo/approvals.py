"""Submit, approve and publish the sample texts.

As in daily work, two actors do this: the demo submits the texts and the sample publisher approves them.
"""

from typing import Any

from agenda.workflow.drafts import Subject
from agenda.workflow.publication import publish
from agenda.workflow.review_actions import approve, submit
from agenda.workflow.reviews import Review
from council.demo.accounts import PUBLISHER, REVISER
from meetings.access.audit import Actor
from meetings.models import Edition, User


def get_demo_actor() -> Actor:
    return Actor.for_command("demo")


def get_account_actor(name: str) -> Actor:
    return Actor(User.objects.get(username=name), name)


def approve_and_publish(*subjects: Subject, **options: Any) -> list[Edition]:
    """Submit, approve and publish the subjects. Steps that an earlier run has done are skipped."""
    if unsubmitted := [subject for subject in subjects if not is_submitted(subject)]:
        submit(*unsubmitted, by=get_demo_actor())
    for subject in subjects:
        review = Review.latest(subject)
        if review and not review.is_approved:
            approve(subject, by=get_account_actor(PUBLISHER), shown=[language.shown for language in review.languages])
        approve_translations(subject)
    return publish(*subjects, by=get_account_actor(PUBLISHER), **options)


def approve_translations(subject: Subject) -> None:
    review = Review.latest(subject)
    pending = [item.language for item in review.languages if not item.is_approved] if review else []
    if review and pending:
        shown = [item.shown for item in review.languages]
        approve(subject, by=get_account_actor(REVISER), shown=shown, languages=pending)


def is_submitted(subject: Subject) -> bool:
    review = Review.latest(subject)
    return review is not None and all(language.is_current for language in review.languages)
