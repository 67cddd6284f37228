"""Find the published meetings that have, or had, something on given days.

The queries look at plain columns only; everything else is read from the documents found.
"""

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from meetings.clock import get_instant
from meetings.database.prepared_query import fetch_objects, fetch_rows, pad_keys
from meetings.documents.choices import PointState
from meetings.documents.dates import takes_place_on
from meetings.documents.schema import MeetingDocument
from meetings.editions.index_rows import build_called_off_condition
from meetings.http.time_travel import get_time_travel
from meetings.i18n.languages import get_page_language
from meetings.models import Edition, EditionDocument, IndexedEarlierDays, IndexedPoint, SubjectType
from meetings.models.base import MAX_DISTANCE_FROM_MEETING
from meetings.models.edition import EditionPartQuerySet
from meetings.models.index import IndexRow
from meetings.models.meeting import MAX_MEETING_DURATION
from meetings.site.publications import Publication, build_publications

DAY = dt.timedelta(days=1)
MAX_LOOKAHEAD = dt.timedelta(days=400)  # how far ahead `find_next_day` looks
MAX_MEETINGS = 200
Query = Callable[..., QuerySet[Any, Any]]


def find_meetings_between(
    request: HttpRequest, first: dt.date, last: dt.date, included: Collection[UUID] = ()
) -> list[Publication]:
    """Return the meetings that have a day, or a point with a day, from `first` to `last`; and those in `included`.

    Meetings that moved away from one of these days or lost it, and the notices of withdrawn ones, are returned, too:
    readers look for them there. `included` holds ids of meetings. This takes two queries.
    """
    at, is_travelling = get_instant(request), bool(get_time_travel(request))
    earliest, before, after = first - MAX_MEETING_DURATION, *MAX_DISTANCE_FROM_MEETING
    listed = earliest - after, last + before
    query = build_keys_query(is_travelling=is_travelling)
    keys = fetch_rows(query, at, first, last, earliest, *listed, *pad_keys(included))
    # Query the keys first and without an order. Otherwise the database would read all documents in that order.
    editions = [key for _listed_on, key in sorted(keys)][:MAX_MEETINGS]
    if not editions:
        return []
    current = build_current_query(is_travelling=is_travelling)
    rows = fetch_objects(current, at, get_page_language(), *pad_keys(editions))
    return build_publications(sorted(rows, key=lambda row: (row.edition.listed_on, row.edition.subject_id)))


@cache
def build_keys_query(*, is_travelling: bool) -> Query:
    """Return the query for the keys of `find_meetings_between`, each after the day in whose order they are sorted.

    `earliest` is the first day of a meeting that may have a day of the period. `others` are the first and the last one
    of a meeting that may have a point in it, and the keys of the meetings to include.
    """

    def build_query(at: Any, first: Any, last: Any, earliest: Any, *others: Any) -> QuerySet[Any, Any]:
        listed, included = others[:2], others[2:]
        points = find_live_rows(IndexedPoint, at, is_travelling=is_travelling).filter(
            date__range=(first, last), edition__listed_on__range=listed
        )
        days = Edition.objects.current(at).filter(
            ~Q(end_date__lt=first), subject_type=SubjectType.MEETING, listed_on__range=(earliest, last)
        )
        known = Edition.objects.live(at).filter(subject_type=SubjectType.MEETING, subject_id__in=included)
        earlier_days = find_live_rows(IndexedEarlierDays, at, is_travelling=is_travelling).filter(
            start_date__range=(earliest, last), end_date__gte=first
        )
        return (
            days.order_by()
            .values_list("listed_on", "pk")
            .union(
                points.values_list("edition__listed_on", "edition_id"),
                earlier_days.values_list("edition__listed_on", "edition_id"),
                *([known.order_by().values_list("listed_on", "pk")] if included else []),
            )
        )

    return build_query


@cache
def build_current_query(*, is_travelling: bool) -> Query:
    def build_query(at: Any, language: Any, *editions: Any) -> QuerySet[EditionDocument]:
        current = EditionDocument.objects.current(at).filter(edition__in=editions)
        return (current.readable() if is_travelling else current).in_language(language).with_history()

    return build_query


def find_live_rows(model: type[IndexRow], at: Any, *, is_travelling: bool) -> EditionPartQuerySet[Any]:
    """Return the rows of live editions; while somebody travels, without those that have been suppressed since."""
    live = model.objects.live(at)
    return live.readable() if is_travelling else live


def find_moved_editions(request: HttpRequest, first: dt.date, last: dt.date) -> list[UUID]:
    """Return the live editions of meetings that had another day, from `first` to `last`, in an earlier edition."""
    query = build_moved_query(is_travelling=bool(get_time_travel(request)))
    rows = fetch_rows(query, get_instant(request), first, last, first - MAX_MEETING_DURATION)
    return [key for (key,) in rows]


@cache
def build_moved_query(*, is_travelling: bool) -> Query:
    def build_query(at: Any, first: Any, last: Any, earliest: Any) -> QuerySet[Any, Any]:
        rows = find_live_rows(IndexedEarlierDays, at, is_travelling=is_travelling)
        found = rows.filter(start_date__range=(earliest, last), end_date__gte=first, point_id=None).order_by()
        return found.values_list("edition").distinct()[:MAX_MEETINGS]

    return build_query


def find_next_day(request: HttpRequest, day: dt.date, documents: Sequence[MeetingDocument]) -> dt.date | None:
    """Return the next day after `day` on which something takes place, or None. This takes two queries.

    `documents` are the meetings of the day itself, which may go on the day after.
    """
    period = get_instant(request), day + DAY, day + MAX_LOOKAHEAD
    first_meeting = fetch_rows(find_first_meeting_day, *period)
    first_point = fetch_rows(build_first_point_query(is_travelling=bool(get_time_travel(request))), *period)
    days = [found for (found,) in (*first_meeting, *first_point)]
    if any(takes_place_on(document, day + DAY) for document in documents):
        days.append(day + DAY)
    return min(days, default=None)


def find_first_meeting_day(at: Any, first: Any, last: Any) -> QuerySet[Any, Any]:
    meetings = Edition.objects.live(at).filter(
        subject_type=SubjectType.MEETING, listed_on__range=(first, last), start_date__isnull=False
    )
    return meetings.exclude(build_called_off_condition()).order_by("listed_on").values_list("listed_on")[:1]


@cache
def build_first_point_query(*, is_travelling: bool) -> Query:
    def build_query(at: Any, first: Any, last: Any) -> QuerySet[Any, Any]:
        points = find_live_rows(IndexedPoint, at, is_travelling=is_travelling).filter(date__range=(first, last))
        points = points.exclude(state=PointState.CANCELLED).exclude(build_called_off_condition("edition__"))
        return points.order_by("date").values_list("date")[:1]

    return build_query
