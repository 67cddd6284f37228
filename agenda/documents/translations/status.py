"""Decide the status of each translated text: missing, out of date, partial, draft or reviewed; and count them.

A translation is out of date if its source text has changed since it was translated. The status is never stored: it is
computed from the texts each time (see `get_translation_status`).
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec import Struct

from agenda.documents.fact_check.disagreements import Disagreement, compute_difference_digest, find_untranslated
from agenda.documents.translations.reference_texts import KnownTexts
from agenda.documents.translations.segments import Segment, replace_texts
from agenda.documents.translations.translated_document import URL_FIELD, SubjectDocument, TranslatedTexts
from meetings.documents.encoding import compute_digest
from meetings.documents.schema import Link


class TextState(TextChoices):
    """The status of one text. The labels are shown beside the text in the translation editor."""

    MISSING = "missing", gettext_lazy("not translated")
    OUT_OF_DATE = "out_of_date", gettext_lazy("out of date")
    PARTIAL = "partial", gettext_lazy("partly in the original language")
    DRAFT = "draft", gettext_lazy("draft")
    REVIEWED = "reviewed", gettext_lazy("reviewed")
    KNOWN = "known", gettext_lazy("from reference data")
    OPTIONAL = "optional", gettext_lazy("same as the original")


COUNTED_STATES = (
    TextState.MISSING, TextState.OUT_OF_DATE, TextState.PARTIAL, TextState.DRAFT, TextState.REVIEWED
)  # fmt: skip
DRAFT_STATES = (TextState.PARTIAL, TextState.DRAFT)
"""The states of a translation of the current source text that nobody has approved."""


@dataclass(frozen=True)
class SourceText:
    """A text that can be translated, with the part that it belongs to. `is_optional`: it is the URL of a link."""

    segment: Segment
    owner: Struct
    is_optional: bool = False

    @cached_property
    def digest(self) -> str:
        return compute_digest(self.segment.text)


@dataclass(frozen=True)
class TranslationStatus:
    """The status of a text in one language.

    `text` is the stored translation, out of date or not; `known` is the translation in the reference data.
    `source_digest` is the digest of the source text that was translated.
    """

    source: SourceText
    state: TextState
    text: str = ""
    source_digest: str = ""
    known: str = ""


@dataclass(frozen=True)
class TranslationCounts:
    """The number of texts by status. Texts from reference data and optional texts are not counted."""

    missing: int = 0
    out_of_date: int = 0
    partial: int = 0
    draft: int = 0
    reviewed: int = 0

    @classmethod
    def count(cls, statuses: Iterable[TranslationStatus]) -> Self:
        found = Counter(status.state for status in statuses)
        return cls(**{str(state.value): found[state] for state in COUNTED_STATES})

    @property
    def done(self) -> int:
        """Return the number of texts translated completely, from the current source text."""
        return self.draft + self.reviewed

    @property
    def total(self) -> int:
        return self.done + self.missing + self.out_of_date + self.partial

    @property
    def has_drafts(self) -> bool:
        return bool(self.draft or self.partial)

    @property
    def is_started(self) -> bool:
        return self.total > self.missing

    @property
    def is_complete(self) -> bool:
        return self.done == self.total

    @property
    def is_reviewed(self) -> bool:
        """Return whether all translated texts are reviewed. Some texts may not be translated at all."""
        return self.is_started and self.reviewed == self.total - self.missing

    @property
    def summary(self) -> str:
        """Return for example “31 of 34 translated, 20 reviewed, 2 out of date, 1 not translated”.

        The number of texts that are not translated is left out if it follows from the first two numbers.
        """
        phrases = [_("%(done)d of %(total)d translated") % {"done": self.done, "total": self.total}]
        phrases += [_("%d reviewed") % self.reviewed] * bool(self.reviewed)
        phrases += [_("%d out of date") % self.out_of_date] * bool(self.out_of_date)
        phrases += [_("%d partly in the original language") % self.partial] * bool(self.partial)
        is_remainder = self.total == self.done + self.missing
        phrases += [_("%d not translated") % self.missing] * bool(self.missing and not is_remainder)
        return ", ".join(phrases) if self.total else _("nothing to translate")


IsConfirmed = Callable[[str, str], bool]
FindSentences = Callable[[Segment, str], Iterable[Disagreement]]


def has_source_sentence(segment: Segment, text: str, is_confirmed: IsConfirmed, find_sentences: FindSentences) -> bool:
    """Return whether a sentence of the source is left in the translation, and nobody confirmed it."""
    return any(
        not is_confirmed(found.path, compute_difference_digest(found, segment.text, text))
        for found in find_sentences(segment, text)
    )


def list_source_texts(source: SubjectDocument) -> list[SourceText]:
    """Return the texts that can be translated, in the order of the document; the URL of a link follows its texts."""
    found: list[SourceText] = []

    def collect(segment: Segment, owner: Struct) -> str:
        found.append(SourceText(segment, owner))
        return segment.text

    def add_address(part: Any) -> Any:
        if isinstance(part, Link) and part.url:
            segment = Segment(f"links.{part.id}.{URL_FIELD}", False, part.url, part.id, URL_FIELD)
            found.append(SourceText(segment, part, is_optional=True))
        return part

    replace_texts(source, collect, add_address)
    return found


def get_translation_statuses(
    source: SubjectDocument,
    language: str,
    texts: TranslatedTexts,
    approved: TranslatedTexts,
    source_texts: Iterable[SourceText] | None = None,
    *,
    is_confirmed: IsConfirmed = lambda path, digest: False,
    find_sentences: FindSentences = find_untranslated,
) -> list[TranslationStatus]:
    """Return the status of each text of the source document in a language.

    `texts` are the translations in the working copy; `approved` are those that were approved last, each with the digest
    of the source text that it was approved with. A text is reviewed if exactly these words are approved with the
    current source text. A draft with a sentence of the source is translated partly, unless somebody confirmed that this
    is intended (`is_confirmed`, for a path and the digest of a difference). `find_sentences` may know what
    `find_untranslated` finds, or have no time for it.
    """
    known_texts = KnownTexts(source)
    return [
        get_translation_status(
            source_text,
            known_texts,
            language,
            texts,
            approved,
            is_confirmed=is_confirmed,
            find_sentences=find_sentences,
        )
        for source_text in (source_texts or list_source_texts(source))
    ]


def get_translation_status(
    source_text: SourceText,
    known_texts: KnownTexts,
    language: str,
    texts: TranslatedTexts,
    approved: TranslatedTexts,
    *,
    is_confirmed: IsConfirmed,
    find_sentences: FindSentences,
) -> TranslationStatus:
    """Return the status of one text. This is where a translation is found to be out of date."""
    segment, is_optional = source_text.segment, source_text.is_optional
    known = "" if is_optional else known_texts.translate(segment, source_text.owner, language)
    translated = texts.get(segment.key)
    if translated and translated.text and not (is_optional and translated.text == segment.text):
        state = TextState.OUT_OF_DATE
        if translated.source_digest == source_text.digest:
            state = TextState.REVIEWED if approved.get(segment.key) == translated else TextState.DRAFT
            if (
                state == TextState.DRAFT
                and not is_optional
                and has_source_sentence(segment, translated.text, is_confirmed, find_sentences)
            ):
                state = TextState.PARTIAL
        return TranslationStatus(source_text, state, translated.text, translated.source_digest, known)
    if known:
        return TranslationStatus(source_text, TextState.KNOWN, known=known)
    if is_optional:  # somebody may have saved the source's own URL as its translation
        return TranslationStatus(source_text, TextState.OPTIONAL, *(translated or ()))
    return TranslationStatus(source_text, TextState.MISSING)
