"""The rule by which a meeting counts as called off: the same for pages, calendars and the API."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Protocol

from meetings.vocabulary import MeetingStatus


class HasStatusAndDates(Protocol):
    """A meeting document or row with its status, its date and its earlier dates."""

    @property
    def status(self) -> MeetingStatus: ...
    @property
    def start_date(self) -> dt.date | None: ...
    @property
    def previous(self) -> Sequence[Any]: ...


def is_called_off(meeting: HasStatusAndDates) -> bool:
    """Return whether the meeting is cancelled, or postponed without a new date.

    A meeting that was postponed to another date takes place like any other. An earlier entry that differs only in its
    place is not another date.
    """
    other_dates = {earlier.start_date for earlier in meeting.previous} - {None, meeting.start_date}
    has_another_date = meeting.start_date is not None and bool(other_dates)
    return meeting.status == MeetingStatus.CANCELLED or (
        meeting.status == MeetingStatus.POSTPONED and not has_another_date
    )
