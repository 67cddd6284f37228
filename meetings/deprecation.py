"""What will go: said in the description, and in the head of each answer that still uses it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.http import http_date

from meetings.links import add_link


@dataclass(frozen=True)
class Deprecation:
    """Not to be used any more from `since` on, and gone after `sunset`; `about` is the address that says what instead.

    docs/api.md (“Versions”) promises how long there is between the two.
    """

    since: dt.date
    about: str
    sunset: dt.date | None = None

    def __str__(self) -> str:
        ends = f", and gone after {self.sunset}" if self.sunset else ""
        return f"Deprecated since {self.since}{ends}: {self.about}."


def warn(response: Any, found: Sequence[Deprecation]) -> None:
    """`Deprecation` (RFC 9745) and `Sunset` (RFC 8594), each of which an answer has once: the earliest counts."""
    if not found:
        return
    response.headers["Deprecation"] = f"@{instant(min(each.since for each in found))}"
    if sunsets := [each.sunset for each in found if each.sunset]:
        response.headers["Sunset"] = http_date(instant(min(sunsets)))
    for each in found:
        add_link(response, each.about, "deprecation", type="text/html")
        if each.sunset:
            add_link(response, each.about, "sunset", type="text/html")


def instant(day: dt.date) -> int:
    return int(dt.datetime.combine(day, dt.time(), dt.UTC).timestamp())
