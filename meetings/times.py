"""Times of day as notes print them."""

import datetime as dt
import re

from meetings.vocabulary import TimePrecision

PRINTED = {
    TimePrecision.EXACT: "{time}",
    TimePrecision.APPROXIMATE: "+/- {time}",
    TimePrecision.FROM: "from {time}",
    TimePrecision.TO_BE_CONFIRMED: "{time} (tbc)",
}

BEGINNINGS = {"+/-": TimePrecision.APPROXIMATE, "from": TimePrecision.FROM}
CLOCK = re.compile(r"(?<![\d.:])([01]?\d|2[0-3])[.:h]([0-5]\d)(?![\d:]|\.\d)")  # and no part of 14.09.2017


def printed_time(time: dt.time | None, precision: str) -> str:
    """How a note prints the time; empty where value and precision alone do not say it (“at the end of the meeting”)."""
    if time is None or precision not in PRINTED:
        return ""
    return PRINTED[TimePrecision(precision)].format(time=f"{time:%H:%M}")


def printed_clocks(text: str) -> list[dt.time]:
    """The times of day in what a note prints, as 18:00, 18.00 or 18h00."""
    return [dt.time(int(hour), int(minute)) for hour, minute in CLOCK.findall(text)]


def printed_precision(text: str) -> TimePrecision:
    """How exact a time is by what is printed with it; exact where nothing says otherwise."""
    text = text.strip().casefold()
    if "(tbc)" in text:
        return TimePrecision.TO_BE_CONFIRMED
    return next((each for beginning, each in BEGINNINGS.items() if text.startswith(beginning)), TimePrecision.EXACT)


def says_more(text: str) -> bool:
    """Whether what is printed has words besides a clock and how exact it is (“13:00 or when the Eurogroup ends”)."""
    rest = CLOCK.sub("", text).casefold().replace("(tbc)", "")
    for beginning in BEGINNINGS:
        rest = rest.strip().removeprefix(beginning)
    return any(sign.isalpha() for sign in rest)
