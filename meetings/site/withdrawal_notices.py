"""Find the notices that stand in place of withdrawn meetings, for the days that these had."""

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from meetings.clock import get_instant
from meetings.database.prepared_query import fetch_objects
from meetings.documents.schema import Tombstone
from meetings.http.time_travel import get_time_travel
from meetings.i18n.languages import get_page_language
from meetings.models import EditionDocument, SubjectType
from meetings.models.meeting import MAX_MEETING_DURATION
from meetings.site.publications import Publication, Selection, build_publications

MAX_NOTICES = 300  # of a month or of all that comes; an ordinary month has none


def find_withdrawal_notices(
    request: HttpRequest, first: dt.date, last: dt.date, slugs: Iterable[str] = ()
) -> Sequence[EditionDocument]:
    """Return the notices of withdrawn meetings that may have had a day from `first` to `last`, the first day first.

    `slugs` are those of the configurations; without any, notices of all are returned.
    """
    query = build_notices_query(is_travelling=bool(get_time_travel(request)))
    return fetch_objects(query, get_instant(request), get_page_language(), first - MAX_MEETING_DURATION, last, *slugs)


@cache
def build_notices_query(*, is_travelling: bool) -> Selection:
    def build_query(at: Any, language: Any, first: Any, last: Any, *slugs: Any) -> QuerySet[EditionDocument]:
        notices = EditionDocument.objects.withdrawn(at)
        notices = (notices.readable() if is_travelling else notices).filter(
            edition__subject_type=SubjectType.MEETING, edition__listed_on__range=(first, last)
        )
        notices = notices.filter(edition__configuration__in=slugs) if slugs else notices
        notices = notices.in_language(language).with_history()
        return notices.order_by("edition__listed_on", "edition__subject_id")[:MAX_NOTICES]

    return build_query


def add_upcoming_notices(
    request: HttpRequest,
    meetings: Iterable[EditionDocument],
    first: dt.date,
    last: dt.date = dt.date.max,
    slugs: Iterable[str] = (),
) -> list[EditionDocument]:
    """Return upcoming meetings and, between them, the notices of those that take place although they were withdrawn.

    `meetings` are in the order of time. The notices are of meetings with a day from `first` to `last`.
    """
    notices = [
        row
        for row in find_withdrawal_notices(request, first, last, slugs)
        for notice in build_publications([row])
        if notice.days and notice.days[1] >= first and announces(notice)
    ]
    return sorted([*meetings, *notices], key=lambda row: (row.edition.listed_on, row.edition.sorted_at))


def announces(notice: Publication) -> bool:
    """Return True if the notice says that the meeting itself takes place."""
    return isinstance(notice.document, Tombstone) and bool(notice.document.takes_place)
