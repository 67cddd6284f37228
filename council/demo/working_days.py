"""Choose plausible days for the sample meetings, counted from one day. Uses neither the database nor the clock."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from meetings.clock import get_half_year
from meetings.reference.places import MONTHS_IN_LUXEMBOURG
from meetings.reference.presidencies import ReferencePresidency, list_presidencies

DAY = dt.timedelta(days=1)
PRESIDENCIES_BY_HALF_YEAR = {(facts.year, facts.half): facts for facts in list_presidencies()}


def get_presidency_on(day: dt.date) -> ReferencePresidency | None:
    return PRESIDENCIES_BY_HALF_YEAR.get(get_half_year(day))


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

    def pick_days(self, distance: int, rule: str = "one_day") -> MeetingDays:
        """Return the days of a meeting that is `distance` working days after today, or before it if negative.

        If the rule does not allow these, return the next possible days further away.
        """
        for number, day in enumerate(self.iterate_working_days(backwards=distance < 0)):
            if number >= abs(distance) and DAY_RULES[rule](day):
                return MeetingDays(day, day if rule == "one_day" else day + DAY)
        raise AssertionError


def is_first_of_two_in_a_month(day: dt.date) -> bool:
    return is_working_day(day + DAY) and day.month == (day + DAY).month


def is_last_of_a_month(day: dt.date) -> bool:
    """Return True if the next day is a working day in the next month, in the same presidency."""
    return is_working_day(day + DAY) and day.month != (day + DAY).month and day.month != 6


def is_first_of_two_in_luxembourg(day: dt.date) -> bool:
    """Return True in the months in which the Council meets in Luxembourg, but not before the eighth."""
    return is_first_of_two_in_a_month(day) and day.month in MONTHS_IN_LUXEMBOURG and day.day >= 8


DAY_RULES: dict[str, Callable[[dt.date], bool]] = {  # which working days can be the first day of a meeting
    "one_day": is_working_day,
    "two_days": is_first_of_two_in_a_month,
    "two_days_across_months": is_last_of_a_month,
    "two_days_in_luxembourg": is_first_of_two_in_luxembourg,
}
