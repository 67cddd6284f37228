"""Which published meetings have, or had, something on which days: found by plain columns, then read from documents."""

import datetime as dt
from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from meetings.called_off import called_off
from meetings.clock import instant_of
from meetings.documents.days import is_on
from meetings.documents.shape import MeetingDocument
from meetings.languages import page_language
from meetings.models import Edition, EditionDocument, IndexedEarlierDays, IndexedPoint, SubjectType
from meetings.models.days import AROUND
from meetings.models.meeting import LONGEST
from meetings.pages import publications
from meetings.publications import Publication
from meetings.travel import open_texts
from meetings.vocabulary import PointState

DAY = dt.timedelta(days=1)
FAR = dt.timedelta(days=400)  # as far ahead as the next day is looked for
MOST = 200


def meetings_between(
    request: HttpRequest, first: dt.date, last: dt.date, also: Collection[UUID] = ()
) -> list[Publication]:
    """Those with a day of their own or of a point within the two, and those in `also`; in two queries.

    Also those that left one of these days or lost it, and the notices of those withdrawn: readers look for them there.
    """
    at = instant_of(request)
    points = open_texts(request, IndexedPoint.objects.live(at)).filter(
        date__range=(first, last), edition__listed_on__range=(first - LONGEST - AROUND[1], last + AROUND[0])
    )
    days = Edition.objects.standing(at).filter(
        ~Q(end_date__lt=first), subject_type=SubjectType.MEETING, listed_on__range=(first - LONGEST, last)
    )
    wanted = Edition.objects.live(at).filter(subject_type=SubjectType.MEETING, subject_id__in=also)
    left = left_between(request, first, last)
    # The keys first, and in no order: a database would else look at all documents that there are, in that order.
    keys = (
        days.order_by()
        .values_list("listed_on", "pk")
        .union(
            points.values_list("edition__listed_on", "edition_id"),
            left.values_list("edition__listed_on", "edition_id"),
            *([wanted.order_by().values_list("listed_on", "pk")] if also else []),
        )
    )
    found = [key for _listed_on, key in sorted(keys)]
    standing = open_texts(request, EditionDocument.objects.standing(at)).filter(edition__in=found[:MOST])
    held = standing.in_language(page_language()).with_history()
    return publications(sorted(held, key=lambda one: (one.edition.listed_on, one.edition.subject_id)))


def left_between(request: HttpRequest, first: dt.date, last: dt.date) -> QuerySet[IndexedEarlierDays]:
    """That a live meeting, or a point of it, was published to be on one of the days before."""
    rows = open_texts(request, IndexedEarlierDays.objects.live(instant_of(request)))
    return rows.filter(start_date__range=(first - LONGEST, last), end_date__gte=first)


def next_day(request: HttpRequest, day: dt.date, running: Sequence[MeetingDocument]) -> dt.date | None:
    """The next day on which something takes place, in two queries; `running` are the meetings of the day itself."""
    at, within = instant_of(request), (day + DAY, day + FAR)
    editions = Edition.objects.live(at).filter(
        subject_type=SubjectType.MEETING, listed_on__range=within, start_date__isnull=False
    )
    points = open_texts(request, IndexedPoint.objects.live(at)).filter(date__range=within)
    points = points.exclude(state=PointState.CANCELLED).exclude(called_off("edition__"))
    first_meeting = editions.exclude(called_off()).order_by("listed_on").values_list("listed_on", flat=True)
    first_point = points.order_by("date").values_list("date", flat=True)
    goes_on = any(is_on(document, day + DAY) for document in running)
    found = (first_meeting.first(), first_point.first(), day + DAY if goes_on else None)
    return min(filter(None, found), default=None)
