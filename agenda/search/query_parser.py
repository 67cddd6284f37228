"""Parse a search query: words, quoted phrases, codes, numbers and dates. The cost is the same for any input."""

import datetime as dt
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from agenda.search.translated_names import Equivalent, find_equivalents
from meetings.documents.choices import Language
from meetings.documents.document_numbers import find_search_keys
from meetings.documents.plain_text import normalize_characters
from meetings.i18n.date_parsing import find_dates
from meetings.i18n.text_folding import WORD, fold_word, fold_words, stem_word

MAX_QUERY_LENGTH = 200  # characters
MAX_TERMS = 12
MAX_EQUIVALENTS = 300  # of all terms of a query; a word has up to 150, the longest name of a configuration 200
MIN_PREFIX_LENGTH = 3  # letters; shorter prefixes match too many words
QUOTED_PHRASE = re.compile(r"[\"“”„«»‟＂]([^\"“”„«»‟＂]+)[\"“”„«»‟＂]")
STOP_WORDS: dict[str, str] = tomllib.loads(Path(__file__).with_name("stop_words.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class SearchTerm:
    """A condition of a query: words in sequence, or a number in the one spelling in which it is indexed.

    `text` is what was typed. With `is_prefix`, the word may be the beginning of a longer one. `equivalents` are words
    that stand for the same name in texts of other languages.
    """

    text: str
    words: tuple[str, ...]
    number: str = ""
    is_prefix: bool = False
    day: dt.date | None = None
    equivalents: tuple[Equivalent, ...] = ()

    def get_alternatives(self, language: str) -> list[tuple[tuple[str, ...], bool]]:
        """Return the word sequences any of which matches a text in the language, each with whether it is a prefix."""
        alternatives = [(tuple(stem_word(word, language) for word in self.words), False)] if self.words else []
        if self.is_prefix:
            alternatives.append((self.words, True))
        if self.number:
            alternatives.append(((self.number,), False))
        alternatives += [(words, False) for each, words in self.equivalents if each == language]
        return alternatives


@dataclass(frozen=True)
class SearchQuery:
    """A parsed query. `text` is the part of the input that is used. Without terms there is nothing to search for."""

    text: str
    terms: tuple[SearchTerm, ...] = ()
    was_cut: bool = False

    @property
    def days(self) -> list[dt.date]:
        return [term.day for term in self.terms if term.day]


def parse_query(typed: str, language: str) -> SearchQuery:
    """Parse what was typed on a page in the language."""
    visible = normalize_characters(typed[: 2 * MAX_QUERY_LENGTH])
    normalized = " ".join("".join(char if char.isprintable() else " " for char in visible).split())
    text = normalized[:MAX_QUERY_LENGTH].strip()
    in_order = [term for _start, term in sorted(find_terms(text, language), key=lambda found: found[0])]
    terms = list(dict.fromkeys(in_order))
    if any(not is_stop_word(term, language) for term in terms):
        last = terms[-1]
        terms = [term for term in terms if not is_stop_word(term, language)]
        if (
            terms[-1] == last
            and text[-1].isalnum()
            and is_single_word(last)
            and len(last.words[0]) >= MIN_PREFIX_LENGTH
        ):
            terms[-1] = replace(last, is_prefix=True)
    else:
        terms = []
    number_of_terms = len(terms)
    terms = add_equivalents(terms[:MAX_TERMS], language)
    was_cut = len(normalized) > MAX_QUERY_LENGTH or len(typed) > 2 * MAX_QUERY_LENGTH or number_of_terms > MAX_TERMS
    return SearchQuery(text, tuple(terms), was_cut)


def add_equivalents(terms: Sequence[SearchTerm], language: str) -> list[SearchTerm]:
    """Return the terms with the words that stand for the same names in other languages, up to `MAX_EQUIVALENTS`."""
    added: list[SearchTerm] = []
    left = MAX_EQUIVALENTS
    for term in terms:
        found = () if term.number else find_equivalents(term.words, language, is_prefix=term.is_prefix)
        found = found if len(found) <= left else ()
        left -= len(found)
        added.append(replace(term, equivalents=found))
    return added


def is_single_word(term: SearchTerm) -> bool:
    return len(term.words) == 1 and not term.number and term.words[0].isalpha()


def is_stop_word(term: SearchTerm, language: str) -> bool:
    return is_single_word(term) and (len(term.words[0]) == 1 or term.words[0] in get_stop_words(language))


@cache
def get_stop_words(language: str) -> frozenset[str]:
    """Return the folded stop words of the page's language and of English, in which many people type on any page."""
    words = f"{STOP_WORDS.get(language, '')} {STOP_WORDS[Language.EN]}".split()
    return frozenset(map(fold_word, words))


def find_terms(text: str, language: str) -> Iterator[tuple[int, SearchTerm]]:
    """Yield the terms, each with its position. Text that became one term is not read again for another."""
    rest = text
    for found, term in find_phrases(text):
        yield found.start(), term
        rest = blank_out(rest, found)
    for found, day in find_dates(rest, language):
        yield found.start(), SearchTerm(found[0], tuple(fold_words(found[0])), f"{day:%Y%m%d}", day=day)
        rest = blank_out(rest, found)
    for found, number in find_search_keys(rest):
        if rest[slice(*found.span())] == found[0]:  # a document number may overlap with a code
            yield found.start(), SearchTerm(found[0], tuple(fold_words(found[0])), number)
            rest = blank_out(rest, found)
    for found in WORD.finditer(rest):
        if word := fold_word(found[0]):
            yield found.start(), SearchTerm(found[0], (word,))


def find_phrases(text: str) -> Iterator[tuple[re.Match[str], SearchTerm]]:
    for found in QUOTED_PHRASE.finditer(text):
        if words := tuple(fold_words(found[1])):
            yield found, SearchTerm(found[0], words)


def blank_out(text: str, found: re.Match[str]) -> str:
    """Return the text with the match replaced by spaces, so that positions stay the same."""
    return f"{text[: found.start()]}{' ' * len(found[0])}{text[found.end() :]}"


def parse_days(text: str, language: str) -> list[dt.date]:
    """Return the dates in a text, as they are written in the language."""
    return [day for _found, day in find_dates(text[:MAX_QUERY_LENGTH], language)]
