"""Looking at the site at another time: all public pages and the API, in one browser, as of an instant of its choice.

Public code knows no more of it than stands here; `meetings.journeys` begins and ends them.
"""

import datetime as dt
from dataclasses import dataclass
from typing import TypeVar

from django.http import HttpRequest

from meetings.models.edition import EditionPartQuerySet

PartQuerySet = TypeVar("PartQuerySet", bound=EditionPartQuerySet)


@dataclass(frozen=True)
class TimeTravel:
    """`at` is what the answer is as of, `now` when it is given; by `until` the journey is over."""

    at: dt.datetime
    now: dt.datetime
    until: dt.datetime

    @property
    def is_ahead(self) -> bool:
        return self.at > self.now


def journey_of(request: HttpRequest) -> TimeTravel | None:
    """The one that the answer is part of: none for everybody but those few (`council.travel` sets it)."""
    journey: TimeTravel | None = getattr(request, "travel", None)
    return journey


def open_texts(request: HttpRequest, live: PartQuerySet) -> PartQuerySet:
    """What is live at the request's instant, without what was taken out since: of now, nothing is."""
    return live.readable() if journey_of(request) else live
