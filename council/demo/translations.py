"""Translations of the real note: Greek is part of its first edition, and French follows a little later."""

from pathlib import Path

from django.conf import settings

from agenda.translation.note_matching import import_translation
from agenda.workflow.note_import import read_note_file
from agenda.workflow.review_actions import approve
from agenda.workflow.reviews import Review, get_all_verdicts, get_approved_translations
from agenda.workflow.transactions import wait_until_live
from agenda.workflow.translation_releases import release_translations
from agenda.workflow.translation_submission import submit_translation
from council.demo.accounts import REVISER, TRANSLATOR
from council.demo.approvals import get_account_actor
from meetings.models import Edition, Meeting, SubjectType, Translation

NOTES_DIRECTORY = Path(settings.BASE_DIR) / "agenda" / "notes" / "samples"
LANGUAGE_WITH_SOURCE, LATE_LANGUAGE = "el", "fr"


def import_sample_translation(seed: Meeting, language: str) -> None:
    """Import the translation, unless the note already has one in this language."""
    if not Translation.objects.filter(subject_id=seed.pk, language=language).exists():
        import_translation(
            read_note_file(NOTES_DIRECTORY / f"jha-2017-09-14.{language}.txt"), seed, by=get_account_actor(TRANSLATOR)
        )


def publish_french_translation(seed: Meeting) -> None:
    """Import, submit, approve and publish the French translation once the note is live.

    This makes it an edition of its own. Steps that an earlier run has done are skipped.
    """
    if any(LATE_LANGUAGE in edition.languages for edition in Edition.objects.filter(subject_id=seed.pk)):
        return
    import_sample_translation(seed, LATE_LANGUAGE)
    if LATE_LANGUAGE not in get_approved_translations(seed.pk):
        review = Review.latest(seed)
        if review is None or LATE_LANGUAGE not in [item.language for item in review.languages]:
            submit_translation(seed, LATE_LANGUAGE, by=get_account_actor(TRANSLATOR))
            review = Review.latest(seed)
        assert review is not None
        approve(
            seed,
            by=get_account_actor(REVISER),
            shown=[item.shown for item in review.languages],
            languages=[LATE_LANGUAGE],
        )
    approved = [*get_all_verdicts(SubjectType.MEETING, seed.pk).filter(language=LATE_LANGUAGE, approved=True)]
    if followed := release_translations(seed, by=get_account_actor(REVISER), approved=approved):
        wait_until_live(followed.edition)
