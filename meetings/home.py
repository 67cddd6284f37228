"""The home page: today by what the press office says and by the clock, this week, what comes, what changed last."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from meetings.changes import appeared
from meetings.clock import BRUSSELS, instant_of, minute_of
from meetings.conditional import by_minute, confirmed, stamped
from meetings.day_sheet.entries import Entry
from meetings.day_sheet.finding import DAY, meetings_between
from meetings.day_sheet.sheets import MeetingOfDay, meetings_of_day, sheet_of
from meetings.feeds.pages import OF_MEETINGS
from meetings.latest import news
from meetings.models import Configuration, SubjectType
from meetings.pages import publications, today_of
from meetings.publications import Publication, live_documents
from meetings.vocabulary import PointState

REMEMBERED = dt.timedelta(days=30)  # a meeting that lost its date, behind the day that it had
COMING, UNDATED, PAST, NEWS = 8, 6, 4, 5
LASTING = dt.timedelta(hours=3)  # as long as a point may well go on
SHOWN = 6  # points at once; the day-sheet has all


def home(request: HttpRequest) -> HttpResponse:
    known = by_minute(request)
    return confirmed(request, known) or stamped(render(request, "meetings/home.html", context_of(request)), known)


def context_of(request: HttpRequest) -> dict[str, Any]:
    today, minute, at = today_of(request), minute_of(request), instant_of(request)
    monday = today - today.weekday() * DAY
    sunday = monday + 6 * DAY
    of_week = meetings_between(request, monday - DAY, sunday + DAY)  # by the days of other time zones, too
    sheet = sheet_of(of_week, today, minute)
    live = live_documents(request, SubjectType.MEETING)
    order = ("edition__listed_on", "edition__subject_id")
    ahead = live.filter(edition__listed_on__gt=sunday, edition__end_date__isnull=False).order_by(*order)[:COMING]
    lost = live.filter(edition__end_date=None, edition__listed_on__gte=today - REMEMBERED).order_by(*order)[:UNDATED]
    past = live.filter(edition__end_date__lt=monday).order_by("-edition__listed_on", "edition__subject_id")[:PAST]
    newest = appeared(at, at).filter(OF_MEETINGS, is_tombstone=False).order_by("-available_from", "-id")[:NEWS]
    return {
        "today": today,
        "of_today": sheet.meetings,
        "twins": sheet.twins,
        **by_clock([*elsewhere(of_week, today, minute), *sheet.entries], minute),
        "to_come": days_of(of_week, [today + n * DAY for n in range(1, (sunday - today).days + 1)], minute),
        "gone_by": days_of(of_week, [monday + n * DAY for n in range((today - monday).days)], minute),
        "coming": publications(ahead) + publications(lost),
        "latest": publications(past),
        "news": news(request, newest),
        "configurations": list(Configuration.objects.valid_on(today)),
    }


def elsewhere(meetings: Sequence[Publication], today: dt.date, minute: dt.datetime) -> list[Entry]:
    """What is on another day where it happens, and today in Brussels or under way: New York's evening is our night."""
    entries = (entry for day in (today - DAY, today + DAY) for entry in sheet_of(meetings, day, minute).entries)
    return [entry for entry in entries if not entry.left and (is_under_way(entry) or is_today(entry, today))]


def is_under_way(entry: Entry) -> bool:
    return entry.state == PointState.UNDER_WAY


def is_today(entry: Entry, today: dt.date) -> bool:
    return entry.at is not None and entry.at.astimezone(BRUSSELS).date() == today


def by_clock(entries: Sequence[Entry], minute: dt.datetime) -> dict[str, Any]:
    """What is under way is what the press office says is. What has no clock is not past before somebody says so.

    What began by the clock within `LASTING` is told apart from what went before: nobody said that it is over. Of much,
    the nearest; how many more there are is told.
    """
    now = [entry for entry in entries if is_under_way(entry)]
    earlier = [
        entry
        for entry in entries
        if entry not in now and (entry.state == PointState.ENDED or (entry.at and entry.at <= minute))
    ]
    ahead = [entry for entry in entries if entry not in now and entry not in earlier and not is_off(entry)]
    begun = [entry for entry in earlier if entry.is_expected and entry.at and entry.at > minute - LASTING]
    earlier = [entry for entry in earlier if entry not in begun]
    return {
        "now": now,
        "begun": begun,
        "next": ahead[:SHOWN],
        "more_next": len(ahead[SHOWN:]),
        "earlier": earlier[-SHOWN:],
        "more_earlier": len(earlier[:-SHOWN]),
    }


def is_off(entry: Entry) -> bool:
    """It is not next, and the day-sheet tells of it. What left the day says where it went."""
    return entry.point.state == PointState.CANCELLED and not entry.left


def days_of(
    meetings: Sequence[Publication], days: Sequence[dt.date], minute: dt.datetime
) -> list[tuple[dt.date, list[MeetingOfDay]]]:
    """Those on which something is or was to be, each with its meetings."""
    found = [(day, meetings_of_day(meetings, day, minute)) for day in days]
    return [(day, some) for day, some in found if some]
