"""The rules by which a meeting was moved, and is called off: the same for pages, calendars, feeds and the API."""

from typing import Protocol

from meetings.documents.choices import MeetingStatus
from meetings.documents.dates import HasEarlierDates, find_previous_dates
from meetings.documents.schema import EarlierDate


class HasStatusAndDates(HasEarlierDates, Protocol):
    """A meeting document or row with its status, its dates and its earlier dates."""

    @property
    def status(self) -> MeetingStatus: ...


def find_move(meeting: HasStatusAndDates) -> EarlierDate | None:
    """Return the dates from which the meeting was moved to its present ones; None if it was not, whatever its status.

    One that is cancelled or has no date was not moved, nor one that only had another place.
    """
    has_date = meeting.start_date is not None and meeting.status != MeetingStatus.CANCELLED
    return find_previous_dates(meeting) if has_date else None


def is_called_off(meeting: HasStatusAndDates) -> bool:
    """Return whether the meeting is cancelled, or postponed and not moved to other dates.

    A meeting that was moved takes place like any other. `build_called_off_condition` is the same for the database.
    """
    is_postponed = meeting.status == MeetingStatus.POSTPONED
    return meeting.status == MeetingStatus.CANCELLED or (is_postponed and find_move(meeting) is None)
