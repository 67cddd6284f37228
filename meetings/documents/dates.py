"""The days of a meeting: those on which it takes place, and those from which it was moved."""

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from meetings.documents.schema import EarlierDate


class HasDates(Protocol):
    """A meeting, or an entry of its earlier dates."""

    @property
    def start_date(self) -> dt.date | None: ...
    @property
    def end_date(self) -> dt.date | None: ...


class HasEarlierDates(HasDates, Protocol):
    """A meeting with its earlier dates."""

    @property
    def previous(self) -> Sequence[EarlierDate]: ...


def get_known_days(
    start: dt.date | None, end: dt.date | None, previous: Sequence[EarlierDate]
) -> tuple[dt.date, dt.date] | None:
    """Return the first and the last day of a meeting.

    If it has no date now, return those that it had last; None if it never had any.
    """
    for first, last in ((start, end), *((earlier.start_date, earlier.end_date) for earlier in reversed(previous))):
        if first:
            return first, last or first
    return None


def takes_place_on(span: HasDates, day: dt.date) -> bool:
    """Return whether `day` is one of the present days of the meeting."""
    return span.start_date is not None and span.start_date <= day <= (span.end_date or span.start_date)


def has_left_day(meeting: HasEarlierDates, day: dt.date) -> bool:
    """Return whether the meeting was published for `day` and is not on it any more: it was moved, or has no date."""
    return not takes_place_on(meeting, day) and any(takes_place_on(earlier, day) for earlier in meeting.previous)


def find_previous_dates(meeting: HasEarlierDates) -> EarlierDate | None:
    """Return the latest earlier dates that differ from the present ones; None if at most the place was another."""
    present = get_first_and_last_day(meeting)
    earlier = (each for each in reversed(meeting.previous) if each.start_date)
    return next((each for each in earlier if get_first_and_last_day(each) != present), None)


def get_first_and_last_day(span: HasDates) -> tuple[dt.date | None, dt.date | None]:
    return span.start_date, span.end_date or span.start_date
