"""Determine how far the translation into each language is, in the same few queries for any number of subjects."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.documents.translations.status import TranslationCounts
from agenda.translation.readiness_data import NO_COUNTS, ReadinessData
from agenda.workflow.drafts import Subject
from agenda.workflow.reviews import SubjectLanguage, VerdictRow
from agenda.workflow.states import format_to_the_minute
from meetings.documents.choices import Language


class TranslationStage(TextChoices):
    """The stage of a language. Where several apply, `find_stage` says which one counts."""

    NO_DOCUMENT = "no_document", gettext_lazy("page cannot be generated, or is too long for this list")
    NONE = "none", gettext_lazy("not started")
    SENT_BACK = "sent_back", gettext_lazy("sent back")
    OUT_OF_DATE = "out_of_date", gettext_lazy("out of date")
    LIVE = "live", gettext_lazy("published")
    APPROVED = "approved", gettext_lazy("approved")
    IN_REVIEW = "in_review", gettext_lazy("in review")
    BEGUN = "begun", gettext_lazy("started")
    TRANSLATED = "translated", gettext_lazy("translated, not submitted")
    WRITTEN = "written", gettext_lazy("original language, not yet submitted")


UNFINISHED_STAGES = {TranslationStage(name) for name in ("sent_back", "out_of_date", "begun", "translated")}


class EditionCoverage(Enum):
    """The text that an edition has in a language: the current text, another one, or none."""

    NOTHING = 0
    ANOTHER_TEXT = 1
    THIS_TEXT = 2


@dataclass(frozen=True)
class LanguageReadiness:
    """The progress of one language of one meeting or topic.

    `sent_back` is the verdict of a reviser until the language is submitted again. `is_blocked`: a time differs from the
    source, and nobody has confirmed it. `may_be_submitted`: something new translates the submitted source text.
    """

    language: Language
    stage: TranslationStage
    counts: TranslationCounts = NO_COUNTS
    is_source: bool = False
    live: EditionCoverage = EditionCoverage.NOTHING
    pending: EditionCoverage = EditionCoverage.NOTHING
    sent_back: VerdictRow | None = None
    is_blocked: bool = False
    may_be_submitted: bool = False

    @property
    def is_to_do(self) -> bool:
        """Return whether translators have something left to do."""
        if self.is_source or self.stage == TranslationStage.NO_DOCUMENT:
            return False
        is_finished = self.counts.is_complete and self.stage != TranslationStage.SENT_BACK
        return not is_finished or self.is_blocked or self.is_to_submit

    @property
    def is_live_out_of_date(self) -> bool:
        """Return whether readers have a translation of a text that has changed since."""
        return self.live != EditionCoverage.NOTHING and bool(self.counts.out_of_date)

    @property
    def is_to_submit(self) -> bool:
        """Return whether everything is translated and can be submitted."""
        return self.stage == TranslationStage.TRANSLATED and self.may_be_submitted

    @property
    def is_partial(self) -> bool:
        """Return whether readers see some of the texts in the source language."""
        return not self.is_source and not self.counts.is_complete

    @property
    def symbol(self) -> str:
        """Return a symbol, perhaps with a number, short enough for a table cell."""
        fraction = f"{self.counts.done}/{self.counts.total}"
        suffix = f" {fraction}" if self.is_partial else ""
        symbol = {
            TranslationStage.NO_DOCUMENT: "?",
            TranslationStage.NONE: "–",
            TranslationStage.OUT_OF_DATE: f"! {self.counts.out_of_date}",
            TranslationStage.SENT_BACK: "↩",
            TranslationStage.IN_REVIEW: f"…{suffix}",
            TranslationStage.LIVE: f"◐{suffix}" if self.is_partial else "●",
            TranslationStage.APPROVED: f"✓{suffix}",
            TranslationStage.BEGUN: fraction,
            TranslationStage.TRANSLATED: fraction,
            TranslationStage.WRITTEN: "✎",
        }[self.stage]
        return f"{symbol} ≠" if self.is_blocked else symbol

    @property
    def summary(self) -> str:
        """Return for example “in review, 31 of 34 translated; an earlier text is published”."""
        summary = self.format_stage()
        if not self.is_source and self.counts.is_started:
            summary += f", {self.counts.summary}"
        if self.is_blocked:
            summary += "; " + _("time differs from the original: correct or confirm it")
        if self.pending == EditionCoverage.THIS_TEXT:
            summary += "; " + _("this text is scheduled")
        elif self.pending == EditionCoverage.ANOTHER_TEXT:
            summary += "; " + _("a different text is scheduled")
        if self.live == EditionCoverage.THIS_TEXT and self.stage != TranslationStage.LIVE:
            summary += "; " + _("this text is published")
        elif self.live == EditionCoverage.ANOTHER_TEXT:
            summary += "; " + _("an earlier text is published")
        return summary

    def format_stage(self) -> str:
        if self.stage == TranslationStage.LIVE and self.is_partial:
            return _("partly published")
        if self.is_to_submit:
            return _("translated, ready to submit")
        return str(self.stage.label)


def format_sent_back(verdict: VerdictRow | None, now: dt.datetime) -> str:
    """Return for example “Sent back by rita, 25 Nov 10:00: “Check the time.””, or "" without a verdict."""
    if verdict is None:
        return ""
    facts = {
        "who": verdict.by_name or _("a reviser"),
        "when": format_to_the_minute(verdict.at, now),
        "remark": verdict.remark,
    }
    return _("Sent back by %(who)s, %(when)s: “%(remark)s”") % facts


def get_readiness(
    subjects: Sequence[Subject], now: dt.datetime, languages: Collection[str] = ()
) -> dict[UUID, dict[str, LanguageReadiness]]:
    """Return the readiness by subject and language, in the order given. By default, that is all languages."""
    wanted = [Language(code) for code in languages or Language.values]
    data = ReadinessData(subjects, now, wanted)
    return {
        subject.pk: {language: get_language_readiness(data, subject, language) for language in wanted}
        for subject in subjects
    }


def get_language_readiness(data: ReadinessData, subject: Subject, language: Language) -> LanguageReadiness:
    place = subject.pk, str(language)
    is_source = language == subject.source_language
    counts = NO_COUNTS if is_source else data.count_texts(place)
    stage = find_stage(data, place, counts, is_source)
    return LanguageReadiness(
        language,
        stage,
        counts,
        is_source,
        get_coverage(data, data.live_digests, place),
        get_coverage(data, data.pending_digests, place),
        data.sent_back.get(place) if stage == TranslationStage.SENT_BACK else None,
        is_blocked=stage in UNFINISHED_STAGES and data.has_other_time(place),
        may_be_submitted=stage == TranslationStage.TRANSLATED and data.may_be_submitted(place),
    )


def get_coverage(data: ReadinessData, digests: dict[SubjectLanguage, str], place: SubjectLanguage) -> EditionCoverage:
    if place not in digests:
        return EditionCoverage.NOTHING
    source = place[0], data.get_source_language(place[0])
    is_current = (digests.get(source), digests[place]) == data.get_saved_pair(place)
    return EditionCoverage.THIS_TEXT if is_current else EditionCoverage.ANOTHER_TEXT


def find_stage(
    data: ReadinessData, place: SubjectLanguage, counts: TranslationCounts, is_source: bool
) -> TranslationStage:
    """Return the first stage that applies. An out-of-date text precedes any review or publication."""
    if place[0] not in data.sources:
        return TranslationStage.NO_DOCUMENT
    if not (counts.is_started or is_source):
        return TranslationStage.NONE
    if place in data.sent_back and not counts.is_reviewed:
        return TranslationStage.SENT_BACK
    if counts.out_of_date:
        return TranslationStage.OUT_OF_DATE
    unreviewed = TranslationStage.TRANSLATED if counts.is_complete else TranslationStage.BEGUN
    return find_reviewed_stage(data, place, counts) or (TranslationStage.WRITTEN if is_source else unreviewed)


def find_reviewed_stage(
    data: ReadinessData, place: SubjectLanguage, counts: TranslationCounts
) -> TranslationStage | None:
    """Return the stage that follows from a review or publication of the saved text, or None.

    A translation is approved if its document is, or each of its texts.
    """
    if get_coverage(data, data.live_digests, place) == EditionCoverage.THIS_TEXT:
        return TranslationStage.LIVE
    verdict = counts.is_reviewed or data.get_verdict(place)
    if verdict is None:
        return TranslationStage.IN_REVIEW if data.is_in_review(place) else None
    return TranslationStage.APPROVED if verdict else TranslationStage.SENT_BACK
