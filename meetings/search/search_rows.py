"""Build search rows from the documents of an edition: one for each part of each language's document."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from meetings.documents.document_numbers import list_search_keys
from meetings.documents.schema import MeetingDocument, TopicDocument
from meetings.i18n.text_folding import WORD, fold_word, stem_word
from meetings.models import Edition, SearchRow, StoredSearchResult
from meetings.search.document_parts import SearchPart, SearchText, build_search_parts
from meetings.search.result_contents import build_result_content, encode_result_content, get_result_id

MAX_PART_WORDS = 8_000  # per part; a `tsvector` of PostgreSQL can have a megabyte
MAX_KNOWN_WORDS = 16_384  # per language and process
MAX_FIELD_LENGTH = 4_000  # characters of titles and of references
TEXT_BREAK = "¶"  # between texts, so that a phrase cannot match across them
CONTEXT_PREFIX = "§"  # before words of the context, to keep them apart from the part's own words


def build_search_rows(
    edition: Edition, documents: Sequence[MeetingDocument | TopicDocument]
) -> Iterator[SearchRow | StoredSearchResult]:
    """Yield, for each part of each document, the row by which it is found and what a result shows of it."""
    for document in documents:
        for part in build_search_parts(document):
            yield SearchRow(edition_id=edition.pk, **build_search_columns(document, part, edition.listed_on))
            yield StoredSearchResult(edition_id=edition.pk, **build_result_columns(edition.pk, document, part))


def build_search_columns(
    document: MeetingDocument | TopicDocument, part: SearchPart, listed_on: dt.date
) -> dict[str, Any]:
    """Return the columns of the search row. `listed_on` is the date of parts that have none of their own."""
    return {
        "language": document.language,
        "kind": part.kind,
        "part_id": part.id,
        "configuration": document.configuration.slug if isinstance(document, MeetingDocument) else "",
        "date": part.date or listed_on,
        "title_words": format_search_field([part.title]),
        "reference_words": format_search_field([*part.references, *part.key_facts]),
        "words": format_search_words(part),
    }


def build_result_columns(edition: UUID, document: MeetingDocument | TopicDocument, part: SearchPart) -> dict[str, Any]:
    return {
        "id": get_result_id(edition, document.language, part.id),
        "language": document.language,
        "content": encode_result_content(build_result_content(document, part)),
    }


def format_search_field(texts: Sequence[SearchText]) -> str:
    """Return words between spaces, to search in. A long text is cut; a word that is cut never matches."""
    return f" {' '.join(collect_search_words(texts))} "[:MAX_FIELD_LENGTH]


def format_search_words(part: SearchPart) -> str:
    """Return all words by which the part is found."""
    own = collect_search_words([part.title, *part.references, *part.key_facts, *part.texts])
    context = [word if word == TEXT_BREAK else CONTEXT_PREFIX + word for word in collect_search_words(part.context)]
    return " ".join([*own[:MAX_PART_WORDS], TEXT_BREAK, *context])


def collect_search_words(texts: Iterable[SearchText]) -> list[str]:
    """Return the stems in their order, then codes and document numbers in one spelling, then the unstemmed words.

    Beginnings of words are compared with the unstemmed words. Each word is prefixed with its language, because one
    query searches many languages at once.
    """
    words: list[str] = []
    other_words: dict[str, None] = {}
    for text in texts:
        stems, others = split_into_search_words(text.text, text.language)
        words += stems
        words.append(TEXT_BREAK)
        other_words.update(dict.fromkeys(others))
    return [*words, *other_words]


@lru_cache(maxsize=1024)
def split_into_search_words(text: str, language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the stems of a text, and its numbers and unstemmed words.

    The result is cached because consecutive items share their context.
    """
    words = [*map(get_known_words(language).__getitem__, WORD.findall(text))]
    stems = tuple([stem for stem, _unstemmed in words if stem])
    return stems, (*[language + key for key in list_search_keys(text)], *[other for _stem, other in words if other])


class KnownWords(dict[str, tuple[str, str]]):
    """The words of a language, each with its stem and, if it differs, the unstemmed word; empty if there is none."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language

    def __missing__(self, word: str) -> tuple[str, str]:
        form = fold_word(word)
        stem = stem_word(form, self.language)
        if len(self) >= MAX_KNOWN_WORDS:
            self.clear()
        self[word] = found = (self.language + stem if form else "", self.language + form if stem != form else "")
        return found


get_known_words = cache(KnownWords)
