"""Announce deprecations, in the description and in the headers of each answer that uses a deprecated thing."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.http import http_date

from meetings.links import add_link


@dataclass(frozen=True)
class Deprecation:
    """Something that should not be used from `since` on and may be removed after `sunset`.

    `about` is the address of a page that says what to use instead. docs/api.md (“Versions”) promises how much time
    there is between the two dates.
    """

    since: dt.date
    about: str
    sunset: dt.date | None = None

    def __str__(self) -> str:
        ends = f", will be removed after {self.sunset}" if self.sunset else ""
        return f"Deprecated since {self.since}{ends}: {self.about}."


def add_deprecation_headers(response: Any, found: Sequence[Deprecation]) -> None:
    """Add the headers `Deprecation` (RFC 9745) and `Sunset` (RFC 8594), each with the earliest of the dates."""
    if not found:
        return
    response.headers["Deprecation"] = f"@{get_timestamp(min(each.since for each in found))}"
    if sunsets := [each.sunset for each in found if each.sunset]:
        response.headers["Sunset"] = http_date(get_timestamp(min(sunsets)))
    for each in found:
        add_link(response, each.about, "deprecation", type="text/html")
        if each.sunset:
            add_link(response, each.about, "sunset", type="text/html")


def get_timestamp(day: dt.date) -> int:
    return int(dt.datetime.combine(day, dt.time(), dt.UTC).timestamp())
