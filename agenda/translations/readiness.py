"""How far each language of some meetings and topics is: for lists, in the same few queries for any number of them."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.drafts import Subject
from agenda.reviews import Given, Place
from agenda.states import to_the_minute
from agenda.translating import Counts
from agenda.translations.facts import NOTHING, Facts
from meetings.vocabulary import Language


class Stage(TextChoices):
    """Where a language stands, in one word; the first that is so, in this order."""

    NO_DOCUMENT = "no_document", gettext_lazy("makes no document")
    NONE = "none", gettext_lazy("not begun")
    SENT_BACK = "sent_back", gettext_lazy("sent back")
    OUT_OF_DATE = "out_of_date", gettext_lazy("out of date")
    LIVE = "live", gettext_lazy("live")
    APPROVED = "approved", gettext_lazy("approved")
    IN_REVIEW = "in_review", gettext_lazy("in review")
    BEGUN = "begun", gettext_lazy("begun")
    TRANSLATED = "translated", gettext_lazy("translated, not submitted")
    WRITTEN = "written", gettext_lazy("written in this language, not submitted")


class Held(Enum):
    """What an edition has in a language."""

    NOTHING = 0
    ANOTHER_TEXT = 1
    THIS_TEXT = 2


@dataclass(frozen=True)
class Readiness:
    """Of one language of one meeting or topic.

    `sent_back`: what a reviser said, until it is submitted again. `is_blocked`: it says another hour than the source,
    which nobody has confirmed. `may_be_submitted`: something in it is new beside the source text that was submitted.
    """

    language: Language
    stage: Stage
    counts: Counts = NOTHING
    is_source: bool = False
    live: Held = Held.NOTHING
    pending: Held = Held.NOTHING
    sent_back: Given | None = None
    is_blocked: bool = False
    may_be_submitted: bool = False

    @property
    def is_to_do(self) -> bool:
        """For translators."""
        if self.is_source or self.stage == Stage.NO_DOCUMENT:
            return False
        return not self.counts.is_complete or self.is_blocked or self.is_to_submit or self.stage == Stage.SENT_BACK

    @property
    def is_to_submit(self) -> bool:
        """All is translated, and the next step is the translator's."""
        return self.stage == Stage.TRANSLATED and self.may_be_submitted

    @property
    def is_in_part(self) -> bool:
        """Some of the texts readers have, or will have, in the source's words."""
        return not self.is_source and not self.counts.is_complete

    @property
    def mark(self) -> str:
        """What a narrow cell of a table has room for."""
        counted = f"{self.counts.done}/{self.counts.total}"
        how_much = f" {counted}" if self.is_in_part else ""
        told = {
            Stage.NO_DOCUMENT: "?",
            Stage.NONE: "–",
            Stage.OUT_OF_DATE: f"! {self.counts.out_of_date}",
            Stage.SENT_BACK: "↩",
            Stage.IN_REVIEW: f"…{how_much}",
            Stage.LIVE: f"◐{how_much}" if self.is_in_part else "●",
            Stage.APPROVED: f"✓{how_much}",
            Stage.BEGUN: counted,
            Stage.TRANSLATED: counted,
            Stage.WRITTEN: "✎",
        }[self.stage]
        return f"{told} ≠" if self.is_blocked else told

    @property
    def words(self) -> str:
        """As “in review, 31 of 34 translated, 3 missing; an earlier text is live”."""
        told = self.stage_in_words()
        if not self.is_source and self.counts.is_begun:
            told += f", {self.counts.words}"
        if self.is_blocked:
            told += "; " + _("says another hour than the source: mend or confirm it")
        if self.pending == Held.THIS_TEXT:
            told += "; " + _("appears with the edition to come")
        elif self.pending == Held.ANOTHER_TEXT:
            told += "; " + _("another text appears with the edition to come")
        if self.live == Held.THIS_TEXT and self.stage != Stage.LIVE:
            told += "; " + _("live as it stands")
        elif self.live == Held.ANOTHER_TEXT:
            told += "; " + _("an earlier text is live")
        return told

    def stage_in_words(self) -> str:
        if self.stage == Stage.LIVE and self.is_in_part:
            return _("live in part")
        if self.is_to_submit:
            return _("translated, to be submitted")
        return str(self.stage.label)


def sent_back_in_words(given: Given | None, now: dt.datetime) -> str:
    """As “Sent back by rita, 25 Nov 10:00: “Mind the hour.””; empty where nothing was."""
    if given is None:
        return ""
    facts = {"who": given.by_name or _("a reviser"), "when": to_the_minute(given.at, now), "remark": given.remark}
    return _("Sent back by %(who)s, %(when)s: “%(remark)s”") % facts


def readiness_of(
    subjects: Sequence[Subject], now: dt.datetime, languages: Collection[str] = ()
) -> dict[UUID, dict[str, Readiness]]:
    """By subject and language, each in the order given; all languages where none are named."""
    wanted = [Language(code) for code in languages or Language.values]
    facts = Facts(subjects, now, wanted)
    return {one.pk: {language: of_language(facts, one, language) for language in wanted} for one in subjects}


def of_language(facts: Facts, subject: Subject, language: Language) -> Readiness:
    place = subject.pk, str(language)
    is_source = language == subject.source_language
    counts = NOTHING if is_source else facts.counts(place)
    stage = stage_of(facts, place, counts, is_source)
    is_open = stage in (Stage.SENT_BACK, Stage.OUT_OF_DATE, Stage.BEGUN, Stage.TRANSLATED)
    return Readiness(
        language,
        stage,
        counts,
        is_source,
        held(facts, facts.live, place),
        held(facts, facts.pending, place),
        facts.sent_back.get(place) if stage == Stage.SENT_BACK else None,
        is_blocked=is_open and facts.says_another_hour(place),
        may_be_submitted=stage == Stage.TRANSLATED and facts.may_be_submitted(place),
    )


def held(facts: Facts, digests: dict[Place, str], place: Place) -> Held:
    if place not in digests:
        return Held.NOTHING
    return Held.THIS_TEXT if digests[place] == facts.said.get(place) else Held.ANOTHER_TEXT


def stage_of(facts: Facts, place: Place, counts: Counts, is_source: bool) -> Stage:
    if place[0] not in facts.sources:
        return Stage.NO_DOCUMENT
    if not (counts.is_begun or is_source):
        return Stage.NONE
    if place in facts.sent_back and not counts.is_reviewed:
        return Stage.SENT_BACK
    if counts.out_of_date:
        return Stage.OUT_OF_DATE
    return judged(facts, place, counts) or unjudged(counts, is_source)


def judged(facts: Facts, place: Place, counts: Counts) -> Stage | None:
    """What was said of the text as it is saved; or, of a translation, of each of its texts."""
    if held(facts, facts.live, place) == Held.THIS_TEXT:
        return Stage.LIVE
    verdict = counts.is_reviewed or facts.verdict(place)
    if verdict is None:
        return Stage.IN_REVIEW if facts.is_in_review(place) else None
    return Stage.APPROVED if verdict else Stage.SENT_BACK


def unjudged(counts: Counts, is_source: bool) -> Stage:
    if is_source:
        return Stage.WRITTEN
    return Stage.TRANSLATED if counts.is_complete else Stage.BEGUN
