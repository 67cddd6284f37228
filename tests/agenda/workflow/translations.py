"""Users and steps for the translations of a meeting.

Théo translates into French, Rita revises French, and Elena revises Greek. Petra and Paul approve the source text only.
"""

import datetime as dt

from agenda.workflow.drafts import get_edition_documents
from agenda.workflow.review_actions import approve, submit
from agenda.workflow.reviews import Review, get_all_verdicts
from agenda.workflow.revisions import keep_translation_revision
from agenda.workflow.translation_releases import ReleasedTranslations, release_translations
from agenda.workflow.translation_submission import submit_translation
from meetings.access.audit import Actor
from meetings.documents.schema import MeetingDocument
from meetings.models import Edition, Meeting, User
from tests.admin_forms import create_user_with_role
from tests.agenda.workflow.users import create_people, get_people, get_shown
from tests.factories import PRESS_DAY, make_meeting, translate

People = dict[str, Actor]
EVENING = PRESS_DAY + dt.timedelta(hours=8)
FRENCH = "<p>Les ministres se réunissent.</p>"


def create_translators() -> People:
    create_people()
    for name in ("paul", "petra"):
        User.objects.get(username=name).memberships.filter(role__name="Revisers").delete()
    for name, role, language in (
        ("theo", "Translators", "fr"),
        ("rita", "Revisers", "fr"),
        ("elena", "Revisers", "el"),
    ):
        create_user_with_role(role, name, language=language)
    return get_people()


def approve_english_text(people: People) -> Meeting:
    """Return a new meeting whose English text is approved."""
    meeting = make_meeting(lead="<p>Ministers meet.</p>", notice="For the press.")
    submit(meeting, by=people["anna"])
    approve(meeting, by=people["paul"], shown=get_shown(meeting))
    return meeting


def get_states(meeting: Meeting) -> dict[str, str]:
    review = Review.latest(Meeting.objects.get(pk=meeting.pk))
    return {str(text.language): str(text.state) for text in review.languages} if review else {}


def save_translation(meeting: Meeting, people: People, language: str = "fr", **texts: str) -> None:
    """Save a translation as the translation editor does."""
    translate(meeting, None, language, people["theo"], **texts)
    keep_translation_revision(meeting, PRESS_DAY, people["theo"], language)


def approve_french_translation(meeting: Meeting, people: People, **texts: str) -> None:
    """Save a translation as Théo, submit it, and approve it as Rita."""
    save_translation(meeting, people, **(texts or {"lead": FRENCH}))
    submit_translation(meeting, "fr", by=people["theo"])
    approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])


def approve_greek_translation(meeting: Meeting, people: People) -> None:
    """Save a translation as Thea, submit it, and approve it as Elena."""
    create_user_with_role("Translators", "thea", language="el")
    save_translation(meeting, people, "el", lead="<p>Οι υπουργοί συνεδριάζουν.</p>")
    submit_translation(meeting, "el", by=Actor(User.objects.get(username="thea"), "thea"))
    approve(meeting, by=people["elena"], shown=get_shown(meeting), languages=["el"])


def release_approved_translations(subject: Meeting, by: Actor) -> ReleasedTranslations | None:
    """Publish the translations that are approved, as if all of them and the original had been approved just now."""
    return release_translations(
        subject, by=by, approved=[*get_all_verdicts("meeting", subject.pk).filter(approved=True)]
    )


def get_document(edition: Edition, language: str) -> MeetingDocument:
    document = next(each for each in get_edition_documents(edition) if each.language == language)
    assert isinstance(document, MeetingDocument)
    return document
