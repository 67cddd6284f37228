"""The days on which facts move, and everything being late."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agenda.publishing.refusals import Refused
from meetings.clock import on_the_wall
from meetings.documents.days import days_known
from meetings.documents.shape import MeetingDocument, Point
from meetings.vocabulary import PointState

ONE_DAY = dt.timedelta(days=1)
LATEST = 12 * 60
BEGUN = (PointState.UNDER_WAY, PointState.ENDED, PointState.CANCELLED)


def today_at(meeting: MeetingDocument, now: dt.datetime) -> dt.date:
    return now.astimezone(ZoneInfo(meeting.timezone)).date()


def day_of(point: Point, meeting: MeetingDocument) -> dt.date | None:
    return point.date or meeting.start_date


def get_press_days(meeting: MeetingDocument) -> tuple[dt.date, dt.date]:
    """From the day before the meeting to the day after; of one that lost its date, around the one that it had.

    Raises Refused where it never had any.
    """
    known = days_known(meeting.start_date, meeting.end_date, meeting.previous)
    if known is None:
        raise Refused(_("The meeting has no date, and so no day on which facts change: write a correction."))
    return known[0] - ONE_DAY, known[1] + ONE_DAY


def is_press_day(first: dt.date, last: dt.date | None, zone: str, now: dt.datetime) -> bool:
    """Whether facts of the meeting of these days change now: from the day before it to the day after it."""
    return first - ONE_DAY <= now.astimezone(ZoneInfo(zone)).date() <= (last or first) + ONE_DAY


def require_press_day(meeting: MeetingDocument, now: dt.datetime) -> None:
    """Whoever has months writes a correction, which a second person approves."""
    first, last = get_press_days(meeting)
    if not first <= today_at(meeting, now) <= last:
        days = {"first": date_format(first, "j F Y"), "last": date_format(last, "j F Y")}
        message = _("Facts change without approval from %(first)s to %(last)s only: write a correction, and submit it.")
        raise Refused(message % days)


def build_delayed_times(meeting: MeetingDocument, minutes: int, now: dt.datetime) -> Mapping[UUID, dict[str, Any]]:
    """New times for what has a clock and has not begun: today, and the day before where midnight has passed meanwhile.

    What the clocks on the wall will show, over midnight and over a change of summer time. What would have begun by now
    even so much later, has begun. Raises Refused.
    """
    if not 1 <= minutes <= LATEST:
        raise Refused(no_minutes(), about="late")
    values = {
        key: {"date": begins.date(), "time": f"{begins:%H:%M}", "state": PointState.DELAYED}
        for key, begins in compute_delayed_starts(meeting, minutes, now).items()
    }
    if not values:
        raise Refused(_("Nothing is still to begin today that has a time: there is nothing to be later."), about="late")
    return values


def begins_at(day: dt.date, time: str, meeting: MeetingDocument) -> dt.datetime:
    return on_the_wall(day, time, meeting.timezone)


def no_minutes() -> str:
    return _("Write by how many minutes everything is later, from 1 to %d.") % LATEST


def compute_delayed_starts(meeting: MeetingDocument, minutes: int, now: dt.datetime) -> Mapping[UUID, dt.datetime]:
    """When each point begins that is still to begin, in local time."""
    zone, today = ZoneInfo(meeting.timezone), today_at(meeting, now)
    starts = {}
    for point in meeting.programme:
        day = day_of(point, meeting)
        if day not in (today, today - ONE_DAY) or point.time is None or point.state in BEGUN:
            continue
        planned = begins_at(day, point.time, meeting)
        begins = (planned.astimezone(dt.UTC) + dt.timedelta(minutes=minutes)).astimezone(zone)
        if begins > now:
            starts[point.id] = begins
    return starts
