"""Help with a search that found nothing: count what each word finds, and suggest other spellings.

Both query the same live parts as search itself. There is no list of words, since it would contain words from texts
under embargo. Words are compared with those in titles, references and facts of the newest parts that search returns.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise, product
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from agenda.search.extracts import TokenizedText
from agenda.search.queries import (
    DIALECTS,
    SearchRow,
    SearchScope,
    build_hit,
    count_each_term,
    fetch_rows,
    join_atoms,
)
from agenda.search.query_parser import SearchQuery, SearchTerm, is_single_word
from agenda.search.results import RESULTS_PER_QUERY, StoredResult, read_stored_results
from meetings.documents.choices import Language
from meetings.i18n.text_folding import WORD, fold_word, stem_word
from meetings.search.document_parts import SearchText
from meetings.search.result_contents import ResultContent
from meetings.search.search_sql import MAX_RANKED_PARTS, SEARCH_COLUMNS

TITLE_COLUMN, REFERENCES_COLUMN = SEARCH_COLUMNS.index("title_words"), SEARCH_COLUMNS.index("reference_words")
MAX_COUNTED_TERMS = 6  # terms that are counted one by one
MAX_CORRECTED_WORDS = 2
MAX_CANDIDATES = 5  # candidates whose texts are read
MIN_SPLIT_LENGTH = 3  # letters of each half of an unknown word
MIN_WORD_LENGTH = 4  # letters; shorter words are not corrected
LONG_WORD_LENGTH = 8  # letters from which a word may have two mistakes
ALPHABETS = ("abcdefghijklmnopqrstuvwxyz", "αβγδεζηθικλμνξοπρστυφχψω", "абвгдежзийклмнопрстуфхцчшщъьюя")


@dataclass(frozen=True)
class TermCount:
    """The number of parts that have a term. `is_more` means that there are more than search counts."""

    term: SearchTerm
    count: int

    @property
    def is_more(self) -> bool:
        return self.count > MAX_RANKED_PARTS


def count_terms(terms: Sequence[SearchTerm], scope: SearchScope) -> list[TermCount]:
    counted = terms[:MAX_COUNTED_TERMS]
    return [TermCount(*each) for each in zip(counted, count_each_term(counted, scope), strict=True)]


def suggest_query(query: SearchQuery, unknown: Sequence[SearchTerm], scope: SearchScope) -> str:
    """Return the query with the unknown words corrected, or an empty string if no similar word exists.

    Runs five database queries at most.
    """
    return suggest_spelling(query, unknown, scope) or suggest_spaces(query, unknown, scope)


def suggest_spelling(query: SearchQuery, unknown: Sequence[SearchTerm], scope: SearchScope) -> str:
    """Return the query with unknown words replaced by similar ones, or an empty string."""
    words = (term for term in unknown if is_single_word(term) and len(term.words[0]) >= MIN_WORD_LENGTH)
    wrong = list(words)[:MAX_CORRECTED_WORDS]
    if not wrong:
        return ""
    prefixes = {term.words[0]: build_prefixes(term.words[0]) for term in wrong}
    atoms = chain.from_iterable(list_suggestion_atoms(*each, scope.language) for each in prefixes.items())
    rows = fetch_rows(join_atoms(atoms, DIALECTS[connection.vendor]), scope)[:MAX_RANKED_PARTS]
    similar = {word: find_similar_words(rows, word, starts) for word, starts in prefixes.items()}
    stored = dict(read_stored_results([build_hit(row, [], 0) for each in similar.values() for _word, row in each]))
    newest = [] if all(similar.values()) else rows[:RESULTS_PER_QUERY]
    texts = [content for _key, (content, *_) in read_stored_results([build_hit(row, [], 0) for row in newest])]
    text = query.text
    for term in wrong:
        typed = term.words[0]
        spellings = (find_spelling(word, row, stored) for word, row in similar[typed])
        spelling = next(filter(None, spellings), "") or find_spelling_in_texts(typed, prefixes[typed], texts)
        if spelling:
            text = replace_word(text, term.text, spelling.lower() if term.text.islower() else spelling)
    return "" if text == query.text else text


def replace_word(text: str, word: str, replacement: str) -> str:
    """Return the text with the first occurrence of the word replaced."""
    match = next((each for each in WORD.finditer(text) if each[0] == word), None)
    return f"{text[: match.start()]}{replacement}{text[match.end() :]}" if match else text


def suggest_spaces(query: SearchQuery, unknown: Sequence[SearchTerm], scope: SearchScope) -> str:
    """Return the query with an unknown word as two words, or with two words as one, or an empty string.

    So “wastewater” leads to “waste water”, and the other way round.
    """
    candidates = list(list_spaced_words(query, unknown))
    if not candidates:
        return ""
    languages = dict.fromkeys((scope.language, Language.EN.value))
    patterns = {
        candidate: [[each + stem_word(word, each) for word in candidate.words] for each in languages]
        for candidate in candidates
    }
    atoms = ((words, False) for sequences in patterns.values() for words in sequences)
    rows = fetch_rows(join_atoms(atoms, DIALECTS[connection.vendor]), scope)[:MAX_CANDIDATES]
    for _key, result in read_stored_results([build_hit(row, [], 0) for row in rows]):
        for text in list_texts(result.content):
            tokenized = TokenizedText(text)
            for candidate in candidates:
                if tokenized.find_spans(SearchTerm("", candidate.words)):
                    return candidate.text
    return ""


class SpacedWords(NamedTuple):
    """Words to try instead of an unknown one, and the query with them."""

    words: tuple[str, ...]
    text: str


def list_spaced_words(query: SearchQuery, unknown: Sequence[SearchTerm]) -> Iterator[SpacedWords]:
    for term in unknown[:MAX_CORRECTED_WORDS]:
        word = term.text if is_single_word(term) else ""
        for length in range(MIN_SPLIT_LENGTH, len(word) - MIN_SPLIT_LENGTH + 1):
            halves = word[:length], word[length:]
            yield SpacedWords(tuple(map(fold_word, halves)), replace_word(query.text, word, " ".join(halves)))
    words = [found[0] for found in WORD.finditer(query.text)]
    for first, second in pairwise(words):
        if first.isalpha() and second.isalpha():
            text = re.sub(rf"{first}[\W_]+{second}", f"{first}{second}", query.text, count=1)
            yield SpacedWords((fold_word(first + second),), text)


def get_prefix_length(word: str) -> int:
    """Return the length of the prefix that a suggested word must share, apart from one mistake."""
    return 3 if len(word) < 6 else 4 if len(word) < LONG_WORD_LENGTH else 5


def build_prefixes(word: str) -> set[str]:
    """Return the prefixes of words that differ from this one by at most one mistake in their first letters."""
    size = get_prefix_length(word)
    head, alphabet = word[:size], next((each for each in ALPHABETS if word[0] in each), "")
    prefixes = {head} | {word[:n] + word[n + 1 : size + 1] for n in range(size)}
    prefixes |= {head[:n] + head[n + 1] + head[n] + head[n + 2 :] for n in range(size - 1)}
    for n, letter in product(range(size), alphabet):
        prefixes |= {head[:n] + letter + head[n + 1 :], head[:n] + letter + head[n:]}
    return prefixes


def list_suggestion_atoms(word: str, prefixes: set[str], language: str) -> Iterator[tuple[list[str], bool]]:
    """Yield the word's own prefix in all languages, and the prefixes with a mistake in the page's language and English.

    Most texts are written in English.
    """
    for each in Language.values:
        yield [each + word[: get_prefix_length(word)]], True
    for each in dict.fromkeys((language, Language.EN.value)):
        yield from (([each + prefix], True) for prefix in sorted(prefixes))


def find_similar_words(rows: Iterable[SearchRow], typed: str, prefixes: set[str]) -> list[tuple[str, SearchRow]]:
    """Return similar words, the nearest and then the most frequent first, each with a row that contains it."""
    first_rows: dict[str, SearchRow] = {}
    counts: Counter[str] = Counter()
    for row in rows:
        words = {word[2:] for word in f"{row[TITLE_COLUMN]} {row[REFERENCES_COLUMN]}".split()}
        for word in words - {typed}:
            if may_be_similar(word, typed, prefixes):
                first_rows.setdefault(word, row)
                counts[word] += 1
    distances = {word: compute_edit_distance(typed, word) for word in first_rows}
    similar = [word for word in first_rows if distances[word] <= get_max_distance(typed)]
    similar.sort(key=lambda word: (distances[word], -counts[word], word))
    return [(word, first_rows[word]) for word in similar[:MAX_CANDIDATES]]


def may_be_similar(word: str, typed: str, prefixes: set[str]) -> bool:
    """Return whether the word has the length and the first letters that a similar one has."""
    size = get_prefix_length(typed)
    has_prefix = word[:size] in prefixes or word[: size + 1] in prefixes
    return has_prefix and abs(len(word) - len(typed)) <= get_max_distance(typed)


def get_max_distance(typed: str) -> int:
    return 2 if len(typed) >= LONG_WORD_LENGTH else 1


def find_spelling_in_texts(typed: str, prefixes: set[str], contents: Iterable[ResultContent]) -> str:
    """Return the nearest similar word in the texts, as it is spelled there; an empty text if there is none."""
    spellings: dict[str, str] = {}
    for content in contents:
        for text in list_texts(content):
            for found in WORD.finditer(text.text):
                word = fold_word(found[0])
                if word != typed and word not in spellings and may_be_similar(word, typed, prefixes):
                    spellings[word] = found[0]
    distances = {word: compute_edit_distance(typed, word) for word in spellings}
    nearest = min(distances, key=lambda word: (distances[word], word), default="")
    return spellings[nearest] if nearest and distances[nearest] <= get_max_distance(typed) else ""


def list_texts(content: ResultContent) -> list[SearchText]:
    return [content.title, *content.references, *content.key_facts, *content.texts]


def find_spelling(word: str, row: SearchRow, stored: Mapping[UUID, StoredResult]) -> str:
    """Return the folded word as the part spells it, with accents; empty if it is only the beginning of a word there."""
    result = stored.get(build_hit(row, [], 0).result_id)
    texts = [result.content.title, *result.content.references, *result.content.key_facts] if result else []
    return next((found[0] for text in texts for found in WORD.finditer(text.text) if fold_word(found[0]) == word), "")


def compute_edit_distance(first: str, second: str) -> int:
    """Return how many letters have to be inserted, deleted, replaced or swapped with the next to turn the first word
    into the second.
    """
    before_last: list[int] = []
    last = list(range(len(second) + 1))
    for position, letter in enumerate(first, 1):
        row = [position]
        for column, wanted in enumerate(second, 1):
            least = min(last[column] + 1, row[-1] + 1, last[column - 1] + (letter != wanted))
            if position > 1 and column > 1 and letter == second[column - 2] and first[position - 2] == wanted:
                least = min(least, before_last[column - 2] + 1)
            row.append(least)
        before_last, last = last, row
    return last[-1]
