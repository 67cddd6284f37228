"""Sentences that an earlier edition has word for word: put together to a translation that is begun."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agenda.drafts import SubjectDocument, type_of
from agenda.translating import Segment, blocks, segments, with_texts
from meetings.documents.shape import MeetingDocument
from meetings.documents.text import read
from meetings.models import Edition, EditionDocument

EDITIONS = 20
"""The newest ones of the configuration, or of topics, that are in the language."""
ENDS = re.compile(r"[.!?…;]['\"’”»)]*(?:</\w+>)*(\s+)")
TAG = re.compile(r"<(/?)(\w+)")
VOID = "br"
FEWEST_WORDS = 3
"""Shorter ones mean something else elsewhere."""


@dataclass(frozen=True)
class Begun:
    """A text whose known sentences are translated, and whose others are the source's.

    `known` are the translations, in order: of `done` of all `number` sentences, since a paragraph may be known whole.
    """

    text: str
    known: list[str]
    done: int
    number: int


def sentences_translated(source: SubjectDocument, language: str, now: dt.datetime) -> dict[str, str]:
    """From each sentence or paragraph of earlier editions to its translation, the newest one. In two queries."""
    editions = Edition.objects.filter(
        subject_type=type_of(source),
        source_language=source.source_language,
        documents__language=language,
        is_tombstone=False,
        available_from__lte=now,
    )
    if isinstance(source, MeetingDocument):
        editions = editions.filter(configuration=source.configuration.slug)
    newest = list(editions.order_by("-available_from").values_list("pk", flat=True)[:EDITIONS])
    held = EditionDocument.objects.filter(edition__in=newest, language__in=(source.source_language, language))
    texts = held.readable().exclude(document__text="").values_list("edition", "language", "document__text")
    documents: dict[object, dict[str, SubjectDocument]] = defaultdict(dict)
    for edition, of, text in texts:
        if isinstance(document := read(text), SubjectDocument):
            documents[edition][of] = document
    known: dict[str, str] = {}
    for edition in newest:
        both = documents[edition]
        if len(both) == 2:
            for said, translated in sentence_pairs(both[source.source_language], both[language]):
                known.setdefault(said, translated)
    return known


def sentence_pairs(source: SubjectDocument, translation: SubjectDocument) -> Iterator[tuple[str, str]]:
    """Those of which it is plain which belongs to which: as many paragraphs, and in them as many sentences."""
    translated = {one.path: one for one in segments(translation)}
    for segment in segments(source):
        other = translated.get(segment.path)
        if other is None or segment.path in translation.fallbacks:
            continue
        ours, theirs = units_of(segment), units_of(other)
        if [element for element, _text in ours] != [element for element, _text in theirs]:
            continue
        for (_element, said), (_same, becomes) in zip(ours, theirs, strict=True):
            yield said, becomes
            some, others = sentences_of(said)[::2], sentences_of(becomes)[::2]
            if len(some) == len(others) > 1:
                yield from zip(some, others, strict=True)


def units_of(segment: Segment) -> list[tuple[str, str]]:
    """Its paragraphs, each with its element; a plain text is one."""
    return [(one.element, one.text) for one in blocks(segment.text)] if segment.rich else [("", segment.text)]


def sentences_of(text: str) -> list[str]:
    """In turn a sentence and the space after it. What stands within an element is not divided."""
    found, begun = [], 0
    for end in ENDS.finditer(text):
        rest = text[end.end() :].lstrip("«“„\"'(")
        is_begin = rest[:1].isupper() or rest.startswith("<")
        if is_begin and is_whole(text[begun : end.start(1)]):
            found += [text[begun : end.start(1)], end[1]]
            begun = end.end()
    return [*found, text[begun:]]


def is_whole(html: str) -> bool:
    """Every element that begins in it ends in it."""
    tags = [end for end, element in TAG.findall(html) if element != VOID]
    return 2 * sum(map(bool, tags)) == len(tags)


def begun(segment: Segment, known: Mapping[str, str]) -> Begun | None:
    """Nothing where no sentence is known."""
    texts, taken, done, number = [], [], 0, 0
    for _element, text in units_of(segment):
        pieces = sentences_of(text)
        count = len(pieces[::2])
        if text in known:
            pieces, done = [text], done + count - 1
        for place in range(0, len(pieces), 2):
            if len(pieces[place].split()) >= FEWEST_WORDS and pieces[place] in known:
                pieces[place] = known[pieces[place]]
                taken.append(pieces[place])
        number += count
        texts.append("".join(pieces))
    if not taken:
        return None
    return Begun(with_texts(segment.text, texts) if segment.rich else texts[0], taken, done + len(taken), number)
