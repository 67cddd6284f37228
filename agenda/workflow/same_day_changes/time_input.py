"""Parse and format times of programme points as duty officers type them: value and precision in one."""

import datetime as dt
import re

from django.utils.translation import gettext as _

from meetings.documents.choices import TimePrecision
from meetings.i18n.printed_times import (
    CLOCK_PATTERN,
    format_printed_time,
    normalize_typed_clocks,
    parse_printed_clocks,
)

TIME_WITHOUT_COLON = re.compile(r"\b([01]\d|2[0-3])([0-5]\d)\b")  # as typed on the number keys of a telephone
PRECISION_BY_PREFIX = {
    "": TimePrecision.EXACT,
    "+/-": TimePrecision.APPROXIMATE,
    "±": TimePrecision.APPROXIMATE,
    "about": TimePrecision.APPROXIMATE,
    "from": TimePrecision.FROM,
    "(tbc)": TimePrecision.TO_BE_CONFIRMED,
    "tbc": TimePrecision.TO_BE_CONFIRMED,
}


class InvalidTimeError(ValueError):
    """The input is not a time. The message explains the format."""


def parse_point_time(typed: str) -> tuple[str | None, TimePrecision]:
    """Parse a time such as “14:15” (exact), “+/- 14:15”, “from 14:15” or “14:15 (tbc)”.

    “tbc” or nothing means to be confirmed. Raise InvalidTimeError.
    """
    text = TIME_WITHOUT_COLON.sub(r"\1:\2", " ".join(normalize_typed_clocks(typed.casefold()).split()))
    clocks, words = parse_printed_clocks(text), CLOCK_PATTERN.sub("", text).strip()
    if not text:
        return None, TimePrecision.TO_BE_CONFIRMED
    if words not in PRECISION_BY_PREFIX or len(clocks) > 1 or (not clocks and "tbc" not in words):
        message = _(
            "“%s” is not a time. Use one of these formats: 14:15, +/- 14:15, from 14:15 or 14:15 (tbc). "
            "Enter tbc if the time is not known."
        )
        raise InvalidTimeError(message % typed[:40])
    return (f"{clocks[0]:%H:%M}" if clocks else None), PRECISION_BY_PREFIX[words]


def format_typed_time(time: str | None, precision: str, text: str) -> str:
    """Format a time for a form field, so that it is parsed to the same value."""
    return format_printed_time(dt.time.fromisoformat(time), precision) if time else text or ("tbc" if precision else "")
