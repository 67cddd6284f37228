"""The days of a meeting, which may have lost its date."""

import datetime as dt
from collections.abc import Sequence

from meetings.documents.shape import EarlierDate


def days_known(
    start: dt.date | None, end: dt.date | None, previous: Sequence[EarlierDate]
) -> tuple[dt.date, dt.date] | None:
    """The first day and the last; of a meeting without a date, those that it had last; None where it never had any."""
    for first, last in ((start, end), *((one.start_date, one.end_date) for one in reversed(previous))):
        if first:
            return first, last or first
    return None
