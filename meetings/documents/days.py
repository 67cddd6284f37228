"""The days of a meeting: those that it has, and those that it left or lost."""

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from meetings.documents.shape import EarlierDate


class Spanned(Protocol):
    @property
    def start_date(self) -> dt.date | None: ...
    @property
    def end_date(self) -> dt.date | None: ...


class Moving(Spanned, Protocol):
    @property
    def previous(self) -> Sequence[EarlierDate]: ...


def days_known(
    start: dt.date | None, end: dt.date | None, previous: Sequence[EarlierDate]
) -> tuple[dt.date, dt.date] | None:
    """The first day and the last; of a meeting without a date, those that it had last; None where it never had any."""
    for first, last in ((start, end), *((one.start_date, one.end_date) for one in reversed(previous))):
        if first:
            return first, last or first
    return None


def is_on(span: Spanned, day: dt.date) -> bool:
    """Whether the day is one of its days now."""
    return span.start_date is not None and span.start_date <= day <= (span.end_date or span.start_date)


def has_left(meeting: Moving, day: dt.date) -> bool:
    """Whether it was published to be on the day, and is not any more: it moved, or has no date now."""
    return not is_on(meeting, day) and any(is_on(earlier, day) for earlier in meeting.previous)


def moved_from(meeting: Moving) -> EarlierDate | None:
    """The last days that it had and has not now; None where only its place was another, if anything."""
    for earlier in reversed(meeting.previous):
        if earlier.start_date and (earlier.start_date, earlier.end_date) != (meeting.start_date, meeting.end_date):
            return earlier
    return None
