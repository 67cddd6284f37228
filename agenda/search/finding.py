"""Asking the database for what fits, and putting it in order.

The order follows from the fields that words stand in and from nothing else: what is rare, or how long texts are, would
count texts under embargo, too. So PostgreSQL and SQLite agree as well.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest
from psycopg2.errors import QueryCanceled

from agenda.search.asking import SHORTEST_BEGINNING, Term, is_word
from meetings.clock import instant_of
from meetings.law.searching import SEARCH
from meetings.search.question import COLUMNS, MATCHES, MOST, question
from meetings.search.rows import AROUND
from meetings.vocabulary import Language

BRIEF = dt.timedelta(seconds=1)
IN_TITLE, IN_REFERENCES, IN_TEXT = 4, 2, 1
GIVEN = ("language", "kind", "configuration", "first", "last")
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Scope:
    """What somebody limits a search to; `kind` and `configuration` may be empty."""

    kind: str = ""
    configuration: str = ""
    first: dt.date = dt.date.min
    last: dt.date = dt.date.max

    def holds(self, hit: "Hit") -> bool:
        return self.kind in ("", hit.kind) and self.configuration in ("", hit.configuration)


@dataclass(frozen=True)
class Hit:
    """A part of a live edition, and the language of the document in which it is found."""

    edition: UUID
    language: str
    kind: str
    part: UUID
    configuration: str
    date: dt.date
    score: int


class Way(Enum):
    ALL, BEGINNINGS, ANY = "all", "beginnings", "any"


@dataclass(frozen=True)
class Found:
    """`hits` are within the scope, the best first; `around` are those that dates alone limit.

    With `more`, there are more than those, and only the newest were looked at; `around_more` says the same of `around`,
    of which facets are counted. `terms` are what they were found by, and
    `way` whether all of these are in each, as beginnings of words at least, or any.
    """

    hits: list[Hit]
    around: list[Hit]
    more: bool
    around_more: bool
    terms: Sequence[Term]
    way: Way


def find(request: HttpRequest, terms: Sequence[Term], language: str, scope: Scope) -> Found:
    """Parts that have all the terms; where there is none, those with words that begin so; else those that have any."""
    found = looked_up(request, terms, language, scope, Way.ALL)
    begun = tuple(map(as_beginning, terms))
    if not found.around and begun != tuple(terms):
        found = looked_up(request, begun, language, scope, Way.BEGINNINGS)
    if not found.around and len(terms) > 1:
        found = looked_up(request, terms, language, scope, Way.ANY)
    return found


def as_beginning(term: Term) -> Term:
    return replace(term, begins=True) if is_word(term) and len(term.forms[0]) >= SHORTEST_BEGINNING else term


def looked_up(request: HttpRequest, terms: Sequence[Term], language: str, scope: Scope, way: Way) -> Found:
    words = (of_any if way is Way.ANY else of_all)(terms, DIALECTS[connection.vendor])
    least = 0 if way is Way.ANY else IN_TEXT
    wide = Scope(first=scope.first, last=scope.last)
    around, more = ranked(ask(request, words, language, wide), terms, least)
    if scope == wide:
        return Found(around, around, more, more, terms, way)
    if not more:
        return Found([hit for hit in around if scope.holds(hit)], around, False, False, terms, way)
    hits, more_within = ranked(ask(request, words, language, scope), terms, least)
    return Found(hits, around, more_within, True, terms, way)


def ask(request: HttpRequest, words: str, language: str, scope: Scope) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement("%(words)s"), given(request, language, scope) | {"words": words})
        return list(cursor.fetchall())


def ask_briefly(request: HttpRequest, words: str, language: str, scope: Scope) -> list[Row]:
    """As `ask`, for what is a comfort only: nothing where PostgreSQL takes longer than `BRIEF`, and no 503."""
    if connection.vendor != "postgresql":
        return ask(request, words, language, scope)
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = %s", [int(BRIEF.total_seconds() * 1000)])
            return ask(request, words, language, scope)
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        return []


def counts(request: HttpRequest, terms: Sequence[Term], language: str, scope: Scope) -> list[int]:
    """How many parts have each of the terms by itself, up to one more than are ranked; in one query."""
    words = {f"words{n}": of_any([term], DIALECTS[connection.vendor]) for n, term in enumerate(terms)}
    every = " UNION ALL ".join(
        f"SELECT {n}, count(*) FROM ({statement(f'%({name})s')}) AS found{n}"  # noqa: S608
        for n, name in enumerate(words)
    )
    with connection.cursor() as cursor:
        cursor.execute(every, given(request, language, scope) | words)
        return [count for _place, count in sorted(cursor.fetchall())]


def given(request: HttpRequest, language: str, scope: Scope) -> dict[str, Any]:
    days = {"first": scope.first.isoformat(), "last": scope.last.isoformat()}
    limits = {"language": language, "kind": scope.kind, "configuration": scope.configuration}
    at = instant_of(request)
    return days | limits | {"at": at if settings.READS_BY_LAW else connection.ops.adapt_datetimefield_value(at)}


def statement(words: str) -> str:
    """`words` is what to put for them in it; all else is given."""
    if settings.READS_BY_LAW:
        arguments = ", ".join([words, *(f"%({name})s" for name in (*GIVEN, "at"))])
        return f"SELECT {', '.join(COLUMNS)} FROM public.{SEARCH}({arguments})"  # noqa: S608
    match = MATCHES[connection.vendor].format(words=words)
    return question(connection.vendor, match=match, at="%(at)s", **{name: f"%({name})s" for name in GIVEN})


def ranked(rows: Sequence[Row], terms: Sequence[Term], least: int) -> tuple[list[Hit], bool]:
    wanted = {language: looks(terms, language) for language in {row[1] for row in rows}}
    hits = [hit_of(row, wanted[row[1]], least) for row in rows[:MOST]]
    return sorted(hits, key=lambda hit: (-hit.score, -hit.date.toordinal(), hit.part)), len(rows) > MOST


def looks(terms: Sequence[Term], language: str) -> list[list[str]]:
    """For each term, what to look for in a field, as `meetings.search.rows.field_of` writes it."""
    return [[look(one, language) for one in term.wanted(language)] for term in terms]


def look(one: tuple[tuple[str, ...], bool], language: str) -> str:
    words, begins = one
    return " " + " ".join(language + word for word in words) + ("" if begins else " ")


def hit_of(row: Row, wanted: list[list[str]], least: int) -> Hit:
    edition, language, kind, part, configuration, date, title, references = row
    score = sum(weight(each, title, references, least) for each in wanted)
    return Hit(as_uuid(edition), language, kind, as_uuid(part), configuration, as_date(date), score)


def weight(looked_for: list[str], title: str, references: str, least: int) -> int:
    if any(one in title for one in looked_for):
        return IN_TITLE
    return IN_REFERENCES if any(one in references for one in looked_for) else least


def as_uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def as_date(value: Any) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)


@dataclass(frozen=True)
class Dialect:
    """How a query language writes words in sequence, all of some and any of some. Words are letters and digits only."""

    word: str
    sequence: str
    quoted: str
    begins: str
    both: str
    either: str

    def atom(self, words: Sequence[str], begins: bool) -> str:
        sequence = self.sequence.join(self.word.format(word) for word in words)
        return self.quoted.format(sequence) + (self.begins if begins else "")


DIALECTS = {
    "postgresql": Dialect("'{}'", "<->", "{}", ":*", " & ", " | "),
    "sqlite": Dialect("{}", " ", '"{}"', " *", " AND ", " OR "),
}


def of_all(terms: Sequence[Term], dialect: Dialect) -> str:
    """Every term, some of them in what is around the part only, but one at least in the part itself."""
    own = [any_of(wanted(term), dialect) for term in terms]
    if len(terms) == 1:
        return own[0]
    anywhere = [any_of([*wanted(term), *wanted(term, AROUND)], dialect) for term in terms]
    return dialect.both.join([*anywhere, f"({dialect.either.join(own)})"])


def of_any(terms: Sequence[Term], dialect: Dialect) -> str:
    return dialect.either.join(any_of(wanted(term), dialect) for term in terms)


def wanted(term: Term, before: str = "") -> Iterator[tuple[list[str], bool]]:
    """In all languages: each word has its language in front."""
    for language in Language.values:
        for words, begins in term.wanted(language):
            yield [f"{before}{language}{word}" for word in words], begins


def any_of(atoms: Any, dialect: Dialect) -> str:
    return f"({dialect.either.join(dialect.atom(words, begins) for words, begins in atoms)})"
