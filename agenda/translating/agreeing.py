"""Where a translation disagrees with its source in what is the same in every language."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.translating.facts import Fact, Facts, Kind, Reading
from agenda.translating.reading import facts_in
from agenda.translating.segments import Block, Segment, blocks, segments
from meetings.documents.shape import MeetingDocument, TopicDocument

HREF = re.compile(r"<a\b[^<>]*?\bhref=\"([^\"]*)\"")
PRINTED_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
MARKUP = re.compile(r"<(p|ul|ol|li|h3|h4|blockquote|strong|em)\b")
APART = re.compile(r"<(?:br|sup|/?(?:p|ul|ol|li|h3|h4|blockquote))\b[^<>]*>")
TAG = re.compile(r"<[^<>]*>")
NOON_AND_MIDNIGHT = {("time", minutes) for minutes in (0, 12 * 60, 24 * 60)}
FEW = 4
"""Words that may well be the same in two languages: a name, a title."""
MOST_TOLD = 5


@dataclass(frozen=True)
class Disagreement:
    """`path` is the text's place in the document, `block` which of its blocks, or None for the text as a whole.

    What blocks an approval does so until somebody confirms that it is meant. Equal ones are equal, so that a
    confirmation holds for as long as neither text says another thing.
    """

    path: str
    kind: Kind
    missing: tuple[str, ...] = ()
    """What the source says and the translation does not, as printed there; of markup how many of what, as “2 li”."""
    added: tuple[str, ...] = ()
    blocks: bool = False
    block: int | None = None

    @property
    def message(self) -> str:
        if self.kind == Kind.WORDS:
            return _("The words are those of the source: are they still to be translated?")
        if self.kind == Kind.MARKUP:
            counts = {"source": counts_in_words(self.missing), "translation": counts_in_words(self.added)}
            return _("The source has %(source)s, the translation %(translation)s.") % counts
        said = {"source": named(self.missing), "translation": named(self.added).removesuffix(".")}
        if self.kind == Kind.NUMBER and self.missing == self.added:
            return _("%(source)s is another number in the translation's language: mind points, commas, spaces.") % said
        if self.kind == Kind.LINK:
            both = _("The source links to %(source)s, the translation to %(translation)s.")
            lacking = _("The source links to %(source)s, the translation does not.")
            more = _("The translation links to %(translation)s, the source does not.")
        else:
            both = _("The source says %(source)s, the translation %(translation)s.")
            lacking = _("The source says %(source)s, the translation does not.")
            more = _("The translation says %(translation)s, the source does not.")
        return (both if self.missing and self.added else lacking if self.missing else more) % said


def disagreements(
    source: MeetingDocument | TopicDocument, translation: MeetingDocument | TopicDocument
) -> list[Disagreement]:
    """Where the translated texts of a document disagree with the source document; what is borrowed cannot."""
    texts = {segment.path: segment for segment in segments(translation) if segment.path not in translation.fallbacks}
    return [
        found
        for segment in segments(source)
        if segment.path in texts
        for found in disagreements_in(segment, texts[segment.path].text, source.language, translation.language)
    ]


def disagreements_in(source: Segment, text: str, source_language: str, language: str) -> Iterator[Disagreement]:
    """The same for one text, as a form may ask that has it not saved yet."""
    if source_language == language:
        return
    for block, old, new in side_by_side(source, text):
        for kind, missing, added, grave in differing(facts_in(old, source_language), facts_in(new, language)):
            yield Disagreement(source.path, kind, printed(missing), printed(added), grave, block)
        if is_untranslated(old, new):
            yield Disagreement(source.path, Kind.WORDS, block=block)
    yield from links(source, text, (source_language, language))
    if source.rich:
        yield from markup(source, text)


def side_by_side(source: Segment, text: str) -> Iterator[tuple[int | None, str, str]]:
    """Block by block where both have the same, else as a whole."""
    old, new = (blocks(html) if source.rich else [] for html in (source.text, text))
    if old and elements(old) == elements(new):
        pairs = zip(old, new, strict=True)
        yield from ((place, words_of(one.text), words_of(other.text)) for place, (one, other) in enumerate(pairs))
    elif source.rich:
        yield None, words_of(source.text), words_of(text)
    else:
        yield None, source.text, text


def elements(some: Sequence[Block]) -> list[str]:
    return [block.element for block in some]


def words_of(html: str) -> str:
    return unescape(TAG.sub("", APART.sub(" ", html)))


def printed(facts: Iterable[Fact]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fact.printed for fact in facts))


Difference = tuple[Kind, list[Fact], list[Fact], bool]


def differing(source: Facts, translation: Facts) -> Iterator[Difference]:
    """The facts of one text that agree with none of the other, by kind, and whether that is grave."""
    left, right = unlike(source.all, translation.readings), unlike(translation.all, source.readings)
    left, right = unlike_even_loosely(left, right), unlike_even_loosely(right, left)
    hours = hours_among(left, right), hours_among(right, left)
    if any(hours):
        noon = not all(hours) and all(fact.readings <= NOON_AND_MIDNIGHT for fact in hours[0] + hours[1])
        yield Kind.TIME, *hours, not noon
    told = {*hours[0], *hours[1]}
    left, right = ([fact for fact in facts if fact not in told] for facts in (left, right))
    for kinds in ({Kind.DATE, Kind.NUMBER}, {Kind.DOCUMENT}, {Kind.PROCEDURE}):
        old, new = ([fact for fact in facts if fact.kind in kinds] for facts in (left, right))
        old, new = without_doubtful(old, new), without_doubtful(new, old)
        if old or new:
            yield (
                Kind.DATE if any(fact.kind == Kind.DATE for fact in old + new) else (old + new)[0].kind,
                old,
                new,
                False,
            )


def unlike(facts: Iterable[Fact], readings: frozenset[Reading]) -> list[Fact]:
    return [fact for fact in facts if not fact.readings & readings]


def unlike_even_loosely(facts: list[Fact], others: list[Fact]) -> list[Fact]:
    readings = {reading for other in others for reading in other.readings}
    loose = {reading for other in others for reading in other.loose}
    return [fact for fact in facts if not fact.loose & readings and not fact.readings & loose]


def hours_among(facts: list[Fact], others: list[Fact]) -> list[Fact]:
    """What is an hour; what may be one, where the other text has an hour too that agrees with nothing."""
    possible = any(other.reads("time") for other in others)
    return [fact for fact in facts if fact.kind == Kind.TIME or (possible and fact.reads("time"))]


def without_doubtful(facts: list[Fact], others: list[Fact]) -> list[Fact]:
    """Without what may be no fact but a matter of words.

    Months and days of the week that are not recognised in another case are none, and a small number may stand in
    words: such facts count where the other text has one of the same sort that agrees with nothing.
    """
    small = any(other.small for other in others)
    sorts = {sort for other in others for sort, _value in other.readings}
    return [
        fact
        for fact in facts
        if (small or not fact.small) and all(not fact.reads(sort) or sort in sorts for sort in ("month", "weekday"))
    ]


def is_untranslated(source: str, text: str) -> bool:
    words = text.split()
    return len(words) > FEW and words == source.split() and any(word[0].islower() for word in words)


def links(source: Segment, text: str, languages: tuple[str, str]) -> Iterator[Disagreement]:
    """Addresses may differ in the language that they name: “/en/press/”, “/fi/press/”."""
    old, new = ({in_no_language(url, languages): url for url in addresses(one)} for one in (source.text, text))
    missing = tuple(url for key, url in old.items() if key not in new)
    added = tuple(url for key, url in new.items() if key not in old)
    if missing or added:
        yield Disagreement(source.path, Kind.LINK, missing, added)


def addresses(text: str) -> list[str]:
    in_words = (address.rstrip(".,;:!?)") for address in PRINTED_ADDRESS.findall(TAG.sub(" ", text)))
    return [unescape(address) for address in [*HREF.findall(text), *in_words]]


def in_no_language(url: str, languages: tuple[str, str]) -> str:
    return re.sub(rf"(?<![a-z])(?:{'|'.join(languages)})(?![a-z])", "*", url.casefold().rstrip("/"))


def markup(source: Segment, text: str) -> Iterator[Disagreement]:
    old, new = Counter(MARKUP.findall(source.text)), Counter(MARKUP.findall(text))
    if unequal := [element for element in old | new if old[element] != new[element]]:
        missing, added = (tuple(f"{count[element]} {element}" for element in unequal) for count in (old, new))
        yield Disagreement(source.path, Kind.MARKUP, missing, added)


def in_words(element: str, count: int) -> str:
    match element:
        case "p":
            told = ngettext("%d paragraph", "%d paragraphs", count)
        case "ul" | "ol":
            told = ngettext("%d list", "%d lists", count)
        case "li":
            told = ngettext("%d point of a list", "%d points of a list", count)
        case "blockquote":
            told = ngettext("%d quotation", "%d quotations", count)
        case "strong":
            told = ngettext("%d passage in bold", "%d passages in bold", count)
        case "em":
            told = ngettext("%d passage in italics", "%d passages in italics", count)
        case _:
            told = ngettext("%d heading", "%d headings", count)
    return told % count


def counts_in_words(counts: Iterable[str]) -> str:
    pairs = (each.split() for each in counts)
    return ", ".join(in_words(element, int(count)) for count, element in pairs)


def named(facts: Sequence[str]) -> str:
    return ", ".join([*facts[:MOST_TOLD], *(["…"] if len(facts) > MOST_TOLD else [])])
