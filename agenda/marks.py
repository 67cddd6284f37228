"""Find out if a text is live, and the label to show over it if it is not."""

import datetime as dt
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from agenda.drafts import Subject
from agenda.reviews import Review, ReviewState
from meetings import marks
from meetings.models import Edition, EditionDocument


@dataclass(frozen=True)
class TextStatus:
    """The status of a text. `label` is shown over it, and is empty if it is live. `until` is the end of an embargo."""

    label: str = ""
    until: dt.datetime | None = None

    @property
    def publication_date(self) -> str:
        """Return the text to show instead of a date of publication; empty for a text that is or was live."""
        return marks.format_appearance(self.until) if self.until or self.label == marks.get_draft_label() else ""

    @classmethod
    def for_text(cls, subject_type: str, subject_id: UUID, digest: str, now: dt.datetime) -> Self:
        """Return the status of the text with this digest, whichever edition has it: live, scheduled or earlier."""
        editions = Edition.objects.for_subject(subject_type, subject_id)
        holding = editions.filter(pk__in=EditionDocument.objects.filter(document=digest).values("edition"))
        if holding.live(now).exists():
            return cls()
        instants = [edition.available_from for edition in holding]
        if ahead := [instant for instant in instants if instant > now]:
            return cls(marks.format_embargo(ahead[0]), ahead[0])
        return cls(marks.get_past_label() if instants else marks.get_draft_label())


def get_review_label(subject: Subject, language: str, digest: str) -> str:
    """Return the review state of a draft for editors, for example “in review”; empty if it was not submitted."""
    review = Review.latest(subject)
    for language_review in review.languages if review else ():
        if (language_review.language, language_review.digest) == (language, digest):
            if language_review.verdict is None:
                return str(ReviewState.IN_REVIEW.label)
            return str((ReviewState.APPROVED if language_review.is_approved else ReviewState.SENT_BACK).label)
    return ""
