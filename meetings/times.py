"""Times of day as notes print them."""

import datetime as dt

from meetings.vocabulary import TimePrecision

PRINTED = {
    TimePrecision.EXACT: "{time}",
    TimePrecision.APPROXIMATE: "+/- {time}",
    TimePrecision.FROM: "from {time}",
    TimePrecision.TO_BE_CONFIRMED: "{time} (tbc)",
}


def printed_time(time: dt.time | None, precision: str) -> str:
    """How a note prints the time; empty where value and precision alone do not say it (“at the end of the meeting”)."""
    if time is None or precision not in PRINTED:
        return ""
    return PRINTED[TimePrecision(precision)].format(time=f"{time:%H:%M}")
