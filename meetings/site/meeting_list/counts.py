"""Count meetings by configuration, year and month, so that filters offer only what leads to meetings."""

import datetime as dt
from collections import Counter

from django.db.models import QuerySet

from meetings.models import EditionDocument

MeetingCounts = Counter[tuple[str, int, int]]
"""Numbers of meetings by configuration, year and month. An empty text, or 0, stands for all of them."""


def count_meetings(documents: QuerySet[EditionDocument]) -> MeetingCounts:
    """Count the meetings of `documents`, of which each has one. This takes one query.

    A meeting counts in each month in which it has a day; without a date now, in that of its last known day.
    """
    counts = MeetingCounts()
    rows = documents.order_by().values_list("edition__configuration", "edition__listed_on", "edition__end_date")
    for (configuration, first, last), number in Counter(rows).items():
        months = [divmod(index, 12) for index in range(count_months(first), count_months(last or first) + 1)]
        periods = {(0, 0), *((year, 0) for year, _month in months), *((year, month + 1) for year, month in months)}
        for period in periods:
            counts["", *period] += number
            counts[configuration, *period] += number
    return counts


def count_months(day: dt.date) -> int:
    return day.year * 12 + day.month - 1


def find_months_beside(counts: MeetingCounts, configuration: str, year: int, month: int) -> list[tuple[int, int]]:
    """Return the last month before this one, and the first after it, that has a meeting; each as year and month."""
    months = [(each[1], each[2]) for each in counts if each[0] == configuration and each[2] and counts[each]]
    before = max((each for each in months if each < (year, month)), default=None)
    after = min((each for each in months if each > (year, month)), default=None)
    return [each for each in (before, after) if each]


def find_nearest_month(counts: MeetingCounts, configuration: str, year: int, month: int) -> int:
    """Return the month of the year with a meeting that is nearest to `month`; `month` itself if there is none."""
    months = [each for each in range(1, 13) if counts[configuration, year, each]]
    return min(months, key=lambda each: abs(each - month), default=month)
