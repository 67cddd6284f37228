"""Query the search index and rank the hits.

The rank depends on the fields that contain the words and on nothing else. Rarity of words or length of texts would
reveal something about texts under embargo. So PostgreSQL and SQLite also give the same order.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection

from agenda.search.query_parser import MIN_PREFIX_LENGTH, SearchTerm, is_single_word
from meetings.database.search_function import SEARCH_FUNCTION
from meetings.documents.choices import Language
from meetings.search.result_contents import get_result_id
from meetings.search.search_rows import CONTEXT_PREFIX
from meetings.search.search_sql import MATCH_CONDITIONS, MAX_RANKED_PARTS, SEARCH_COLUMNS, build_search_sql

TITLE_WEIGHT, REFERENCES_WEIGHT, TEXT_WEIGHT = 4, 2, 1
# The driver would build an object of each id.
READ_COLUMNS = ", ".join(f"{name}::text" if name in ("edition_id", "part_id") else name for name in SEARCH_COLUMNS)
PARAMETER_NAMES = ("language", "kind", "configuration", "first", "last")
SearchRow = tuple[Any, ...]
MAX_KEPT_QUERIES = 100  # of some kilobytes each: words in 24 languages
LANGUAGES = tuple(Language.values)  # Django builds the list each time


@dataclass(frozen=True)
class SearchScope:
    """Where to search: in texts live at an instant, in a language and English; `kind` and `configuration` may be empty.

    `first` and `last` limit the dates.
    """

    at: dt.datetime
    language: str
    kind: str = ""
    configuration: str = ""
    first: dt.date = dt.date.min
    last: dt.date = dt.date.max

    def filter_hits(self, hits: list["SearchHit"]) -> list["SearchHit"]:
        """Return the hits of the kind and the configuration."""
        kind, configuration = self.kind, self.configuration
        if not kind and not configuration:
            return hits
        return [hit for hit in hits if kind in ("", hit.kind) and configuration in ("", hit.configuration)]


class SearchHit(NamedTuple):
    """A part of a live edition, with the language of the document in which it was found.

    The ids are texts, as the database returns them: of a thousand hits, a page shows twenty.
    """

    edition: str
    language: str
    kind: str
    part: str
    configuration: str
    date: dt.date
    score: int

    @property
    def part_id(self) -> UUID:
        return UUID(self.part)

    @property
    def result_id(self) -> UUID:
        """The key of what a result shows of it."""
        return get_result_id(UUID(self.edition), self.language, self.part_id)


class MatchMode(Enum):
    ALL, PREFIXES, ANY = "all", "prefixes", "any"


@dataclass(frozen=True)
class SearchOutcome:
    """The outcome of a search. The rows that were found are ranked when the hits are first needed.

    `unfiltered_rows` are limited by the dates alone. `rows` are those within the scope; None if they are among the
    others. `terms` are those of the query that was run; `mode` says whether each hit has all of them, all of them at
    least as prefixes, or any of them.
    """

    scope: SearchScope
    unfiltered_rows: Sequence[SearchRow]
    rows: Sequence[SearchRow] | None
    terms: Sequence[SearchTerm]
    mode: MatchMode

    @cached_property
    def hits(self) -> list[SearchHit]:
        """The hits within the scope, the best first."""
        return self.scope.filter_hits(self.unfiltered_hits) if self.rows is None else self.rank(self.rows)

    @cached_property
    def unfiltered_hits(self) -> list[SearchHit]:
        """The hits within the dates, from which facets are counted."""
        return self.rank(self.unfiltered_rows)

    @property
    def has_more(self) -> bool:
        """True if there are more hits within the scope, and only the newest were ranked."""
        return len(self.unfiltered_rows if self.rows is None else self.rows) > MAX_RANKED_PARTS

    @property
    def has_more_unfiltered(self) -> bool:
        return len(self.unfiltered_rows) > MAX_RANKED_PARTS

    @property
    def content_key(self) -> int:
        """A hash of the rows, from which all the rest follows. It is another in each process."""
        return hash((tuple(self.unfiltered_rows), None if self.rows is None else tuple(self.rows)))

    def rank(self, rows: Sequence[SearchRow]) -> list[SearchHit]:
        return rank_rows(rows, self.terms, 0 if self.mode is MatchMode.ANY else TEXT_WEIGHT)


def search_parts(terms: Sequence[SearchTerm], scope: SearchScope) -> SearchOutcome:
    """Find the parts that have all the terms; if there are none, all of them as prefixes; if there are none, any."""
    outcome = search_with_mode(terms, scope, MatchMode.ALL)
    begun = tuple(map(make_prefix_term, terms))
    if not outcome.unfiltered_rows and begun != tuple(terms):
        outcome = search_with_mode(begun, scope, MatchMode.PREFIXES)
    if not outcome.unfiltered_rows and len(terms) > 1:
        outcome = search_with_mode(terms, scope, MatchMode.ANY)
    return outcome


def find_parts(
    terms: Sequence[SearchTerm], scope: SearchScope, kinds: Sequence[str]
) -> list[tuple[str, str, str]] | None:
    """Return the edition, kind and id of all parts of the kinds that have all the terms; if none has, all as prefixes.

    They are not ranked. Return None if a kind has more than `MAX_RANKED_PARTS`. Each kind takes a query.
    """
    dialect = DIALECTS[connection.vendor]
    for each in dict.fromkeys([tuple(terms), tuple(map(make_prefix_term, terms))]):
        found = [fetch_rows(match_all(each, dialect), replace(scope, kind=kind)) for kind in kinds]
        if any(len(rows) > MAX_RANKED_PARTS for rows in found):
            return None
        if any(found):
            return [(row[0], row[2], row[3]) for rows in found for row in rows]
    return []


def make_prefix_term(term: SearchTerm) -> SearchTerm:
    return replace(term, is_prefix=True) if is_single_word(term) and len(term.words[0]) >= MIN_PREFIX_LENGTH else term


def search_with_mode(terms: Sequence[SearchTerm], scope: SearchScope, mode: MatchMode) -> SearchOutcome:
    words = (match_any if mode is MatchMode.ANY else match_all)(tuple(terms), DIALECTS[connection.vendor])
    dates_only = replace(scope, kind="", configuration="")
    unfiltered = fetch_rows(words, dates_only)
    needs_own = scope != dates_only and len(unfiltered) > MAX_RANKED_PARTS
    return SearchOutcome(scope, unfiltered, fetch_rows(words, scope) if needs_own else None, terms, mode)


def fetch_rows(words: str, scope: SearchScope) -> list[SearchRow]:
    with connection.cursor() as cursor:
        cursor.execute(build_statement("%(words)s"), build_parameters(scope) | {"words": words})
        return list(cursor.fetchall())


def count_each_term(terms: Sequence[SearchTerm], scope: SearchScope) -> list[int]:
    """Count the parts that have each term, up to one more than are ranked. Runs one query for all terms."""
    words = {f"words{n}": match_any([term], DIALECTS[connection.vendor]) for n, term in enumerate(terms)}
    statement = " UNION ALL ".join(
        f"SELECT {n}, count(*) FROM ({build_statement(f'%({name})s')}) AS found{n}"  # noqa: S608
        for n, name in enumerate(words)
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, build_parameters(scope) | words)
        return [count for _index, count in sorted(cursor.fetchall())]


def build_parameters(scope: SearchScope) -> dict[str, Any]:
    days = {"first": scope.first.isoformat(), "last": scope.last.isoformat()}
    at = scope.at if settings.READS_READER_TABLES else connection.ops.adapt_datetimefield_value(scope.at)
    return vars(scope) | days | {"at": at}


def build_statement(words: str) -> str:
    """Return the SQL statement. `words` is the placeholder of the words; all else is passed as parameters."""
    if settings.READS_READER_TABLES:
        arguments = ", ".join([words, *(f"%({name})s" for name in (*PARAMETER_NAMES, "at"))])
        return f"SELECT {READ_COLUMNS} FROM public.{SEARCH_FUNCTION}({arguments})"  # noqa: S608
    match = MATCH_CONDITIONS[connection.vendor].format(words=words)
    parameters = {name: f"%({name})s" for name in PARAMETER_NAMES}
    return build_search_sql(connection.vendor, match=match, at="%(at)s", **parameters)


def rank_rows(rows: Sequence[SearchRow], terms: Sequence[SearchTerm], min_weight: int) -> list[SearchHit]:
    """Return the hits, the best first: of as many rows as are ranked."""
    patterns = {language: build_patterns(terms, language) for language in {row[1] for row in rows}}
    hits = [build_hit(row, patterns[row[1]], min_weight) for row in rows[:MAX_RANKED_PARTS]]
    hits.sort(key=lambda hit: (-hit.score, -hit.date.toordinal(), hit.part, hit.edition))
    return hits


def build_patterns(terms: Sequence[SearchTerm], language: str) -> list[list[str]]:
    """Return, for each term, the strings to look for in a field, as `format_search_field` writes it."""
    return [[build_pattern(*each, language) for each in term.get_alternatives(language)] for term in terms]


def build_pattern(words: tuple[str, ...], is_prefix: bool, language: str) -> str:
    return " " + " ".join(language + word for word in words) + ("" if is_prefix else " ")


def build_hit(row: SearchRow, patterns: list[list[str]], min_weight: int) -> SearchHit:
    edition, language, kind, part, configuration, date, title, references = row
    score = sum(get_weight(each, title, references, min_weight) for each in patterns)
    return SearchHit(str(edition), language, kind, str(part), configuration, parse_date(date), score)


def get_weight(patterns: list[str], title: str, references: str, min_weight: int) -> int:
    for pattern in patterns:
        if pattern in title:
            return TITLE_WEIGHT
    for pattern in patterns:
        if pattern in references:
            return REFERENCES_WEIGHT
    return min_weight


def parse_date(value: Any) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)


@dataclass(frozen=True)
class QueryDialect:
    """The syntax of a full-text query. Words consist of letters and digits only, so nothing has to be escaped."""

    word_format: str
    sequence_operator: str
    phrase_format: str
    prefix_operator: str
    and_operator: str
    or_operator: str

    def format_atom(self, words: Sequence[str], is_prefix: bool) -> str:
        sequence = self.sequence_operator.join(self.word_format.format(word) for word in words)
        return self.phrase_format.format(sequence) + (self.prefix_operator if is_prefix else "")


DIALECTS = {
    "postgresql": QueryDialect("'{}'", "<->", "{}", ":*", " & ", " | "),
    "sqlite": QueryDialect("{}", " ", '"{}"', " *", " AND ", " OR "),
}


@lru_cache(MAX_KEPT_QUERIES)
def match_all(terms: tuple[SearchTerm, ...], dialect: QueryDialect) -> str:
    """Match parts with every term. Terms may be in the part's context, but at least one must be in the part itself."""
    own = [join_atoms(list_atoms(term), dialect) for term in terms]
    if len(terms) == 1:
        return own[0]
    anywhere = [join_atoms([*list_atoms(term), *list_atoms(term, CONTEXT_PREFIX)], dialect) for term in terms]
    return dialect.and_operator.join([*anywhere, f"({dialect.or_operator.join(own)})"])


def match_any(terms: Sequence[SearchTerm], dialect: QueryDialect) -> str:
    return dialect.or_operator.join(join_atoms(list_atoms(term), dialect) for term in terms)


def list_atoms(term: SearchTerm, prefix: str = "") -> Iterator[tuple[list[str], bool]]:
    """Yield the words of the term in all languages; each word is indexed with its language as a prefix."""
    for language in LANGUAGES:
        for words, is_prefix in term.get_alternatives(language):
            yield [f"{prefix}{language}{word}" for word in words], is_prefix


def join_atoms(atoms: Any, dialect: QueryDialect) -> str:
    return f"({dialect.or_operator.join(dialect.format_atom(words, is_prefix) for words, is_prefix in atoms)})"
