"""Instants: whole seconds in UTC, which people write in Brussels time; and how long a response stays right."""

import datetime as dt
import re
from collections.abc import Collection
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.translation import gettext as _

BRUSSELS = ZoneInfo("Europe/Brussels")
INSTANT, CHANGES_AT = "council.instant", "council.changes_at"
"""Keys of the WSGI environment, between the cache of responses (`council.response_cache`) and the views."""
MINUTE, NEAR = dt.timedelta(minutes=1), dt.timedelta(days=3)
DAY_AND_TIME = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d")  # a day alone would mean midnight


def get_instant(request: HttpRequest) -> dt.datetime:
    """Return the instant of the request in UTC. The whole response is as of it.

    `council.middleware.answer` sets it.
    """
    instant: dt.datetime = request.instant  # type: ignore[attr-defined]
    return instant


def limit_lifetime(request: HttpRequest, until: dt.datetime) -> None:
    """Say that the response may be another from `until` on, even if nothing is published before.

    Without this, the cache of responses may use a response until the end of the hour. The hour covers all that follows
    the date, in Brussels or in UTC. The front server may repeat a response until its second ends: name a whole second.
    """
    known = request.META.get(CHANGES_AT)
    request.META[CHANGES_AT] = min(known, until) if known else until


def get_minute(request: HttpRequest) -> dt.datetime:
    """Return the instant of the request, rounded down to the minute, for words such as “next” and “expected”.

    The response lasts until the end of this minute.
    """
    minute = get_instant(request).replace(second=0, microsecond=0)
    limit_lifetime(request, minute + MINUTE)
    return minute


def get_minute_near(request: HttpRequest, days: Collection[dt.date]) -> dt.datetime:
    """Return the minute for a response that follows the clock near these days only: up to three days before and after.

    So the days of a time zone need no thought. At other times the response lasts longer.
    """
    now = get_instant(request)
    if days:
        begins, ends = (dt.datetime.combine(day, dt.time(), dt.UTC) for day in (min(days) - NEAR, max(days) + 2 * NEAR))
        if begins <= now < ends:
            return get_minute(request)
        if now < begins:
            limit_lifetime(request, begins)
    return now.replace(second=0, microsecond=0)


def build_local_datetime(day: dt.date, time: str, zone: str) -> dt.datetime:
    """Return the datetime of a document's wall-clock time such as “18:00” on a day in a time zone."""
    return dt.datetime.combine(day, dt.time.fromisoformat(time), ZoneInfo(zone))


class ClockChange(StrEnum):
    """What a change of the clocks does to a wall-clock time: there is no such time, or there are two."""

    SKIPPED = "skipped"
    REPEATED = "repeated"


def find_clock_change(day: dt.date, time: str, zone: str) -> ClockChange | None:
    """Return what a change of the clocks on the day does to the time in the time zone; None for a usual time."""
    first, second = (build_local_datetime(day, time, zone).replace(fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return None
    real = first.astimezone(dt.UTC).astimezone(first.tzinfo)
    return ClockChange.REPEATED if real.replace(tzinfo=None) == first.replace(tzinfo=None) else ClockChange.SKIPPED


class InvalidTimeError(ValueError):
    """The time cannot be parsed, or does not exist or is ambiguous. The message says what to write instead."""


def get_next_instant(now: dt.datetime) -> dt.datetime:
    """Return the first whole second that is at least one second after `now`.

    “Publish now” uses it, so that the commit comes before the instant.
    """
    ahead = now + dt.timedelta(seconds=1)
    whole = ahead.replace(microsecond=0)
    return whole if whole == ahead else whole + dt.timedelta(seconds=1)


def parse_instant(text: str, *, for_address: bool = False) -> dt.datetime:
    """Return the instant in UTC of an ISO 8601 time such as `2017-09-14 18:00`; without an offset it is Brussels time.

    Raise InvalidTimeError if the text is not a time or has fractions of a second, and if it is a Brussels time that is
    skipped or repeated at a clock change; then it needs an offset. With `for_address`, the message suggests times in
    UTC, because addresses cannot contain spaces and plus signs.
    """
    try:
        time = dt.datetime.fromisoformat(text.strip())
        if not (2000 <= time.year < 9999 and DAY_AND_TIME.match(text.strip())):
            raise ValueError
    except ValueError:
        example = "2017-09-14T16:00:00Z" if for_address else _("2017-09-14 18:00 (Brussels time)")
        raise InvalidTimeError(_("“%s” is not a time. Enter it like this: %s.") % (text, example)) from None
    if time.microsecond:
        raise InvalidTimeError(_("“%s” has fractions of a second. Enter whole seconds.") % text)
    if time.tzinfo is not None:
        return time.astimezone(dt.UTC)
    first, second = (time.replace(tzinfo=BRUSSELS, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(dt.UTC)
    raise InvalidTimeError(format_clock_change_message(text, first, second, for_address=for_address))


def format_clock_change_message(text: str, first: dt.datetime, second: dt.datetime, *, for_address: bool) -> str:
    """Return a message about a time at a clock change, with the two instants that it can mean."""
    readings = [reading.astimezone(dt.UTC) for reading in (first, second)]
    exists = readings[0].astimezone(BRUSSELS).replace(tzinfo=None) == first.replace(tzinfo=None)
    message = (
        _(
            "%(time)s occurs twice in Brussels because the clocks go back. Enter %(earlier)s for summer time or "
            "%(later)s for winter time."
        )
        if exists
        else _("%(time)s does not exist in Brussels because the clocks go forward. Enter %(later)s or %(earlier)s.")
    )
    if for_address:
        earlier, later = (f"{reading:%Y-%m-%dT%H:%M:%SZ}" for reading in readings)
    elif exists:
        earlier, later = (reading.isoformat(" ", "minutes") for reading in (first, second))
    else:  # the times before and after the skipped hour, which need no offset
        earlier, later = (f"{reading.astimezone(BRUSSELS):%Y-%m-%d %H:%M}" for reading in readings)
    return message % {"time": text, "earlier": earlier, "later": later}


def get_today(request: HttpRequest) -> dt.date:
    """Return today's date in Brussels."""
    return get_instant(request).astimezone(BRUSSELS).date()


def get_half_year(day: dt.date) -> tuple[int, int]:
    """Return the year and the half of the year (1 or 2), in which one country presides over the Council."""
    return day.year, 1 if day.month <= 6 else 2
