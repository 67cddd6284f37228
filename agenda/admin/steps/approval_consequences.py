"""What a review says about the publication that follows from an approval."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.workflow.drafts import Subject, SubjectDocument
from agenda.workflow.reviews import LanguageReview, Review
from agenda.workflow.transactions import format_instant
from agenda.workflow.translation_releases import JoinableEdition, Obstacle
from agenda.workflow.translation_submission import get_digests_with_approval
from meetings.documents.choices import Language

GOES_LIVE = gettext_lazy("When you approve it, it will be published immediately.")
GOES_LIVE_WITH_ORIGINAL = gettext_lazy("It will be published as soon as the original is approved, too.")
OBSTACLES: Mapping[Obstacle, Any] = {
    Obstacle.RESTORED: gettext_lazy(
        "An earlier edition was restored, so this must be published by hand after it is approved."
    ),
    Obstacle.NEWER_TEXT: gettext_lazy("A newer text has been approved, so this will not be published automatically."),
    Obstacle.PLANNED: "",  # the page says when it will be published
    Obstacle.NO_LONGER_PLANNED: gettext_lazy(
        "What is scheduled is for a newer text, so this must be published by hand after it is approved."
    ),
    Obstacle.ON_HOLD: gettext_lazy(
        "Its publication is on hold, so it will not be published until somebody resumes that."
    ),
    Obstacle.FORCED: gettext_lazy("What is scheduled is not approved, so this must be published by hand."),
    Obstacle.LANGUAGE_RULE: gettext_lazy(
        "It must be published by hand after it is approved, because of this meeting’s publication rule."
    ),
    Obstacle.NEEDS_NOTE: gettext_lazy(
        "It changes published text, so it must be published by hand, with a note, after it is approved."
    ),
    Obstacle.HIDDEN_TOPIC: gettext_lazy(
        "It names a topic in a way that is not public, so it will not be published. Submit the meeting again."
    ),
}


class ApprovalConsequences:
    """What happens automatically when a language of a review is approved (`agenda.workflow.translation_releases`)."""

    def __init__(
        self, subject: Subject, review: Review, documents: Sequence[SubjectDocument], now: dt.datetime
    ) -> None:
        self.subject, self.review, self.documents, self.now = subject, review, documents, now

    @cached_property
    def joinable(self) -> JoinableEdition:
        joinable = JoinableEdition(self.subject, self.review, self.now)
        [_source, *translations] = zip(self.review.languages, self.documents, strict=True)
        joinable.check_topics({translation.digest: document for translation, document in translations})
        return joinable

    def describe_original(self) -> str:
        """Name the translations that are published with the approval of the original; may be empty."""
        if self.joinable.edition is None or self.joinable.scheduled:
            return ""
        texts = get_digests_with_approval(self.subject, self.review, [self.joinable.source])
        template = _("When you approve it, translations that are approved will be published immediately: %s.")
        joining = format_labels(self.joinable.find_joining(texts))
        return template % joining if joining else ""

    def describe_translation(self, translation: LanguageReview) -> str:
        """Say whether and when this translation is published once it is approved; may be empty."""
        joinable = self.joinable
        if joinable.edition is None or joinable.has(translation.language, translation.digest):
            return ""
        if obstacle := joinable.find_obstacle_to(translation.language, translation.digest):
            return str(OBSTACLES[obstacle])
        if joinable.scheduled:
            template = _("When you approve it, it will be added to the edition scheduled for %s (Brussels time).")
            return template % format_instant(joinable.scheduled.available_from)
        return str(GOES_LIVE if self.review.source.is_approved else GOES_LIVE_WITH_ORIGINAL)

    def announce(self, review: LanguageReview) -> str:
        """Return what the page says of this language, for the approval (`JoinableEdition.announce`)."""
        if review is self.review.source:
            return self.joinable.announce_original()
        return self.joinable.announce(review.language, review.digest)


def format_labels(languages: Iterable[str]) -> str:
    return ", ".join(Language(language).label for language in languages)
