"""Search rows made from documents: one for each part of each language's document of an edition."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from meetings.documents.shape import MeetingDocument, TopicDocument
from meetings.models import Edition, SearchRow
from meetings.search.parts import Part, Text, parts_of
from meetings.search.words import folded, numbers_in, stem

MOST_WORDS = 8_000  # of a part; PostgreSQL's list of them may take a megabyte
LONGEST_FIELD = 4_000  # characters of what counts more
BREAK = "¶"  # so that no phrase begins in one text and ends in another
AROUND = "§"  # before words of the context, which stand apart from the part's own


def search_rows(edition: Edition, documents: Sequence[MeetingDocument | TopicDocument]) -> Iterator[SearchRow]:
    for document in documents:
        for facts in facts_of(document, edition.listed_on):
            yield SearchRow(edition=edition, **facts)


def facts_of(document: MeetingDocument | TopicDocument, listed_on: dt.date) -> Iterator[dict[str, Any]]:
    """The columns of the document's rows; `listed_on` is the date of what has none of its own."""
    configuration = document.configuration.slug if isinstance(document, MeetingDocument) else ""
    for part in parts_of(document):
        yield {
            "language": document.language,
            "kind": part.kind,
            "part_id": part.id,
            "configuration": configuration,
            "date": part.date or listed_on,
            "title_words": field_of([part.title]),
            "reference_words": field_of([*part.references, *part.facts]),
            "words": words_of(part),
        }


def field_of(texts: Sequence[Text]) -> str:
    """Words between spaces, to look for; a long one ends with a part of a word that nobody asks for."""
    return f" {' '.join(words_in(texts))} "[:LONGEST_FIELD]


def words_of(part: Part) -> str:
    """All that the part is found by."""
    own = list(words_in([part.title, *part.references, *part.facts, *part.texts]))
    around = (word if word == BREAK else AROUND + word for word in words_in(part.context))
    return " ".join(chain(own[:MOST_WORDS], [BREAK], around))


def words_in(texts: Iterable[Text]) -> Iterator[str]:
    """Stems in their order; then codes and document numbers in one spelling, and the words that were stemmed, against
    which a beginning of a word is held. Each with its language in front: one question asks for many languages at once.
    """
    further: dict[str, None] = {}
    for text in texts:
        stems, more = words_of_text(text.text, text.language)
        yield from stems
        yield BREAK
        further.update(dict.fromkeys(more))
    yield from further


@lru_cache(maxsize=1024)
def words_of_text(text: str, language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Kept for a while: what is around an item is around the next one, too."""
    forms = folded(text)
    stems = [stem(form, language) for form in forms]
    more = [form for form, stemmed in zip(forms, stems, strict=True) if stemmed != form]
    return (
        tuple(language + word for word in stems),
        tuple(language + word for word in (*numbers_in(text), *more)),
    )
