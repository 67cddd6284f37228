"""Translation memory: find earlier translations of the same text, in any meeting or topic, or of its sentences.

Whoever may translate may read all working copies (`Right.VIEW` is not limited to a desk), so nobody sees a text here
that they could not open.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from agenda.documents.translations.segments import (
    Segment,
    TextBlock,
    list_segments,
    list_translated_segments,
    replace_block_texts,
    split_blocks,
    split_sentences,
)
from agenda.models import BackgroundTopic
from agenda.workflow.drafts import SubjectDocument, get_subject_type
from meetings.documents.encoding import decode_document
from meetings.documents.schema import MeetingDocument
from meetings.models import Edition, EditionDocument, Meeting, Translation

MAX_MATCHES = 2
"""The number of translations offered for one text."""
MAX_CANDIDATES = 5
"""The number of newest translations read for each text; many of them are the same."""
MAX_EDITIONS = 20
"""The number of newest editions read, of the configuration or of topics, that have the language."""
MIN_SENTENCE_WORDS = 3
"""Shorter sentences may mean something else in another text."""


@dataclass(frozen=True)
class MemoryMatch:
    """An earlier translation of the same text, with the name of its meeting or topic and of who saved it."""

    text: str
    subject_name: str
    by_name: str


def find_memory_matches(source_language: str, language: str, wanted: Collection[str]) -> dict[str, list[MemoryMatch]]:
    """Return earlier translations by digest of the source text, the newest first.

    `wanted` are the digests. This takes three queries, however many translations there are.
    """
    if not wanted:
        return {}
    newest = Window(
        RowNumber(), partition_by=F("source_digest"), order_by=(F("at").desc(nulls_last=True), F("pk").asc())
    )
    rows = (
        Translation.objects.filter(source_digest__in=wanted, language=language)
        .exclude(text="")
        .annotate(rank=newest)
        .filter(rank__lte=MAX_CANDIDATES)
        .order_by("source_digest", "rank")
        .values_list("source_digest", "text", "subject_id", "by_name")
    )
    found = list(rows)
    names = get_subject_names({key for _digest, _text, key, _by in found}, source_language)
    matches: dict[str, dict[str, MemoryMatch]] = defaultdict(dict)
    for digest, text, key, by_name in found:
        if key in names and len(matches[digest]) < MAX_MATCHES:
            matches[digest].setdefault(text, MemoryMatch(text, names[key], by_name))
    return {digest: list(by_text.values()) for digest, by_text in matches.items() if by_text}


def get_subject_names(keys: Collection[UUID], source_language: str) -> dict[UUID, str]:
    """Return the names of the subjects with this source language.

    The same words in another source language may mean something else.
    """
    meetings = Meeting.objects.filter(pk__in=keys, source_language=source_language)
    topics = BackgroundTopic.objects.filter(pk__in=keys, source_language=source_language)
    return {subject.pk: str(subject) for subject in [*meetings.select_related("configuration"), *topics]}


@dataclass(frozen=True)
class PartialTranslation:
    """A text whose known sentences are translated; the others are still in the source language.

    `known_sentences` are the translations in order. They may be fewer than `known_count`, since a whole paragraph may
    be known. `sentence_count` is the number of all sentences.
    """

    text: str
    known_sentences: list[str]
    known_count: int
    sentence_count: int


def load_sentence_memory(source: SubjectDocument, language: str, now: dt.datetime) -> dict[str, str]:
    """Return the newest translation of each sentence and paragraph of earlier editions. This takes two queries."""
    editions = Edition.objects.filter(
        subject_type=get_subject_type(source),
        source_language=source.source_language,
        documents__language=language,
        is_tombstone=False,
        available_from__lte=now,
    )
    if isinstance(source, MeetingDocument):
        editions = editions.filter(configuration=source.configuration.slug)
    newest = list(editions.order_by("-available_from").values_list("pk", flat=True)[:MAX_EDITIONS])
    rows = EditionDocument.objects.filter(edition__in=newest, language__in=(source.source_language, language))
    texts = rows.readable().exclude(document__text="").values_list("edition", "language", "document__text")
    documents: dict[object, dict[str, SubjectDocument]] = defaultdict(dict)
    for edition, language_of_text, text in texts:
        if isinstance(document := decode_document(text), SubjectDocument):
            documents[edition][language_of_text] = document
    known: dict[str, str] = {}
    for edition in newest:
        both = documents[edition]
        if len(both) == 2:
            for sentence, translated in match_sentences(both[source.source_language], both[language]):
                known.setdefault(sentence, translated)
    return known


def match_sentences(source: SubjectDocument, translation: SubjectDocument) -> Iterator[tuple[str, str]]:
    """Yield pairs of paragraphs and of sentences, where both texts have equal numbers of them."""
    translated = {segment.path: segment for segment in list_translated_segments(translation)}
    for segment in list_segments(source):
        other = translated.get(segment.path)
        if other is None:
            continue
        ours, theirs = split_paragraphs(segment), split_paragraphs(other)
        if [block.element for block in ours] != [block.element for block in theirs]:
            continue
        for block, other_block in zip(ours, theirs, strict=True):
            yield block.text, other_block.text
            sentences, others = split_sentences(block.text)[::2], split_sentences(other_block.text)[::2]
            if len(sentences) == len(others) > 1:
                yield from zip(sentences, others, strict=True)


def split_paragraphs(segment: Segment) -> list[TextBlock]:
    """Return the paragraphs. A plain text is one paragraph without an element."""
    return split_blocks(segment.text) if segment.rich else [TextBlock("", segment.text)]


def build_partial_translation(segment: Segment, known: Mapping[str, str]) -> PartialTranslation | None:
    """Return the text with its known sentences translated, or None if no sentence is known."""
    texts, translated, extra, number = [], [], 0, 0
    for block in split_paragraphs(segment):
        pieces = split_sentences(block.text)
        count = len(pieces[::2])
        if block.text in known:
            pieces, extra = [block.text], extra + count - 1
        for index in range(0, len(pieces), 2):
            if len(pieces[index].split()) >= MIN_SENTENCE_WORDS and pieces[index] in known:
                pieces[index] = known[pieces[index]]
                translated.append(pieces[index])
        number += count
        texts.append("".join(pieces))
    if not translated:
        return None
    whole = replace_block_texts(segment.text, texts) if segment.rich else texts[0]
    return PartialTranslation(whole, translated, extra + len(translated), number)
