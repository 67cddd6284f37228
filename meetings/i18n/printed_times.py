"""Format times of day as notes print them, and parse them as notes print and as people type them."""

import datetime as dt
import re

from meetings.documents.choices import TimePrecision

PRINT_FORMATS = {
    TimePrecision.EXACT: "{time}",
    TimePrecision.APPROXIMATE: "+/- {time}",
    TimePrecision.FROM: "from {time}",
    TimePrecision.TO_BE_CONFIRMED: "{time} (tbc)",
}

PUNCTUATION = ".,:;-–—()"
PRECISION_PREFIXES = {"+/-": TimePrecision.APPROXIMATE, "from": TimePrecision.FROM}
CLOCK_PATTERN = re.compile(  # does not match in 14.09.2017
    r"(?<![\d.:])([01]?\d|2[0-3])[.:h]([0-5]\d)(?![\d:]|\.\d)(?: *(p\.?m)\b\.?)?", re.IGNORECASE
)
TYPED_PATTERN = re.compile(
    r"(?<![\w.:/-])(?P<hour>\d{1,2})(?:[.:](?P<minute>\d\d))?\s*(?:uhr|h)(?:\s*(?P<after>\d\d))?(?![\w.:])",
    re.IGNORECASE,
)


def format_printed_time(time: dt.time | None, precision: str) -> str:
    """Return the time as a note prints it, or "" if time and precision do not say it (“at the end of the meeting”)."""
    if time is None or precision not in PRINT_FORMATS:
        return ""
    return PRINT_FORMATS[TimePrecision(precision)].format(time=f"{time:%H:%M}")


def parse_printed_clocks(text: str) -> list[dt.time]:
    """Return the times of day in a printed text, written 18:00, 18.00, 18h00 or 6.00 p.m."""
    return [
        dt.time(int(hour) % 12 + 12 if afternoon else int(hour), int(minute))
        for hour, minute, afternoon in CLOCK_PATTERN.findall(text)
    ]


def normalize_typed_clocks(text: str) -> str:
    """Return the text with times such as “14.15 Uhr”, “18h00”, “14:15 h” or “18 h” as 14:15."""

    def normalize(found: re.Match[str]) -> str:
        if found["minute"] and found["after"]:
            return found[0]
        return f"{found['hour']}:{found['minute'] or found['after'] or '00'}"

    return TYPED_PATTERN.sub(normalize, text)


def parse_typed_clock(text: str) -> dt.time | None:
    """Return the time of day if the whole text is one, as “14:15”, “14.15 Uhr” or “18 h”."""
    match = CLOCK_PATTERN.fullmatch(normalize_typed_clocks(text.strip()))
    return parse_printed_clocks(match[0])[0] if match else None


def parse_printed_precision(text: str) -> TimePrecision:
    """Return the precision that the printed text of a time indicates; exact if it indicates none."""
    text = text.strip().casefold()
    if "(tbc)" in text:
        return TimePrecision.TO_BE_CONFIRMED
    matches = (precision for prefix, precision in PRECISION_PREFIXES.items() if text.startswith(prefix))
    return next(matches, TimePrecision.EXACT)


def has_extra_words(text: str) -> bool:
    """Return True if the text has more than one time and its precision (“13:00 or when the Eurogroup ends”).

    Pages show such a text. Any sign counts, since another one could be read as well as a letter.
    """
    rest, times = CLOCK_PATTERN.subn("", text)
    rest = rest.casefold().replace("(tbc)", "")
    for prefix in PRECISION_PREFIXES:
        rest = rest.strip().removeprefix(prefix)
    return times > 1 or any(not (character.isspace() or character in PUNCTUATION) for character in rest)
