"""What is live now, read as fast as it can be: by questions that were put together before (decision 69).

The rows are what `with_history` gives, as plain tuples with the names of the models' columns.
"""

import datetime as dt
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import CharField, DateField, DateTimeField, Field, UUIDField

from meetings.models import EditionDocument, SubjectType
from meetings.models.history import History
from meetings.paging import Cursor, newest_first, rows_of_page
from meetings.questions import Question
from meetings.vocabulary import Language


class StandingEdition(NamedTuple):
    id: UUID
    available_from: dt.datetime
    subject_type: str
    subject_id: UUID
    address: str
    languages: list[Language]
    change_note: str
    listed_on: dt.date


class StandingText(NamedTuple):
    text: str


class Standing(NamedTuple):
    """As an EditionDocument from `with_history`. `as_of` only in a page."""

    edition: StandingEdition
    language: str
    document_id: str
    document: StandingText
    history: History
    as_of: dt.datetime | None = None

    @property
    def edition_id(self) -> UUID:
        return self.edition.id


OF_EDITION = tuple(f"edition__{name}" for name in StandingEdition._fields)
COLUMNS = (*OF_EDITION, "language", "document_id", "document__text", "history")
LANGUAGE: Field = CharField(max_length=2)


def standing(row: Sequence[Any]) -> Standing:
    after = len(OF_EDITION)
    language, digest, text, *rest = row[after:]
    return Standing(StandingEdition(*row[:after]), language, digest, StandingText(text), *rest)


@cache
def one_question(subject_type: SubjectType) -> Question:
    def make(key: Any, at: Any, language: Any) -> Any:
        live = EditionDocument.objects.live(at).in_language(language).with_history()
        return live.filter(edition__subject_type=subject_type, edition__subject_id=key).values_list(*COLUMNS)

    return Question(make, key=UUIDField(), at=DateTimeField(), language=LANGUAGE)


def live_document(subject_type: SubjectType, key: UUID, at: dt.datetime, language: str) -> Standing | None:
    """What is live at `at`, which is now, in the language or else in the one that it was written in."""
    found = one_question(subject_type).rows(key=key, at=at, language=language)
    return standing(found[0]) if found else None


@cache
def edition_question(subject_type: SubjectType) -> Question:
    def make(key: Any, at: Any, language: Any) -> Any:
        live = EditionDocument.objects.live(at).in_language(language)
        found = live.filter(edition__subject_type=subject_type, edition__subject_id=key)
        return found.values_list("edition_id", "edition__available_from")

    return Question(make, key=UUIDField(), at=DateTimeField(), language=LANGUAGE)


def live_edition(
    subject_type: SubjectType, key: UUID, at: dt.datetime, language: str
) -> tuple[UUID, dt.datetime] | None:
    """Which edition `live_document` would read, and since when it is there."""
    found = edition_question(subject_type).rows(key=key, at=at, language=language)
    return (found[0][0], found[0][1]) if found else None


@cache
def page_question(subject_type: SubjectType, rows: int, way: str) -> Question:
    """`way` is `first` for the page that begins the list, `next` or `previous` for one from a cursor."""
    ordering = newest_first(subject_type)

    def make(at: Any, language: Any, now: Any = None, **behind: Any) -> Any:
        live = EditionDocument.objects.live(at, now).in_language(language).with_history()
        cursor = Cursor(at, way == "previous", ordering, tuple(behind.values())) if behind else None
        found = rows_of_page(live.filter(edition__subject_type=subject_type), at, cursor, ordering)
        return found.values_list(*COLUMNS, "as_of")[:rows]

    behind: dict[str, Field] = {"now": DateTimeField(), "day": DateField(), "subject": UUIDField()}
    return Question(make, at=DateTimeField(), language=LANGUAGE, **(behind if way != "first" else {}))


def live_documents(
    subject_type: SubjectType, language: str, rows: int, *, now: dt.datetime, cursor: Cursor | None
) -> list[Standing]:
    """As many rows of the list that nothing filters, the newest first, from the cursor on."""
    way, behind = "first", {}
    if cursor:
        way = "previous" if cursor.backwards else "next"
        behind = {"now": now, "day": cursor.values[0], "subject": cursor.values[1]}
    question = page_question(subject_type, rows, way)
    return [standing(row) for row in question.rows(at=cursor.at if cursor else now, language=language, **behind)]
