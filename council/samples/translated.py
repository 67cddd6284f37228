"""The real note in Greek, with its first edition, and in French, which follows a little later."""

from pathlib import Path

from django.conf import settings

from agenda.aligning import import_translation
from agenda.importing import read_note_file
from agenda.publishing import approve, release_translations, submit_translation, wait_until_live
from agenda.reviews import Review, get_approved_translations
from council.samples.signing import reviser, translator
from meetings.models import Edition, Meeting, Translation

SAMPLES = Path(settings.BASE_DIR) / "agenda" / "notes" / "samples"
WITH_THE_SOURCE, LATE = "el", "fr"


def import_sample(seed: Meeting, language: str) -> None:
    """What was translated before is not imported again."""
    if not Translation.objects.filter(subject_id=seed.pk, language=language).exists():
        import_translation(read_note_file(SAMPLES / f"jha-2017-09-14.{language}.txt"), seed, by=translator())


def add_french(seed: Meeting) -> None:
    """Translated, submitted and approved once the note is live, so that it is an edition of its own."""
    if any(LATE in edition.languages for edition in Edition.objects.filter(subject_id=seed.pk)):
        return
    import_sample(seed, LATE)
    if LATE not in get_approved_translations(seed):
        review = Review.latest(seed)
        if review is None or LATE not in [one.language for one in review.languages]:
            submit_translation(seed, LATE, by=translator())
            review = Review.latest(seed)
        assert review is not None
        approve(seed, by=reviser(), shown=[one.shown for one in review.languages], languages=[LATE])
    if followed := release_translations(seed, by=reviser()):
        wait_until_live(followed.edition)
