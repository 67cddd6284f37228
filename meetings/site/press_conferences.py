"""The page of the coming fortnight's press conferences and live streams."""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from meetings.clock import get_instant, get_minute, get_today
from meetings.documents.choices import PointKind, PointState
from meetings.documents.schedule import PRESS_KINDS, get_point_day, is_for_press, list_sort_instants, takes_place
from meetings.documents.schema import MeetingDocument
from meetings.feeds.filters import PRESS_TITLES
from meetings.feeds.press_feed import FORTNIGHT
from meetings.http.time_travel import exclude_suppressed
from meetings.models import IndexedPoint
from meetings.site.daily_schedule.entries import EXPECTED_DURATION, ScheduleEntry, combine_local_time
from meetings.site.daily_schedule.queries import DAY, find_meetings_between
from meetings.site.daily_schedule.schedule import collect_withdrawn
from meetings.site.publications import Publication
from meetings.site.query_parameters import add_robots_header, choose_value
from meetings.site.withdrawal_notices import announces


def press_conferences(request: HttpRequest) -> HttpResponse:
    """Show them by day, `?kind=press_conference` only press conferences and briefings, `?kind=live` only live streams.

    The days are those at the places of the meetings, as on daily schedules. An unknown kind is ignored with a message.
    """
    kinds = {name: title for name, title in PRESS_TITLES.items() if name}
    kind, messages = choose_value(request, "kind", _("Kind"), kinds)
    now, today = get_minute(request), get_today(request)
    last = today + FORTNIGHT
    meetings = find_meetings_between(request, today - DAY, last)
    every_entry = collect_entries(meetings, today - DAY, last, now)
    entries = [entry for entry in every_entry if is_for_press(entry.point, kind)]
    context: dict[str, Any] = {
        "today": today,
        "last": last,
        "next": None if kind else next(filter(is_press_conference, entries), None),
        "kinds": kinds,
        "kind": kind,
        "title": PRESS_TITLES[kind],
        "query": f"?kind={kind}" if kind else "",
        "messages": messages,
        "days": group_by_day(entries, meetings, today, last),
        "is_empty": not entries,
        "postponed": [meeting for meeting in meetings if has_lost_press_conference(meeting, today, last)],
        "later": None if every_entry else find_later_day(request, last),
    }
    return add_robots_header(render(request, "meetings/press_conferences.html", context), messages)


def group_by_day(
    entries: Sequence[ScheduleEntry], meetings: Sequence[Publication], first: dt.date, last: dt.date
) -> list[tuple[dt.date, list[ScheduleEntry], list[Publication]]]:
    """Return the days with their entries, and, from `first` to `last`, with notices of meetings that take place.

    What is for the press at such a meeting is not public any more, so its notice is shown for every kind.
    """
    by_day = {day: list(group) for day, group in groupby(entries, key=attrgetter("day"))}
    days = (first + n * DAY for n in range((last - first).days + 1))
    notices = {day: list(filter(announces, collect_withdrawn(meetings, day))) for day in days}
    groups = ((day, by_day.get(day, []), notices.get(day, [])) for day in sorted({*by_day, *notices}))
    return [group for group in groups if group[1] or group[2]]


def has_lost_press_conference(meeting: Publication, first: dt.date, last: dt.date) -> bool:
    """Return whether the meeting was to be from `first` to `last`, has no date now, and has something for the press."""
    document = meeting.document
    if not isinstance(document, MeetingDocument) or document.start_date or not document.previous:
        return False
    was = document.previous[-1]
    was_near = was.start_date is not None and first <= was.start_date <= last
    return was_near and any(map(is_for_press, document.programme))


def collect_entries(
    meetings: Sequence[Publication], first: dt.date, last: dt.date, now: dt.datetime
) -> list[ScheduleEntry]:
    """Return the entries from `first` to `last` that are not over, in the order of day and time."""
    dated = [pair for meeting in meetings for pair in build_entries(meeting, first, last, now)]
    dated.sort(key=lambda pair: (pair[1].day, pair[0]))  # stable: keeps the editors' order at the same time
    return [entry for _instant, entry in dated]


def build_entries(
    meeting: Publication, first: dt.date, last: dt.date, now: dt.datetime
) -> Iterator[tuple[dt.datetime, ScheduleEntry]]:
    """Yield each entry with the instant by which it is sorted."""
    document = meeting.document
    if not isinstance(document, MeetingDocument):
        return
    instants = list_sort_instants(document, first)
    for point, sorted_at in zip(document.programme, instants, strict=True):
        day = get_point_day(document, point)
        if day and first <= day <= last and is_for_press(point):
            starts_at = combine_local_time(day, point.time, document.timezone)
            entry = ScheduleEntry(meeting, document, point, day, starts_at, now)
            if not is_over(entry):
                yield sorted_at, entry


def is_over(entry: ScheduleEntry) -> bool:
    """Return whether the entry is over, or must be: nobody said so, but it began hours ago."""
    if entry.is_over or entry.state == PointState.ENDED:
        return True
    if entry.state == PointState.UNDER_WAY:
        return False
    return entry.starts_at is not None and entry.starts_at + EXPECTED_DURATION <= entry.now


def is_press_conference(entry: ScheduleEntry) -> bool:
    """Return whether the entry is a press conference that takes place."""
    return entry.point.kind == PointKind.PRESS_CONFERENCE and takes_place(entry.document, entry.point)


def find_later_day(request: HttpRequest, day: dt.date) -> dt.date | None:
    """Return the first day after `day` that has a press conference or a live stream."""
    points = exclude_suppressed(request, IndexedPoint.objects.live(get_instant(request)))
    points = points.filter(Q(kind__in=PRESS_KINDS) | Q(live=True), date__gt=day, takes_place=True)
    points = points.filter(sorted_at__gt=dt.datetime.combine(day - DAY, dt.time(), dt.UTC))
    return points.order_by("sorted_at").values_list("date", flat=True).first()
