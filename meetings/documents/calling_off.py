"""Whether a meeting takes place: one rule for pages, calendars and machines."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Protocol

from meetings.vocabulary import MeetingStatus


class Dated(Protocol):
    @property
    def status(self) -> MeetingStatus: ...
    @property
    def start_date(self) -> dt.date | None: ...
    @property
    def previous(self) -> Sequence[Any]: ...


def is_called_off(meeting: Dated) -> bool:
    """Cancelled, or postponed with no other date known: there is nothing to go to.

    Postponed to another date is as firm as any other. That the place was another is no other date.
    """
    others = {earlier.start_date for earlier in meeting.previous} - {None, meeting.start_date}
    has_another_date = meeting.start_date is not None and bool(others)
    return meeting.status == MeetingStatus.CANCELLED or (
        meeting.status == MeetingStatus.POSTPONED and not has_another_date
    )
