"""Choose plausible days for the sample meetings, counted from one day. Uses neither the database nor the clock."""

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from meetings.reference.presidencies import ReferencePresidency, list_presidencies

DAY = dt.timedelta(days=1)
LUXEMBOURG_MONTHS = (4, 6, 10)  # the Council meets in Luxembourg in these months
PRESIDENCIES_BY_HALF_YEAR = {(facts.year, facts.half): facts for facts in list_presidencies()}


def get_presidency_on(day: dt.date) -> ReferencePresidency | None:
    return PRESIDENCIES_BY_HALF_YEAR.get((day.year, 1 if day.month <= 6 else 2))


def is_working_day(day: dt.date) -> bool:
    """Return False at weekends and from Christmas Day to New Year's Day."""
    return day.weekday() < 5 and (day.month, day.day) != (1, 1) and not (day.month == 12 and day.day >= 25)


@dataclass(frozen=True)
class MeetingDays:
    """The first and last day of a meeting."""

    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class Diary:
    """A calendar that counts working days from `today`. `today` must be a working day: use `Diary.starting_from`."""

    today: dt.date

    @classmethod
    def starting_from(cls, day: dt.date) -> "Diary":
        """Return the diary for `day`, or for the next working day if `day` is none."""
        while not is_working_day(day):
            day += DAY
        return cls(day)

    def iterate_working_days(self, backwards: bool = False) -> Iterator[dt.date]:
        day = self.today
        while True:
            if is_working_day(day):
                yield day
            day += -DAY if backwards else DAY

    def pick_day(self, distance: int) -> MeetingDays:
        """Return the working day that is `distance` working days after today, or before it if negative."""
        for number, day in enumerate(self.iterate_working_days(backwards=distance < 0)):
            if number == abs(distance):
                return MeetingDays(day, day)
        raise AssertionError

    def pick_two_days(self, distance: int) -> MeetingDays:
        """Return two consecutive working days in one month, at that distance or the next possible ones further away."""
        for number, day in enumerate(self.iterate_working_days(backwards=distance < 0)):
            if number >= abs(distance) and is_working_day(day + DAY) and day.month == (day + DAY).month:
                return MeetingDays(day, day + DAY)
        raise AssertionError

    def pick_days_across_months(self, distance: int) -> MeetingDays:
        """Return two consecutive working days in two months of one presidency, at that distance or later."""
        for number, day in enumerate(self.iterate_working_days()):
            if number >= distance and is_working_day(day + DAY) and day.month != (day + DAY).month and day.month != 6:
                return MeetingDays(day, day + DAY)
        raise AssertionError

    def pick_days_in_luxembourg(self, distance: int) -> MeetingDays:
        """Return two consecutive working days of a month in which the Council meets in Luxembourg.

        They are never before the eighth of the month.
        """
        for number, day in enumerate(self.iterate_working_days()):
            last = calendar.monthrange(day.year, day.month)[1]
            if (
                number >= distance
                and day.month in LUXEMBOURG_MONTHS
                and 8 <= day.day < last
                and is_working_day(day + DAY)
            ):
                return MeetingDays(day, day + DAY)
        raise AssertionError
