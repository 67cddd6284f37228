"""Time travel: all public pages and the API in one browser, as of a chosen instant.

Public code needs only this module; `meetings.http.time_travel_session` starts and stops time travel.
"""

import datetime as dt
from dataclasses import dataclass
from typing import TypeVar

from django.http import HttpRequest

from meetings.models.edition import EditionPartQuerySet

PartQuerySet = TypeVar("PartQuerySet", bound=EditionPartQuerySet)


@dataclass(frozen=True)
class TimeTravel:
    """A time travel: `at` is the instant of the response, `now` the present one, and `until` the end of the travel."""

    at: dt.datetime
    now: dt.datetime
    until: dt.datetime

    @property
    def is_in_future(self) -> bool:
        return self.at > self.now


def get_time_travel(request: HttpRequest) -> TimeTravel | None:
    """Return the time travel of the request; None for nearly all requests.

    `council.middleware.time_travel` sets it.
    """
    travel: TimeTravel | None = getattr(request, "travel", None)
    return travel


def exclude_suppressed(request: HttpRequest, live: PartQuerySet) -> PartQuerySet:
    """Exclude editions that have been suppressed since the instant of the request. Present editions never are."""
    return live.readable() if get_time_travel(request) else live
