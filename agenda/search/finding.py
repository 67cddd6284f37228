"""Asking the database for what fits, and putting it in order.

The order follows from the fields that words stand in and from nothing else: what is rare, or how long texts are, would
count texts under embargo, too. So PostgreSQL and SQLite agree as well.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from agenda.search.asking import Term
from meetings.clock import instant_of
from meetings.law.searching import SEARCH
from meetings.search.question import COLUMNS, MATCHES, MOST, question
from meetings.search.rows import AROUND
from meetings.vocabulary import Language

IN_TITLE, IN_REFERENCES, IN_TEXT = 4, 2, 1
GIVEN = ("words", "language", "kind", "configuration", "first", "last")


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


@dataclass(frozen=True)
class Found:
    """`hits` are within the scope, the best first; `around` are those that dates alone limit.

    With `more`, there are more than those, and only the newest were looked at. With `any_word`, no part has all words.
    """

    hits: list[Hit]
    around: list[Hit]
    more: bool
    any_word: bool = False


def find(request: HttpRequest, terms: Sequence[Term], language: str, scope: Scope) -> Found:
    """Parts that have all the terms; where there is none, those that have any."""
    found = looked_up(request, terms, language, scope, of_all)
    if not found.around and len(terms) > 1:
        found = looked_up(request, terms, language, scope, of_any)
        return Found(found.hits, found.around, found.more, any_word=True)
    return found


Joining = Callable[[Sequence[Term], "Dialect"], str]


def looked_up(request: HttpRequest, terms: Sequence[Term], language: str, scope: Scope, joining: Joining) -> Found:
    words = joining(terms, DIALECTS[connection.vendor])
    least = IN_TEXT if joining is of_all else 0
    wide = Scope(first=scope.first, last=scope.last)
    around, more = ranked(ask(request, words, language, wide), terms, least)
    if scope == wide:
        return Found(around, around, more)
    if not more:
        return Found([hit for hit in around if scope.holds(hit)], around, more=False)
    hits, more_within = ranked(ask(request, words, language, scope), terms, least)
    return Found(hits, around, more_within)


def ask(request: HttpRequest, words: str, language: str, scope: Scope) -> list[tuple[Any, ...]]:
    days = scope.first.isoformat(), scope.last.isoformat()
    given: dict[str, Any] = dict(zip(GIVEN, (words, language, scope.kind, scope.configuration, *days), strict=True))
    if settings.READS_BY_LAW:
        given["at"] = instant_of(request)
        arguments = ", ".join(f"%({name})s" for name in given)
        statement = f"SELECT {', '.join(COLUMNS)} FROM public.{SEARCH}({arguments})"  # noqa: S608
    else:
        given["at"] = connection.ops.adapt_datetimefield_value(instant_of(request))
        named = {name: f"%({name})s" for name in given}
        match = MATCHES[connection.vendor].format(words=named.pop("words"))
        statement = question(connection.vendor, match=match, **named)
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())


def ranked(rows: Sequence[tuple[Any, ...]], terms: Sequence[Term], least: int) -> tuple[list[Hit], bool]:
    wanted = {language: looks(terms, language) for language in {row[1] for row in rows}}
    hits = [hit_of(row, wanted[row[1]], least) for row in rows[:MOST]]
    return sorted(hits, key=lambda hit: (-hit.score, -hit.date.toordinal(), hit.part)), len(rows) > MOST


def looks(terms: Sequence[Term], language: str) -> list[list[str]]:
    """For each term, what to look for in a field, as `meetings.search.rows.field_of` writes it."""
    return [[look(one, language) for one in term.wanted(language)] for term in terms]


def look(one: tuple[tuple[str, ...], bool], language: str) -> str:
    words, begins = one
    return " " + " ".join(language + word for word in words) + ("" if begins else " ")


def hit_of(row: tuple[Any, ...], wanted: list[list[str]], least: int) -> Hit:
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
