"""The home page: what is on today, this week's meetings, upcoming meetings and the latest changes."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from meetings.clock import BRUSSELS, get_instant, get_minute, get_today
from meetings.database.prepared_query import fetch_objects
from meetings.documents.choices import PointState
from meetings.editions.edition_history import get_appeared_editions
from meetings.editions.keyset import EARLIEST_FIRST, LATEST_FIRST
from meetings.feeds.views import MEETING_EDITIONS
from meetings.models import Configuration, Edition, EditionDocument, SubjectType
from meetings.site.daily_schedule.entries import EXPECTED_DURATION, ScheduleEntry
from meetings.site.daily_schedule.queries import DAY, find_meetings_between
from meetings.site.daily_schedule.schedule import (
    DayMeeting,
    build_daily_schedule,
    build_day_meetings,
    collect_withdrawn,
)
from meetings.site.news import build_news
from meetings.site.publications import Publication, build_publications, select_live_documents
from meetings.site.withdrawal_notices import add_upcoming_notices, announces

UNDATED_PERIOD = dt.timedelta(days=30)  # how long a meeting that lost its date is shown after the day that it had
MAX_UPCOMING, MAX_UNDATED, MAX_PAST, MAX_NEWS = 8, 6, 4, 5
MAX_SHOWN_ENTRIES = 6  # of each group; the daily schedule has all


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "meetings/home.html", build_home_context(request))


def build_home_context(request: HttpRequest) -> dict[str, Any]:
    today, minute, at = get_today(request), get_minute(request), get_instant(request)
    monday = today - today.weekday() * DAY
    sunday = monday + 6 * DAY
    week_meetings = find_meetings_between(request, monday - DAY, sunday + DAY)  # a day more, for other time zones
    schedule = build_daily_schedule(week_meetings, today, minute)
    upcoming = add_upcoming_notices(
        request, select_live_documents(request, SubjectType.MEETING, select_upcoming, sunday), sunday + DAY
    )
    upcoming = [row for row in upcoming if row.edition.listed_on > sunday]  # others are among those of this week
    undated = select_live_documents(request, SubjectType.MEETING, select_undated, today - UNDATED_PERIOD)
    past = select_live_documents(request, SubjectType.MEETING, select_past, monday)
    days_before = [monday + n * DAY for n in range((today - monday).days)]
    days_after = [today + n * DAY for n in range(1, (sunday - today).days + 1)]
    return {
        "today": today,
        "meetings_today": schedule.meetings,
        "notices_today": list(filter(announces, schedule.withdrawn)),
        "repeated_configurations": schedule.repeated_configurations,
        **group_by_clock([*find_entries_of_other_days(week_meetings, today, minute), *schedule.entries], minute),
        "rest_of_week": group_meetings_by_day(week_meetings, days_after, minute),
        "earlier_this_week": group_meetings_by_day(week_meetings, days_before, minute),
        "upcoming": build_publications([*upcoming[:MAX_UPCOMING], *undated]),
        "before_this_week": build_publications(past),
        "news": build_news(request, fetch_objects(find_newest_editions, at)),
        "configurations": fetch_objects(find_configurations, today),
    }


def find_newest_editions(at: Any) -> QuerySet[Edition]:
    editions = get_appeared_editions(at, at).filter(MEETING_EDITIONS, is_tombstone=False)
    return editions.order_by("-available_from", "-id")[:MAX_NEWS]


def find_configurations(today: Any) -> QuerySet[Configuration]:
    return Configuration.objects.in_force_on(today)


def select_upcoming(live: QuerySet[EditionDocument], after: Any) -> QuerySet[EditionDocument]:
    found = live.filter(edition__listed_on__gt=after, edition__end_date__isnull=False)
    return found.order_by(*EARLIEST_FIRST)[:MAX_UPCOMING]


def select_undated(live: QuerySet[EditionDocument], since: Any) -> QuerySet[EditionDocument]:
    return live.filter(edition__end_date=None, edition__listed_on__gte=since).order_by(*EARLIEST_FIRST)[:MAX_UNDATED]


def select_past(live: QuerySet[EditionDocument], before: Any) -> QuerySet[EditionDocument]:
    found = live.filter(edition__end_date__lt=before)
    return found.order_by(*LATEST_FIRST)[:MAX_PAST]


def find_entries_of_other_days(
    meetings: Sequence[Publication], today: dt.date, now: dt.datetime
) -> list[ScheduleEntry]:
    """Return entries that are on another day locally but today in Brussels, or that are under way.

    An evening in New York is the night in Brussels.
    """
    schedules = (build_daily_schedule(meetings, day, now) for day in (today - DAY, today + DAY))
    entries = (entry for schedule in schedules for entry in schedule.entries if not entry.former_slot)
    return [entry for entry in entries if is_under_way(entry) or is_today(entry, today)]


def is_under_way(entry: ScheduleEntry) -> bool:
    return entry.state == PointState.UNDER_WAY


def is_today(entry: ScheduleEntry, today: dt.date) -> bool:
    return entry.starts_at is not None and entry.starts_at.astimezone(BRUSSELS).date() == today


def group_by_clock(entries: Sequence[ScheduleEntry], minute: dt.datetime) -> dict[str, Any]:
    """Return today's entries for the template in groups: now, should_have_started, next and earlier.

    An entry is under way only if the press office says so, and an entry without a time is not earlier before the press
    office says so. An entry whose time came within EXPECTED_DURATION should have started: nobody said that it is over.
    Of many entries the nearest are returned, with the number of the others.
    """
    now = [entry for entry in entries if is_under_way(entry)]
    earlier = [
        entry
        for entry in entries
        if entry not in now and (entry.state == PointState.ENDED or (entry.starts_at and entry.starts_at <= minute))
    ]
    upcoming = [entry for entry in entries if entry not in now and entry not in earlier and not is_cancelled(entry)]
    started = [
        entry
        for entry in earlier
        if entry.is_expected and entry.starts_at and entry.starts_at > minute - EXPECTED_DURATION
    ]
    earlier = [entry for entry in earlier if entry not in started]
    return {
        "now": now,
        "should_have_started": started,
        "next": upcoming[:MAX_SHOWN_ENTRIES],
        "more_next": len(upcoming[MAX_SHOWN_ENTRIES:]),
        "earlier": earlier[-MAX_SHOWN_ENTRIES:],
        "more_earlier": len(earlier[:-MAX_SHOWN_ENTRIES]),
    }


def is_cancelled(entry: ScheduleEntry) -> bool:
    """Return True if the entry is cancelled, so that it is not next. An entry that left the day says where it went."""
    return entry.point.state == PointState.CANCELLED and not entry.former_slot


def group_meetings_by_day(
    meetings: Sequence[Publication], days: Sequence[dt.date], now: dt.datetime
) -> list[tuple[dt.date, list[DayMeeting], list[Publication]]]:
    """Return the days that have, or had, any of the meetings, each with these meetings and with the notices.

    The notices are of meetings that take place although they were withdrawn.
    """
    groups = [
        (day, build_day_meetings(meetings, day, now), list(filter(announces, collect_withdrawn(meetings, day))))
        for day in days
    ]
    return [(day, day_meetings, notices) for day, day_meetings, notices in groups if day_meetings or notices]
