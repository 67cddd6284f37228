"""Whether a text of a meeting or topic is live, and what has to stand over it where it is not."""

import datetime as dt
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from agenda.drafts import Subject
from agenda.reviews import Review, ReviewState
from meetings import marks
from meetings.models import Edition, EditionDocument


@dataclass(frozen=True)
class Mark:
    """`words` stand over the text, and are empty where it is live. `until`: the end of its embargo."""

    words: str = ""
    until: dt.datetime | None = None

    @property
    def appears(self) -> str:
        """Empty for what is live, or was."""
        return marks.appears(self.until) if self.until or self.words == marks.draft() else ""

    @classmethod
    def of(cls, subject_type: str, subject_id: UUID, digest: str, now: dt.datetime) -> Self:
        """By the bytes: whatever edition holds them, live, still to come, or earlier."""
        editions = Edition.objects.of(subject_type, subject_id)
        holding = editions.filter(pk__in=EditionDocument.objects.filter(document=digest).values("edition"))
        if holding.live(now).exists():
            return cls()
        instants = [edition.available_from for edition in holding]
        if ahead := [instant for instant in instants if instant > now]:
            return cls(marks.embargo(ahead[0]), ahead[0])
        return cls(marks.no_longer_live() if instants else marks.draft())


def review_of(subject: Subject, language: str, digest: str) -> str:
    """How far a draft has come on its way to approval, for editors: “in review”. Empty: nobody has submitted it."""
    review = Review.last(subject)
    for language_review in review.languages if review else ():
        if (language_review.language, language_review.digest) == (language, digest):
            if language_review.verdict is None:
                return str(ReviewState.IN_REVIEW.label)
            return str((ReviewState.APPROVED if language_review.is_approved else ReviewState.SENT_BACK).label)
    return ""
