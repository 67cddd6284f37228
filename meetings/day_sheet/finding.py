"""Which published meetings have something on which days: found by plain columns, then read from documents alone."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q
from django.http import HttpRequest

from meetings.clock import instant_of
from meetings.documents.shape import EarlierDate, MeetingDocument
from meetings.languages import page_language
from meetings.models import Edition, EditionDocument, IndexedPoint, SubjectType
from meetings.models.days import AROUND
from meetings.models.meeting import LONGEST
from meetings.pages import publications
from meetings.publications import Publication
from meetings.travel import open_texts
from meetings.vocabulary import MeetingStatus

DAY = dt.timedelta(days=1)
FAR = dt.timedelta(days=400)  # as far ahead as the next day is looked for
MOST = 200


def meetings_between(request: HttpRequest, first: dt.date, last: dt.date) -> list[Publication]:
    """Those with a day of their own or of a point within the two, in two queries.

    Also those that lost their date and had been on one of these days: readers look for them there.
    """
    at = instant_of(request)
    points = open_texts(request, IndexedPoint.objects.live(at)).filter(
        date__range=(first, last), edition__listed_on__range=(first - LONGEST - AROUND[1], last + AROUND[0])
    )
    days = Edition.objects.live(at).filter(
        ~Q(end_date__lt=first), subject_type=SubjectType.MEETING, listed_on__range=(first - LONGEST, last)
    )
    # The keys first, and in no order: a database would else look at all documents that there are, in that order.
    found = sorted(days.order_by().values_list("pk", flat=True).union(points.values_list("edition_id", flat=True)))
    live = open_texts(request, EditionDocument.objects.live(at)).filter(edition__in=found[:MOST])
    held = live.in_language(page_language()).with_history()
    return publications(sorted(held, key=lambda one: (one.edition.listed_on, one.edition.subject_id)))


def is_on(document: MeetingDocument, day: dt.date) -> bool:
    """Whether the day is one of the meeting's; of one without a date, whether it was so last."""
    last: MeetingDocument | EarlierDate = document
    if document.start_date is None and document.previous:
        last = document.previous[-1]
    if last.start_date is None:
        return False
    return last.start_date <= day <= (last.end_date or last.start_date)


def next_day(request: HttpRequest, day: dt.date, running: Sequence[MeetingDocument]) -> dt.date | None:
    """The next day on which something happens, in two queries; `running` are the meetings of the day itself."""
    at, within = instant_of(request), (day + DAY, day + FAR)
    editions = Edition.objects.live(at).filter(
        subject_type=SubjectType.MEETING, listed_on__range=within, start_date__isnull=False
    )
    points = open_texts(request, IndexedPoint.objects.live(at)).filter(date__range=within)
    first_meeting = (
        editions.exclude(status=MeetingStatus.CANCELLED).order_by("listed_on").values_list("listed_on", flat=True)
    )
    first_point = (
        points.exclude(edition__status=MeetingStatus.CANCELLED).order_by("date").values_list("date", flat=True)
    )
    goes_on = any(document.start_date and is_on(document, day + DAY) for document in running)
    found = (first_meeting.first(), first_point.first(), day + DAY if goes_on else None)
    return min(filter(None, found), default=None)
