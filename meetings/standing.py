"""What is live now, read as fast as it can be: by questions that were put together before (decision 69).

The rows are what `with_history` gives, as plain tuples with the names of the models' columns.
"""

import datetime as dt
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import CharField, DateField, DateTimeField, UUIDField

from meetings.models import EditionDocument, SubjectType
from meetings.paging import Cursor, newest_first, rows_of_page
from meetings.questions import Question


class StandingEdition(NamedTuple):
    id: UUID
    available_from: dt.datetime
    subject_type: str
    subject_id: UUID
    address: str
    languages: list[str]
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
    number: int
    published_at: dt.datetime
    modified_at: dt.datetime
    as_of: dt.datetime | None = None

    @property
    def edition_id(self) -> UUID:
        return self.edition.id


OF_EDITION = tuple(f"edition__{name}" for name in StandingEdition._fields)
COLUMNS = (*OF_EDITION, "language", "document_id", "document__text", "number", "published_at", "modified_at")
LANGUAGE = CharField(max_length=2)


def standing(rows: Iterable[Any]) -> list[Standing]:
    after = len(OF_EDITION)
    return [
        Standing(StandingEdition(*row[:after]), *row[after : after + 2], StandingText(row[after + 2]), *row[after + 3 :])
        for row in rows
    ]


@cache
def one_question(subject_type: SubjectType) -> Question:
    def make(key: Any, at: Any, language: Any) -> Any:
        live = EditionDocument.objects.live(at).in_language(language).with_history()
        return live.filter(edition__subject_type=subject_type, edition__subject_id=key).values_list(*COLUMNS)

    return Question(make, key=UUIDField(), at=DateTimeField(), language=LANGUAGE)


def live_document(subject_type: SubjectType, key: UUID, at: dt.datetime, language: str) -> Standing | None:
    """What is live at `at`, which is now, in the language or else in the one that it was written in."""
    found = standing(one_question(subject_type).rows(key=key, at=at, language=language))
    return found[0] if found else None


@cache
def page_question(subject_type: SubjectType, rows: int, way: str) -> Question:
    """`way` is `first` for the page that begins the list, `next` or `previous` for one from a cursor."""
    ordering = newest_first(subject_type)

    def make(at: Any, language: Any, now: Any = None, **behind: Any) -> Any:
        live = EditionDocument.objects.live(at, now).in_language(language).with_history()
        cursor = Cursor(at, way == "previous", ordering, tuple(behind.values())) if behind else None
        found = rows_of_page(live.filter(edition__subject_type=subject_type), at, cursor, ordering)
        return found.values_list(*COLUMNS, "as_of")[:rows]

    behind = {"now": DateTimeField(), "day": DateField(), "subject": UUIDField()} if way != "first" else {}
    return Question(make, at=DateTimeField(), language=LANGUAGE, **behind)


def live_documents(
    subject_type: SubjectType, language: str, rows: int, *, now: dt.datetime, cursor: Cursor | None
) -> list[Standing]:
    """As many rows of the list that nothing filters, the newest first, from the cursor on."""
    if cursor is None:
        return standing(page_question(subject_type, rows, "first").rows(at=now, language=language))
    way = "previous" if cursor.backwards else "next"
    behind = {"now": now, "day": cursor.values[0], "subject": cursor.values[1]}
    return standing(page_question(subject_type, rows, way).rows(at=cursor.at, language=language, **behind))
