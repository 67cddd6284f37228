"""The times of same-day changes: the days on which they are possible, times as people type them, and delays."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agenda.workflow.errors import WorkflowError
from meetings.clock import InvalidTimeError, build_local_datetime
from meetings.documents.choices import PointState, TimePrecision
from meetings.documents.dates import get_known_days
from meetings.documents.schema import MeetingDocument, Point
from meetings.i18n.printed_times import (
    CLOCK_PATTERN,
    format_printed_time,
    normalize_typed_clocks,
    parse_printed_clocks,
)

ONE_DAY = dt.timedelta(days=1)
MAX_DELAY_MINUTES = 12 * 60
STARTED_STATES = (PointState.UNDER_WAY, PointState.ENDED, PointState.CANCELLED)
TIME_WITHOUT_COLON = re.compile(r"\b([01]\d|2[0-3])([0-5]\d)\b")  # as typed on the number keys of a telephone
PRECISION_BY_PREFIX = {
    "": TimePrecision.EXACT,
    "+/-": TimePrecision.APPROXIMATE,
    "±": TimePrecision.APPROXIMATE,
    "about": TimePrecision.APPROXIMATE,
    "from": TimePrecision.FROM,
    "(tbc)": TimePrecision.TO_BE_CONFIRMED,
    "tbc": TimePrecision.TO_BE_CONFIRMED,
}


def get_local_date(meeting: MeetingDocument, now: dt.datetime) -> dt.date:
    return now.astimezone(ZoneInfo(meeting.timezone)).date()


def get_point_date(point: Point, meeting: MeetingDocument) -> dt.date | None:
    return point.date or meeting.start_date


def get_press_days(meeting: MeetingDocument) -> tuple[dt.date, dt.date]:
    """Return the first and last day for same-day changes: the day before the meeting and the day after it.

    For a meeting that lost its date, the days around its earlier date.
    """
    known = get_known_days(meeting.start_date, meeting.end_date, meeting.previous)
    assert known, "a meeting is published at the address of a day"
    return known[0] - ONE_DAY, known[1] + ONE_DAY


def is_press_day(first: dt.date, last: dt.date | None, zone: str, now: dt.datetime) -> bool:
    """Return True if same-day changes of a meeting on these days are possible now."""
    return first - ONE_DAY <= now.astimezone(ZoneInfo(zone)).date() <= (last or first) + ONE_DAY


def require_press_day(meeting: MeetingDocument, now: dt.datetime) -> None:
    """Raise WorkflowError outside of these days: then there is time for a correction that a second person approves."""
    first, last = get_press_days(meeting)
    if not first <= get_local_date(meeting, now) <= last:
        days = {"first": date_format(first, "j F Y"), "last": date_format(last, "j F Y")}
        message = _(
            "You can make a same-day change only from %(first)s to %(last)s. On other days, submit a correction for "
            "approval."
        )
        raise WorkflowError(message % days)


def build_delayed_times(meeting: MeetingDocument, minutes: int, now: dt.datetime) -> Mapping[UUID, dict[str, Any]]:
    """Return new times for all points of today that have a time and have not started.

    They are local clock times, also across midnight and a change to or from summer time. A point whose announced start
    has passed counts as started: whether it has begun or is late, a delay of the others says nothing about it. Raise
    WorkflowError.
    """
    if not 1 <= minutes <= MAX_DELAY_MINUTES:
        raise WorkflowError(get_minutes_message(), field="late")
    values = {
        key: {"date": start.date(), "time": f"{start:%H:%M}", "state": PointState.DELAYED}
        for key, start in compute_delayed_starts(meeting, minutes, now).items()
    }
    if not values:
        message = _(
            "There is nothing to delay: no programme event starts later today. If one is late, change its own time."
        )
        raise WorkflowError(message, field="late")
    return values


def get_minutes_message() -> str:
    return _("Enter a delay in minutes, from 1 to %d.") % MAX_DELAY_MINUTES


def compute_delayed_starts(meeting: MeetingDocument, minutes: int, now: dt.datetime) -> Mapping[UUID, dt.datetime]:
    """Return the delayed start of each point that has not started, in local time."""
    zone, today = ZoneInfo(meeting.timezone), get_local_date(meeting, now)
    starts = {}
    for point in meeting.programme:
        day = get_point_date(point, meeting)
        if day != today or point.time is None or point.state in STARTED_STATES:
            continue
        planned = build_local_datetime(day, point.time, meeting.timezone)
        if planned > now:
            starts[point.id] = (planned.astimezone(dt.UTC) + dt.timedelta(minutes=minutes)).astimezone(zone)
    return starts


def parse_point_time(typed: str) -> tuple[str | None, TimePrecision]:
    """Parse a time such as “14:15” (exact), “+/- 14:15”, “from 14:15” or “14:15 (tbc)”.

    “tbc” or nothing means to be confirmed. Raise InvalidTimeError.
    """
    text = TIME_WITHOUT_COLON.sub(r"\1:\2", " ".join(normalize_typed_clocks(typed.casefold()).split()))
    clocks, words = parse_printed_clocks(text), CLOCK_PATTERN.sub("", text).strip()
    if not text:
        return None, TimePrecision.TO_BE_CONFIRMED
    if words not in PRECISION_BY_PREFIX or len(clocks) > 1 or (not clocks and "tbc" not in words):
        message = _(
            "“%s” is not a time. Use one of these formats: 14:15, +/- 14:15, from 14:15 or 14:15 (tbc). "
            "Enter tbc if the time is not known."
        )
        raise InvalidTimeError(message % typed[:40])
    return (f"{clocks[0]:%H:%M}" if clocks else None), PRECISION_BY_PREFIX[words]


def format_typed_time(time: str | None, precision: str, text: str) -> str:
    """Format a time for a form field, so that it is parsed to the same value."""
    return format_printed_time(dt.time.fromisoformat(time), precision) if time else text or ("tbc" if precision else "")
