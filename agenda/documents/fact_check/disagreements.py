"""Compare the numbers, times, links and markup of a translation with those of its source text."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from agenda.documents.fact_check.extract_facts import extract_facts, may_name_time
from agenda.documents.fact_check.facts import Fact, FactKind, FactReading, TextFacts
from agenda.documents.translations.segments import (
    Segment,
    TextBlock,
    list_segments,
    list_translated_segments,
    split_blocks,
    split_sentences,
)
from meetings.documents.encoding import compute_digest
from meetings.documents.plain_text import TAG, html_to_words
from meetings.documents.schema import MeetingDocument, TopicDocument

HREF = re.compile(r"<a\b[^<>]*?\bhref=\"([^\"]*)\"")
PRINTED_URL = re.compile(r"https?://[^\s<>\"]+")
MARKUP_ELEMENT = re.compile(r"<(p|ul|ol|li|h3|h4|blockquote|strong|em)\b")
NOON_AND_MIDNIGHT = {("time", minutes) for minutes in (0, 12 * 60, 24 * 60)}
HEADINGS = ngettext_lazy("%d heading", "%d headings")
LISTS = ngettext_lazy("%d list", "%d lists")
ELEMENT_PHRASES = {
    "p": ngettext_lazy("%d paragraph", "%d paragraphs"),
    "ul": LISTS,
    "ol": LISTS,
    "li": ngettext_lazy("%d list item", "%d list items"),
    "h3": HEADINGS,
    "h4": HEADINGS,
    "blockquote": ngettext_lazy("%d quotation", "%d quotations"),
    "strong": ngettext_lazy("%d passage in bold", "%d passages in bold"),
    "em": ngettext_lazy("%d passage in italics", "%d passages in italics"),
}
MAX_SHARED_WORDS = 4
"""A text of at most so many words may be the same in two languages, since it may be a name or a title."""
ADDRESS = re.compile(r"@|://|^www\.|\.(?:eu|int|org|com|net)\b")
CLOSING_QUOTES = "\"'’”»)]"
SENTENCE_ENDS = (".", "!", "?", "…", ";")
PUNCTUATION = ".,;:!?…–-«»“”„\"'’‘()[]"
MAX_LISTED = 5
"""The number of facts that a message lists."""


@dataclass(frozen=True)
class Disagreement:
    """A difference between a translation and its source in something that is the same in every language.

    `path` is the place of the text in the document. `block` is the index of its paragraph, or None for the whole text.
    A disagreement that `blocks` prevents approval until somebody confirms that it is intended. Disagreements compare
    by value, so that a confirmation stays valid as long as neither text changes in this point.
    """

    path: str
    kind: FactKind
    missing: tuple[str, ...] = ()
    """The printed words of facts that only the source has. For markup, the number of elements, for example “2 li”; for
    words, the sentences that are not translated."""
    added: tuple[str, ...] = ()
    blocks: bool = False
    block: int | None = None

    @property
    def message(self) -> str:
        if self.kind == FactKind.WORDS:
            return _("Still in the original language: %s") % " ".join(f"“{sentence}”" for sentence in self.missing)
        if self.kind == FactKind.MARKUP:
            counts = {"source": format_element_counts(self.missing), "translation": format_element_counts(self.added)}
            return _("The original has %(source)s, the translation has %(translation)s.") % counts
        printed = {"source": format_printed_facts(self.missing), "translation": format_printed_facts(self.added)}
        printed["translation"] = printed["translation"].removesuffix(".")
        if self.kind == FactKind.NUMBER and self.missing == self.added:
            different = _(
                "%(source)s is a different number in the language of the translation. Check points, commas and spaces."
            )
            return different % printed
        if self.kind == FactKind.LINK:
            both = _("The original links to %(source)s, the translation links to %(translation)s.")
            lacking = _("The original links to %(source)s, the translation does not.")
            more = _("The translation links to %(translation)s, the original does not.")
        else:
            both = _("The original says %(source)s, the translation says %(translation)s.")
            lacking = _("The original says %(source)s, the translation does not.")
            more = _("The translation says %(translation)s, the original does not.")
        return (both if self.missing and self.added else lacking if self.missing else more) % printed


def find_disagreements(
    source: MeetingDocument | TopicDocument, translation: MeetingDocument | TopicDocument
) -> list[Disagreement]:
    """Return the disagreements between the translated texts of a document and the source document.

    Fallbacks are skipped, since they are the source text itself.
    """
    texts = {segment.path: segment.text for segment in list_translated_segments(translation)}
    pairs = [(segment, texts[segment.path]) for segment in list_segments(source) if segment.path in texts]
    languages = source.language, translation.language
    return [found for segment, text in pairs for found in find_text_disagreements(segment, text, *languages)]


def find_text_disagreements(source: Segment, text: str, source_language: str, language: str) -> Iterator[Disagreement]:
    """Yield the disagreements of one translated text with its source, also for a text that is not saved yet."""
    if source_language == language:
        return
    for place in match_blocks(source, text):
        yield from compare_block(source, place, source_language, language)
    yield from find_untranslated(source, text)
    yield from compare_links(source, text, (source_language, language))
    if source.rich:
        yield from compare_markup(source, text)


def find_blocking_disagreements(
    source: Segment, text: str, source_language: str, language: str
) -> Iterator[Disagreement]:
    """Yield those of `find_text_disagreements` that block approval. Only paragraphs that may name a time are read."""
    if source_language == language:
        return
    for place in match_blocks(source, text):
        _index, old, new = place
        if may_name_time(old, source_language) or may_name_time(new, language):
            found = compare_block(source, place, source_language, language)
            yield from (disagreement for disagreement in found if disagreement.blocks)


def compare_block(
    source: Segment, place: tuple[int | None, str, str], source_language: str, language: str
) -> Iterator[Disagreement]:
    block, old, new = place
    facts = extract_facts(old, source_language), extract_facts(new, language)
    for kind, missing, added, is_blocking in compare_facts(*facts):
        yield Disagreement(source.path, kind, list_printed(missing), list_printed(added), is_blocking, block)


def compute_difference_digest(found: Disagreement, source_text: str, text: str) -> str:
    """Return a digest of the difference and of both texts, so that a confirmation ends when either text changes."""
    facts = [source_text, text, found.kind.value, list(found.missing), list(found.added), found.block]
    return compute_digest(json.dumps(facts, ensure_ascii=False))


def match_blocks(source: Segment, text: str) -> Iterator[tuple[int | None, str, str]]:
    """Yield (index, source words, translated words) per block if both texts have the same blocks.

    Otherwise, yield the whole texts once, with None as index.
    """
    old, new = (split_blocks(html) if source.rich else [] for html in (source.text, text))
    if old and [block.element for block in old] == [block.element for block in new]:
        for index, (block, other) in enumerate(zip(old, new, strict=True)):
            yield index, html_to_words(block.text), html_to_words(other.text)
    elif source.rich:
        yield None, html_to_words(source.text), html_to_words(text)
    else:
        yield None, source.text, text


def list_printed(facts: Iterable[Fact]) -> tuple[str, ...]:
    """Return the printed words of the facts, without repetitions."""
    return tuple(dict.fromkeys(fact.printed for fact in facts))


FactDifference = tuple[FactKind, list[Fact], list[Fact], bool]
"""The kind, the unmatched facts of source and translation, and whether the difference blocks approval."""


def compare_facts(source_facts: TextFacts, translated_facts: TextFacts) -> Iterator[FactDifference]:
    """Yield the facts of each text that match no fact of the other, by kind. Only times block approval."""
    left = exclude_matching(source_facts.all, translated_facts.readings)
    right = exclude_matching(translated_facts.all, source_facts.readings)
    left, right = exclude_loosely_matching(left, right), exclude_loosely_matching(right, left)
    hours = select_times(left, right), select_times(right, left)
    if any(hours):
        noon = not all(hours) and all(fact.readings <= NOON_AND_MIDNIGHT for fact in hours[0] + hours[1])
        yield FactKind.TIME, *hours, not noon
    reported = {*hours[0], *hours[1]}
    left, right = ([fact for fact in facts if fact not in reported] for facts in (left, right))
    for kinds in ({FactKind.DATE, FactKind.NUMBER}, {FactKind.DOCUMENT}, {FactKind.PROCEDURE}):
        old, new = ([fact for fact in facts if fact.kind in kinds] for facts in (left, right))
        old, new = exclude_doubtful(old, new), exclude_doubtful(new, old)
        if old or new:
            has_date = any(fact.kind == FactKind.DATE for fact in old + new)
            yield FactKind.DATE if has_date else (old + new)[0].kind, old, new, False


def exclude_matching(facts: Iterable[Fact], readings: frozenset[FactReading]) -> list[Fact]:
    """Return the facts without those that share a reading with the other text."""
    return [fact for fact in facts if not fact.readings & readings]


def exclude_loosely_matching(facts: list[Fact], others: list[Fact]) -> list[Fact]:
    """Return the facts without those that match an unmatched fact of the other text by a loose reading."""
    readings = {reading for other in others for reading in other.readings}
    loose = {reading for other in others for reading in other.loose}
    return [fact for fact in facts if not fact.loose & readings and not fact.readings & loose]


def select_times(facts: list[Fact], others: list[Fact]) -> list[Fact]:
    """Return the facts that are times, and those that may be times if the other text has an unmatched time, too."""
    other_has_time = any(other.has_reading("time") for other in others)
    return [fact for fact in facts if fact.kind == FactKind.TIME or (other_has_time and fact.has_reading("time"))]


def exclude_doubtful(facts: list[Fact], others: list[Fact]) -> list[Fact]:
    """Return the facts without those that may only seem to be missing in the other text.

    The other text may name a month or a day of the week in a grammatical case that we do not recognise, and may spell
    out a small number. Such facts therefore count only if the other text has an unmatched fact of the same sort.
    """
    small = any(other.is_small for other in others)
    sorts = {sort for other in others for sort, _value in other.readings}
    return [
        fact
        for fact in facts
        if (small or not fact.is_small)
        and all(not fact.has_reading(sort) or sort in sorts for sort in ("month", "weekday"))
    ]


def find_untranslated(source: Segment, text: str) -> Iterator[Disagreement]:
    """Yield a disagreement if whole sentences of the source are still in the translated text, word for word.

    Names, numbers, addresses and short titles may be the same in two languages (`is_sentence`).
    """
    blocks = split_blocks(source.text) if source.rich else [TextBlock("", source.text)]
    translated = f" {' '.join(html_to_words(text).split() if source.rich else text.split())} "
    sentences = dict.fromkeys(sentence for block in blocks for sentence in split_sentences(block.text)[::2])
    found = []
    for sentence in sentences:
        words = (html_to_words(sentence) if source.rich else sentence).split()
        if is_sentence(words) and f" {' '.join(words)} " in translated:
            found.append(" ".join(words))
    if found:
        yield Disagreement(source.path, FactKind.WORDS, tuple(dict.fromkeys(found)))


def is_sentence(words: Sequence[str]) -> bool:
    """Return whether these words can hardly be right in two languages.

    They are more than four words, apart from numbers and addresses. With a full stop, at least two of them begin with a
    small letter. Without one, at least half of them do, because titles and names of bodies have no full stop, and
    mostly capitals: “European Union Agency for Fundamental Rights”.
    """
    letters = [word.strip(PUNCTUATION) for word in words if not ADDRESS.search(word)]
    letters = [word for word in letters if word and word[0].isalpha()]
    small = [word for word in letters if word[0].islower()]
    if len(letters) <= MAX_SHARED_WORDS:
        return False
    has_end = words[-1].rstrip(CLOSING_QUOTES).endswith(SENTENCE_ENDS)
    return len(small) >= 2 if has_end else 2 * len(small) >= len(letters)


def compare_links(source: Segment, text: str, languages: tuple[str, str]) -> Iterator[Disagreement]:
    """Yield a disagreement if the texts link to different URLs.

    URLs may differ in the language that they name: “/en/press/”, “/fi/press/”.
    """
    old, new = ({strip_url_language(url, languages): url for url in extract_urls(each)} for each in (source.text, text))
    missing = tuple(url for key, url in old.items() if key not in new)
    added = tuple(url for key, url in new.items() if key not in old)
    if missing or added:
        yield Disagreement(source.path, FactKind.LINK, missing, added)


def extract_urls(text: str) -> list[str]:
    """Return the URLs of links, and those printed as words."""
    printed = (url.rstrip(".,;:!?)") for url in PRINTED_URL.findall(TAG.sub(" ", text)))
    return [unescape(url) for url in [*HREF.findall(text), *printed]]


def strip_url_language(url: str, languages: tuple[str, str]) -> str:
    """Return the URL with “*” in place of the codes of the two languages, to compare it with another."""
    return re.sub(rf"(?<![a-z])(?:{'|'.join(languages)})(?![a-z])", "*", url.casefold().rstrip("/"))


def compare_markup(source: Segment, text: str) -> Iterator[Disagreement]:
    """Yield a disagreement if the texts have different numbers of paragraphs, lists, headings or bold passages."""
    old, new = Counter(MARKUP_ELEMENT.findall(source.text)), Counter(MARKUP_ELEMENT.findall(text))
    if unequal := [element for element in old | new if old[element] != new[element]]:
        missing, added = (tuple(f"{count[element]} {element}" for element in unequal) for count in (old, new))
        yield Disagreement(source.path, FactKind.MARKUP, missing, added)


def format_element_counts(counts: Iterable[str]) -> str:
    """Return for example “2 paragraphs, 1 list” for “2 p” and “1 ul”."""
    pairs = (each.split() for each in counts)
    return ", ".join(str(ELEMENT_PHRASES[element] % int(count)) for count, element in pairs)


def format_printed_facts(facts: Sequence[str]) -> str:
    """Return the first facts, separated by commas, with “…” if there are more."""
    return ", ".join([*facts[:MAX_LISTED], *(["…"] if len(facts) > MAX_LISTED else [])])
