"""Compare a translation with its source, text by text, for those who submit or review it. New texts come first.

The address of a link is among them if it is another one than in the original: it is readers who are led there.
"""

from dataclasses import dataclass, field

from agenda.admin.translation.editor_texts import ShownDifference, TextNames, format_key, list_differences
from agenda.documents.diff.word_diff import ComparisonBudget, DiffRun, compare_html, compare_texts
from agenda.documents.translations.reference_texts import KnownTexts
from agenda.documents.translations.segments import Segment, TextKey
from agenda.documents.translations.status import list_source_texts
from agenda.documents.translations.translated_document import TranslatedText
from agenda.workflow.confirmed_differences import ComparisonTime, get_confirmations
from agenda.workflow.drafts import Subject, SubjectDocument, get_translations
from agenda.workflow.reviews import get_approved_translations, get_approved_wordings
from meetings.documents.encoding import compute_digest


@dataclass(frozen=True)
class TextPair:
    """A source text beside its translation.

    `text` is "" if the source text is the fallback; `outdated` may then be a translation that is out of date. `changed`
    compares the translation with the one that was submitted or approved before. `changed_source` compares the source
    text with that for which this translation was approved, if somebody says that it is still correct.
    """

    where: str
    label: str
    source: Segment
    text: str
    is_new: bool
    changed: tuple[DiffRun, ...] | None = None
    changed_source: tuple[DiffRun, ...] | None = None
    differences: list[ShownDifference] = field(default_factory=list)
    outdated: str = ""

    @property
    def name(self) -> str:
        """The name used in the anchors of the translation editor."""
        return format_key(self.source.key)

    @property
    def blocking(self) -> list[ShownDifference]:
        """The differences that block approval."""
        return [difference for difference in self.differences if difference.found.blocks and not difference.confirmed]

    @property
    def confirmed(self) -> list[ShownDifference]:
        """The differences that would block approval, but are confirmed."""
        return [difference for difference in self.differences if difference.found.blocks and difference.confirmed]


class TranslationComparison:
    """The texts of a translation by what the reader has to do with them.

    `new` texts were not approved before. `again` are new texts, too, but were submitted before in the same words, for
    example in a translation that was sent back. `known` were approved before, or come from reference data. `outdated`
    have a translation that is out of date, `borrowed` have none: readers see the source text of both. `is_complete`:
    there was time to look for differences of facts in all of them.
    """

    def __init__(
        self,
        subject: Subject,
        source: SubjectDocument,
        translation: SubjectDocument,
        submitted: SubjectDocument | None = None,
        comparison_time: ComparisonTime | None = None,
    ) -> None:
        """Compare the texts. One is new if these words were not approved before with this source text.

        `submitted` is the translation that was submitted before this one. `comparison_time` is the time that all
        translations of one page have.
        """
        comparison_time = comparison_time or ComparisonTime()
        self.source_language, self.language = source.language, translation.language
        self.new: list[TextPair] = []
        self.again: list[TextPair] = []
        self.known: list[TextPair] = []
        self.outdated: list[TextPair] = []
        self.borrowed: list[TextPair] = []
        names, language = TextNames(source), translation.language
        approved = get_approved_translations(subject.pk, language).get(language, {})
        confirmed = get_confirmations(subject, language)
        texts = {
            one.segment.path: one.segment.text
            for one in list_source_texts(translation)
            if one.segment.path not in translation.fallbacks
        }
        earlier = {one.segment.key: one.segment.text for one in list_source_texts(submitted)} if submitted else {}
        stored = get_translations(subject, language).get(language, {})
        budget, known_texts = ComparisonBudget(), KnownTexts(source)
        wordings: dict[TextKey, tuple[str, str]] | None = None
        for one in list_source_texts(source):
            segment = one.segment
            text, before = texts.get(segment.path, ""), approved.get(segment.key)
            if one.is_optional and text == segment.text:
                continue  # the link leads to the same address as in the original
            is_known = text == known_texts.translate(segment, one.owner, language)
            is_new = bool(text) and not is_known and before != TranslatedText(text, compute_digest(segment.text))
            previous = earlier.get(segment.key) or (before.text if before else "")
            if is_new and wordings is None:
                wordings = get_approved_wordings(subject.pk, language)
            approved_for, words = (wordings or {}).get(segment.key, ("", ""))
            is_kept = is_new and words == text and approved_for != segment.text
            is_compared = is_new and not is_kept and previous not in ("", text) and not one.is_optional
            compare = compare_html if segment.rich else compare_texts
            differences: list[ShownDifference] = []
            if text and not one.is_optional:
                asked = segment, text, source.language, language, confirmed
                differences += comparison_time.compare(list_differences, *asked)
            pair = TextPair(
                *names.get_names(segment),
                segment,
                text,
                is_new,
                compare(previous, text, budget) if is_compared else None,
                compare(approved_for, segment.text, budget) if is_kept else None,
                differences,
                get_outdated_text(stored.get(segment.key), segment, text),
            )
            self.get_list(pair, was_submitted=text == earlier.get(segment.key)).append(pair)
        self.is_complete = comparison_time.is_complete

    def get_list(self, pair: TextPair, *, was_submitted: bool) -> list[TextPair]:
        if pair.text and pair.is_new and was_submitted:
            return self.again
        if pair.text:
            return self.new if pair.is_new else self.known
        return self.outdated if pair.outdated else self.borrowed

    @property
    def texts(self) -> list[TextPair]:
        return self.new + self.again + self.known

    @property
    def blocking(self) -> list[TextPair]:
        """The texts with a time that differs and that nobody has confirmed."""
        return [pair for pair in self.texts if pair.blocking]

    @property
    def confirmed(self) -> list[TextPair]:
        """The texts with a time that differs and that somebody has confirmed."""
        return [pair for pair in self.texts if pair.confirmed]


def get_outdated_text(stored: TranslatedText | None, segment: Segment, text: str) -> str:
    """Return the stored translation if it is out of date and the source text is the fallback, else ""."""
    return stored.text if stored and not text and stored.source_digest != compute_digest(segment.text) else ""
