"""Steps with a meeting that has an English notice and a French translation of it."""

from django.db.models import F
from django.utils import timezone

from agenda.documents.translations.segments import list_segments
from agenda.translation.save import TranslationInput, compute_fingerprint, save_translations
from agenda.workflow.drafts import build_draft
from agenda.workflow.review_actions import approve
from agenda.workflow.revisions import keep_revision
from agenda.workflow.translation_submission import submit_translation
from meetings.access.audit import Actor
from meetings.documents.encoding import compute_digest
from meetings.models import Meeting, Translation
from tests.agenda.workflow.translations import People
from tests.agenda.workflow.users import get_shown


def write(by: Actor, text: str, *, original: str = "", keeps: bool = False) -> None:
    """Save a French notice in the translation editor, for the original of its form, or say that it is still right."""
    meeting = Meeting.objects.get()
    key = meeting.pk, "notice"
    segment = {each.key: each for each in list_segments(build_draft(meeting, timezone.now()))}[key]
    row = Translation.objects.filter(row_id=meeting.pk, field="notice").first()
    shown = compute_fingerprint(segment, row.text if row else "")
    sent = TranslationInput(text, compute_digest(original or segment.text), shown, is_still_right=keeps)
    assert save_translations(meeting, "fr", {key: sent}, by=by, now=timezone.now()).saved == 1


def correct_original(by: Actor, **values: str) -> None:
    Meeting.objects.update(version=F("version") + 1, **values)
    keep_revision(Meeting.objects.get(), timezone.now(), by)


def submit_and_approve(people: People, submitter: str, approver: str) -> None:
    submit_translation(Meeting.objects.get(), "fr", by=people[submitter])
    approve(Meeting.objects.get(), by=people[approver], shown=get_shown(Meeting.objects.get()), languages=["fr"])
