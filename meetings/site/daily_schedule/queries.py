"""Find the published meetings that have, or had, something on given days.

The queries look at plain columns only; everything else is read from the documents found.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from meetings.clock import get_instant
from meetings.documents.choices import PointState
from meetings.documents.dates import takes_place_on
from meetings.documents.schema import MeetingDocument
from meetings.editions.index_rows import build_called_off_condition
from meetings.http.time_travel import exclude_suppressed
from meetings.i18n.languages import get_page_language
from meetings.models import Edition, EditionDocument, IndexedEarlierDays, IndexedPoint, SubjectType
from meetings.models.base import MAX_DISTANCE_FROM_MEETING
from meetings.models.meeting import MAX_MEETING_DURATION
from meetings.site.publications import Publication, build_publications

DAY = dt.timedelta(days=1)
MAX_LOOKAHEAD = dt.timedelta(days=400)  # how far ahead `find_next_day` looks
MAX_MEETINGS = 200


def find_meetings_between(
    request: HttpRequest, first: dt.date, last: dt.date, included: Collection[UUID] = ()
) -> list[Publication]:
    """Return the meetings that have a day, or a point with a day, from `first` to `last`; and those in `included`.

    Meetings that moved away from one of these days or lost it, and the notices of withdrawn ones, are returned, too:
    readers look for them there. `included` holds ids of meetings. This takes two queries.
    """
    at = get_instant(request)
    points = exclude_suppressed(request, IndexedPoint.objects.live(at)).filter(
        date__range=(first, last),
        edition__listed_on__range=(
            first - MAX_MEETING_DURATION - MAX_DISTANCE_FROM_MEETING[1],
            last + MAX_DISTANCE_FROM_MEETING[0],
        ),
    )
    days = Edition.objects.current(at).filter(
        ~Q(end_date__lt=first), subject_type=SubjectType.MEETING, listed_on__range=(first - MAX_MEETING_DURATION, last)
    )
    others = Edition.objects.live(at).filter(subject_type=SubjectType.MEETING, subject_id__in=included)
    earlier_days = find_earlier_days_between(request, first, last)
    # Query the keys first and without an order. Otherwise the database would read all documents in that order.
    keys = (
        days.order_by()
        .values_list("listed_on", "pk")
        .union(
            points.values_list("edition__listed_on", "edition_id"),
            earlier_days.values_list("edition__listed_on", "edition_id"),
            *([others.order_by().values_list("listed_on", "pk")] if included else []),
        )
    )
    editions = [key for _listed_on, key in sorted(keys)]
    current = exclude_suppressed(request, EditionDocument.objects.current(at)).filter(
        edition__in=editions[:MAX_MEETINGS]
    )
    rows = current.in_language(get_page_language()).with_history()
    return build_publications(sorted(rows, key=lambda row: (row.edition.listed_on, row.edition.subject_id)))


def find_earlier_days_between(request: HttpRequest, first: dt.date, last: dt.date) -> QuerySet[IndexedEarlierDays]:
    """Return the rows of former days, from `first` to `last`, of live meetings and their points."""
    rows = exclude_suppressed(request, IndexedEarlierDays.objects.live(get_instant(request)))
    return rows.filter(start_date__range=(first - MAX_MEETING_DURATION, last), end_date__gte=first)


def find_next_day(request: HttpRequest, day: dt.date, documents: Sequence[MeetingDocument]) -> dt.date | None:
    """Return the next day after `day` on which something takes place, or None. This takes two queries.

    `documents` are the meetings of the day itself, which may go on the day after.
    """
    at, period = get_instant(request), (day + DAY, day + MAX_LOOKAHEAD)
    meetings = Edition.objects.live(at).filter(
        subject_type=SubjectType.MEETING, listed_on__range=period, start_date__isnull=False
    )
    meetings = meetings.exclude(build_called_off_condition()).order_by("listed_on")
    points = exclude_suppressed(request, IndexedPoint.objects.live(at)).filter(date__range=period)
    points = points.exclude(state=PointState.CANCELLED).exclude(build_called_off_condition("edition__"))
    first_meeting = meetings.values_list("listed_on", flat=True).first()
    first_point = points.order_by("date").values_list("date", flat=True).first()
    continues = any(takes_place_on(document, day + DAY) for document in documents)
    return min(filter(None, (first_meeting, first_point, day + DAY if continues else None)), default=None)
