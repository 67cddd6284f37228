"""Group a page of the list into today, upcoming and past meetings, and build the links to all years."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import pgettext

from meetings.documents.dates import get_known_days
from meetings.documents.schema import MeetingDocument
from meetings.editions.keyset import EARLIEST_FIRST
from meetings.models import EditionDocument
from meetings.site.meeting_list.counts import find_nearest_month
from meetings.site.meeting_list.selection import MeetingSelection, Month
from meetings.site.publications import Publication

MAX_UPCOMING = 100


def select_past(documents: QuerySet[EditionDocument], today: Any) -> QuerySet[EditionDocument]:
    """Return the meetings that are over, without their texts; without a date now, those whose last known day is not in
    the future.
    """
    is_over = Q(edition__end_date=None) | Q(edition__end_date__lt=today)
    return documents.filter(is_over, edition__listed_on__lte=today).defer("document__text")


def select_upcoming(documents: QuerySet[EditionDocument], today: Any) -> QuerySet[EditionDocument]:
    """Return the meetings of today and later, the next one first, without their texts. One more than is shown, to know
    if there are more.
    """
    upcoming = documents.filter(Q(edition__listed_on__gt=today) | Q(edition__end_date__gte=today))
    upcoming = upcoming.defer("document__text")
    return upcoming.order_by(*EARLIEST_FIRST)[: MAX_UPCOMING + 1]


def group_by_period(meetings: Iterable[Publication], today: dt.date) -> list[tuple[str, str, list[Publication]]]:
    """Return a name (an HTML id), a heading and the meetings of each period that has any: today, upcoming, past.

    The meetings of a period keep their order.
    """
    groups: dict[str, list[Publication]] = {"today": [], "upcoming": [], "past": []}
    for meeting in meetings:
        groups[get_period(meeting, today)].append(meeting)
    headings = {
        "upcoming": pgettext("heading", "Upcoming"),
        "today": pgettext("heading", "Today"),
        "past": pgettext("heading", "Past"),
    }
    return [(name, headings[name], group) for name, group in groups.items() if group]


def get_period(meeting: Publication, today: dt.date) -> str:
    """Return "today", "upcoming" or "past". A meeting without a date is where its last known days are."""
    days = meeting.days or get_known_days(meeting.start_date, meeting.end_date, ())
    if days is None:
        assert isinstance(meeting.document, MeetingDocument)
        days = get_known_days(None, None, meeting.document.previous)
    if days is None or days[0] > today:
        return "upcoming"
    return "past" if days[1] < today else "today"


def build_year_links(selection: MeetingSelection, month: Month | None = None) -> list[dict[str, Any]]:
    """Return a link for each year with meetings, the latest first, that keeps the filters.

    It has the year's number and path, the number of meetings, and whether the year is shown; numbers as texts, which
    templates render much faster. The links lead to lists, or with `month` to the calendar of the nearest month of the
    year that has a meeting.
    """

    meetings = reverse("meetings")

    def path(year: int) -> str:
        if month:
            nearest = find_nearest_month(selection.counts, selection.options.configuration, year, month.number)
            return meetings + Month(year, nearest).path + selection.filter_query
        return f"{meetings}?{urlencode({**selection.valid_filters, 'year': year})}"

    return [
        {"number": str(year), "path": path(year), "is_current": year == selection.options.year, "count": str(count)}
        for year, count in selection.options.counted_years.items()
    ]
