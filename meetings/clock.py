"""Instants: whole seconds in UTC, written by people in Brussels time."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.translation import gettext as _

BRUSSELS = ZoneInfo("Europe/Brussels")
DAY_AND_TIME = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d")  # a day alone would mean midnight


def instant_of(request: HttpRequest) -> dt.datetime:
    """The one instant that the whole answer is as of, in UTC (`council.middleware` took it)."""
    instant: dt.datetime = request.instant  # type: ignore[attr-defined]
    return instant


def minute_of(request: HttpRequest) -> dt.datetime:
    """That instant to the minute, from which words that depend on the clock follow (“next”, “expected”)."""
    return instant_of(request).replace(second=0, microsecond=0)


def on_the_wall(day: dt.date, time: str, zone: str) -> dt.datetime:
    """What clocks there show at a document's “18:00” of the day, in that time zone."""
    return dt.datetime.combine(day, dt.time.fromisoformat(time), ZoneInfo(zone))


class NoSuchTime(ValueError):
    """The time cannot be read, or the clocks go over it; the message says what to write instead."""


def next_instant(now: dt.datetime) -> dt.datetime:
    """The next whole second at least one ahead of `now`: what “publish now” means, so that the commit is first."""
    ahead = now + dt.timedelta(seconds=1)
    whole = ahead.replace(microsecond=0)
    return whole if whole == ahead else whole + dt.timedelta(seconds=1)


def read_instant(text: str, *, for_address: bool = False) -> dt.datetime:
    """The instant in UTC of an ISO 8601 time such as `2017-09-14 18:00`; without an offset it is Brussels time.

    Raises NoSuchTime for what is no time, for fractions of a second, and for a Brussels time that the change of
    summer time skips or repeats: that one needs an offset. `for_address` is where the message's advice is to go: an
    address keeps neither a space nor a plus sign, so that it is in UTC then.
    """
    try:
        time = dt.datetime.fromisoformat(text.strip())
        if not (2000 <= time.year < 9999 and DAY_AND_TIME.match(text.strip())):
            raise ValueError
    except ValueError:
        example = "2017-09-14T16:00:00Z" if for_address else _("2017-09-14 18:00 (Brussels time)")
        raise NoSuchTime(_("“%s” is no time. Write it as %s.") % (text, example)) from None
    if time.microsecond:
        raise NoSuchTime(_("“%s” has fractions of a second: write whole seconds.") % text)
    if time.tzinfo is not None:
        return time.astimezone(dt.UTC)
    first, second = (time.replace(tzinfo=BRUSSELS, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(dt.UTC)
    raise NoSuchTime(format_clock_change_message(text, first, second, for_address=for_address))


def format_clock_change_message(text: str, first: dt.datetime, second: dt.datetime, *, for_address: bool) -> str:
    """Says of a time at a change of the clocks, by its two readings, which instants it may mean."""
    readings = [reading.astimezone(dt.UTC) for reading in (first, second)]
    exists = readings[0].astimezone(BRUSSELS).replace(tzinfo=None) == first.replace(tzinfo=None)
    told = (
        _(
            "%(time)s happens twice in Brussels, as the clocks go back. Write %(one)s for the first (summer time) or "
            "%(other)s for the second (winter time)."
        )
        if exists
        else _("%(time)s does not exist in Brussels, as the clocks go forward. Write %(other)s or %(one)s.")
    )
    if for_address:
        one, other = (f"{reading:%Y-%m-%dT%H:%M:%SZ}" for reading in readings)
    elif exists:
        one, other = (reading.isoformat(" ", "minutes") for reading in (first, second))
    else:  # the hour before it and the hour after it, which need no offset
        one, other = (f"{reading.astimezone(BRUSSELS):%Y-%m-%d %H:%M}" for reading in readings)
    return told % {"time": text, "one": one, "other": other}
