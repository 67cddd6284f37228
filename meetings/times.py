"""Format and parse times of day as notes print them."""

import datetime as dt
import re

from meetings.vocabulary import TimePrecision

PRINT_FORMATS = {
    TimePrecision.EXACT: "{time}",
    TimePrecision.APPROXIMATE: "+/- {time}",
    TimePrecision.FROM: "from {time}",
    TimePrecision.TO_BE_CONFIRMED: "{time} (tbc)",
}

PRECISION_PREFIXES = {"+/-": TimePrecision.APPROXIMATE, "from": TimePrecision.FROM}
CLOCK_PATTERN = re.compile(r"(?<![\d.:])([01]?\d|2[0-3])[.:h]([0-5]\d)(?![\d:]|\.\d)")  # does not match in 14.09.2017


def format_printed_time(time: dt.time | None, precision: str) -> str:
    """Return the time as a note prints it, or "" if time and precision do not say it (“at the end of the meeting”)."""
    if time is None or precision not in PRINT_FORMATS:
        return ""
    return PRINT_FORMATS[TimePrecision(precision)].format(time=f"{time:%H:%M}")


def parse_printed_clocks(text: str) -> list[dt.time]:
    """Return the times of day in a printed text, written 18:00, 18.00 or 18h00."""
    return [dt.time(int(hour), int(minute)) for hour, minute in CLOCK_PATTERN.findall(text)]


def parse_printed_precision(text: str) -> TimePrecision:
    """Return the precision that the printed text of a time indicates; exact if it indicates none."""
    text = text.strip().casefold()
    if "(tbc)" in text:
        return TimePrecision.TO_BE_CONFIRMED
    matches = (precision for prefix, precision in PRECISION_PREFIXES.items() if text.startswith(prefix))
    return next(matches, TimePrecision.EXACT)


def has_extra_words(text: str) -> bool:
    """Return True if the text has words besides a time and its precision (“13:00 or when the Eurogroup ends”)."""
    rest = CLOCK_PATTERN.sub("", text).casefold().replace("(tbc)", "")
    for prefix in PRECISION_PREFIXES:
        rest = rest.strip().removeprefix(prefix)
    return any(character.isalpha() for character in rest)
