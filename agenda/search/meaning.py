"""What somebody perhaps meant whose words nothing has: what each word finds, and words like one that finds nothing.

All of it is asked of what search asks, so of what is live, and of no list of words: such a list would have those under
embargo, too. Words are held against those of titles, references and facts, in the newest parts that search gives.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, product
from uuid import UUID

from django.db import connection
from django.http import HttpRequest

from agenda.search.asking import Asked, Term, is_word
from agenda.search.distance import distance
from agenda.search.finding import DIALECTS, Row, Scope, any_of, ask_briefly, counts, hit_of
from agenda.search.results import Read, documents
from meetings.search.parts import parts_of
from meetings.search.question import COLUMNS, MOST
from meetings.search.words import WORD, fold
from meetings.vocabulary import Language

TITLE, REFERENCES = COLUMNS.index("title_words"), COLUMNS.index("reference_words")
MOST_ALONE = 6  # words that are asked for one by one
MOST_MENDED = 2
MOST_READ = 5  # words for which a document is read
SHORTEST = 4  # letters of a word that is taken for another's spelling
LONG = 8  # letters of a word that may have two mistakes
ALPHABETS = ("abcdefghijklmnopqrstuvwxyz", "αβγδεζηθικλμνξοπρστυφχψω", "абвгдежзийклмнопрстуфхцчшщъьюя")


@dataclass(frozen=True)
class Alone:
    """A word by itself, and how many parts have it; `is_more`: there are more than search counts."""

    term: Term
    count: int

    @property
    def is_more(self) -> bool:
        return self.count > MOST


def each_alone(request: HttpRequest, terms: Sequence[Term], language: str, scope: Scope) -> list[Alone]:
    some = terms[:MOST_ALONE]
    return [Alone(*each) for each in zip(some, counts(request, some, language, scope), strict=True)]


def meant(request: HttpRequest, asked: Asked, unknown: Sequence[Term], language: str, scope: Scope) -> str:
    """What was asked with the unknown words spelt as others are; empty where none is like one. In two queries."""
    wrong = [term for term in unknown if is_word(term) and len(term.forms[0]) >= SHORTEST][:MOST_MENDED]
    if not wrong:
        return ""
    starts = {term.forms[0]: beginnings(term.forms[0]) for term in wrong}
    words = any_of(chain.from_iterable(atoms(each, language) for each in starts.items()), DIALECTS[connection.vendor])
    rows = ask_briefly(request, words, language, scope)[:MOST]
    near = {term: likely(rows, *each) for term, each in zip(wrong, starts.items(), strict=True)}
    read = dict(documents([hit_of(row, [], 0) for each in near.values() for _word, row in each]))
    text = asked.text
    for term, words_and_rows in near.items():
        spelt = next(filter(None, (spelling(word, row, read) for word, row in words_and_rows)), "")
        if spelt:
            text = instead(text, term.shown, spelt.lower() if term.shown.islower() else spelt)
    return "" if text == asked.text else text


def instead(text: str, word: str, another: str) -> str:
    """The text with another word in its first place."""
    place = next((each for each in WORD.finditer(text) if each[0] == word), None)
    return f"{text[: place.start()]}{another}{text[place.end() :]}" if place else text


def size_of(form: str) -> int:
    """How many letters a word that is meant has to begin with, but for one mistake."""
    return 3 if len(form) < 6 else 4 if len(form) < LONG else 5


def beginnings(form: str) -> set[str]:
    """What words begin with that are the same but for one mistake in their first letters, or for any behind those."""
    size = size_of(form)
    head, alphabet = form[:size], next((each for each in ALPHABETS if form[0] in each), "")
    found = {head} | {form[:n] + form[n + 1 : size + 1] for n in range(size)}
    found |= {head[:n] + head[n + 1] + head[n] + head[n + 2 :] for n in range(size - 1)}
    for n, letter in product(range(size), alphabet):
        found |= {head[:n] + letter + head[n + 1 :], head[:n] + letter + head[n:]}
    return found


def atoms(each: tuple[str, set[str]], language: str) -> Iterator[tuple[list[str], bool]]:
    """In all languages as it begins; with a mistake there, in the page's and in English, in which most was written."""
    form, starts = each
    for one in Language.values:
        yield [one + form[: size_of(form)]], True
    for one in dict.fromkeys((language, Language.EN.value)):
        yield from (([one + start], True) for start in sorted(starts))


def likely(rows: Iterable[Row], form: str, starts: set[str]) -> list[tuple[str, Row]]:
    """Words that are near enough, the nearest first and of those the most frequent, each with a row that has it."""
    most, size = 2 if len(form) >= LONG else 1, size_of(form)
    first: dict[str, Row] = {}
    often: Counter[str] = Counter()
    for row in rows:
        words = {word[2:] for word in f"{row[TITLE]} {row[REFERENCES]}".split()}
        for word in words - {form}:
            if (word[:size] in starts or word[: size + 1] in starts) and abs(len(word) - len(form)) <= most:
                first.setdefault(word, row)
                often[word] += 1
    far = {word: distance(form, word) for word in first}
    near = sorted((word for word in first if far[word] <= most), key=lambda word: (far[word], -often[word], word))
    return [(word, first[word]) for word in near[:MOST_READ]]


def spelling(word: str, row: Row, read: Mapping[tuple[UUID, str], Read]) -> str:
    """The folded word as it stands in the part, with its accents; empty for what is only the beginning of one there."""
    hit = hit_of(row, [], 0)
    _held, document = read.get((hit.edition, hit.language), (None, None))
    part = document and next((each for each in parts_of(document) if each.id == hit.part), None)
    texts = [part.title, *part.references, *part.facts] if part else []
    return next((found[0] for text in texts for found in WORD.finditer(text.text) if fold(found[0]) == word), "")
