"""Parse a line of a programme: “Health: Friday 16 March (+/- 13.15)”, “From 8.00 arrivals (live streaming)”."""

import re
from dataclasses import dataclass

from agenda.notes.date_parser import PrintedDay, get_date_parser
from agenda.notes.phrases import NotePhrases, compile_phrase, match_any
from agenda.notes.time_parser import PrintedTime, get_time_parser
from meetings.documents.choices import PointKind

MAX_TIME_TEXT_LENGTH = 100
TAIL_BRACKET = re.compile(r"^(?P<before>.*?)\s*\((?P<inner>[^()]*(?:\([^()]*\))?[^()]*)\)$")
TAIL_SEPARATOR = re.compile(r"\s*[:,–—]\s+|\s+-\s+")


@dataclass
class ParsedPointLine:
    """The facts of a line of a programme. `title` is the rest of the line."""

    title: str
    day: PrintedDay | None = None
    printed_time: PrintedTime | None = None
    live: bool = False


def parse_point_line(text: str, phrases: NotePhrases) -> ParsedPointLine:
    """Return the line with day, time and “live streaming” taken from its end, or a time taken from its beginning."""
    line = ParsedPointLine(" ".join(text.split()))
    while strip_tail(line, phrases):
        pass
    if line.printed_time is None:
        strip_leading_time(line, phrases)
    line.title = line.title.strip(" :,–—-") if line.title.strip(" :,–—-") else line.title
    return line


def strip_tail(line: ParsedPointLine, phrases: NotePhrases) -> bool:
    for separator in TAIL_SEPARATOR.finditer(line.title):
        if read_day_or_time(line, line.title[separator.end() :], phrases):
            line.title = line.title[: separator.start()]
            return True
    bracket = TAIL_BRACKET.match(line.title)
    if bracket and read_day_or_time(line, bracket["inner"], phrases):
        line.title = bracket["before"]
        return True
    at_end = get_time_parser(phrases.clock).at_end.fullmatch(line.title) or compile_phrase(
        rf"(?P<before>.*?) (?P<moment>{match_any(phrases.clock.relative)}|{get_date_parser(phrases.calendar).pattern})"
    ).fullmatch(line.title)
    if at_end and at_end["before"] and read_day_or_time(line, at_end["moment"], phrases):
        line.title = at_end["before"]
        return True
    return False


def read_day_or_time(line: ParsedPointLine, text: str, phrases: NotePhrases) -> bool:
    """Read the text as a day, a time, a day with a time, or the mark of a live stream; each of them only once."""
    text = text.strip(" ,:")
    if phrases.press.live.fullmatch(text) and not line.live:
        line.live = True
        return True
    printed_time = get_time_parser(phrases.clock).parse_time(text)
    if printed_time and line.printed_time is None and len(printed_time.time_text) <= MAX_TIME_TEXT_LENGTH:
        line.printed_time = printed_time
        return True
    date_parser = get_date_parser(phrases.calendar)
    day = date_parser.parse_day(text)
    if day and line.day is None and (day.month or day.weekday is not None):
        line.day = day
        return True
    both = compile_phrase(rf"(?P<day>{date_parser.pattern})(?: ?[,–—-])? (?P<moment>\S.*)").fullmatch(text)
    if both and line.day is None and line.printed_time is None:
        day = date_parser.parse_day(both["day"])
        printed_time = get_time_parser(phrases.clock).parse_time(strip_brackets(both["moment"]))
        if day and (day.month or day.weekday is not None) and printed_time:
            line.day, line.printed_time = day, printed_time
            return True
    return False


def strip_leading_time(line: ParsedPointLine, phrases: NotePhrases) -> None:
    time_parser = get_time_parser(phrases.clock)
    match = compile_phrase(rf"(?P<moment>{time_parser.pattern})(?:\s*[:–—,-])? (?P<after>\S.*)").match(line.title)
    printed_time = time_parser.parse_time(match["moment"]) if match else None
    if match and printed_time and printed_time.time:
        line.printed_time, line.title = printed_time, match["after"]


def detect_point_kind(title: str, phrases: NotePhrases, default: PointKind) -> PointKind:
    return next((kind for pattern, kind in phrases.press.point_kinds if pattern.search(title)), default)


def strip_brackets(text: str) -> str:
    return text[1:-1] if text.startswith("(") and text.endswith(")") else text
