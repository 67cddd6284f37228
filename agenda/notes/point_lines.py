"""A line of a programme: “Health: Friday 16 March (+/- 13.15)”, “From 8.00 arrivals (live streaming)”."""

import re
from dataclasses import dataclass

from agenda.notes.dates import Day, calendar_of
from agenda.notes.times import Moment, clock_of
from agenda.notes.words import NoteWords, any_of, phrase
from meetings.vocabulary import PointKind

LONGEST_TIME_TEXT = 100
TAIL_BRACKET = re.compile(r"^(?P<before>.*?)\s*\((?P<inner>[^()]*(?:\([^()]*\))?[^()]*)\)$")
TAIL_SEPARATOR = re.compile(r"\s*[:,–—]\s+|\s+-\s+")


@dataclass
class PointLine:
    """What a line of a programme says. `title` is what is left of it."""

    title: str
    day: Day | None = None
    moment: Moment | None = None
    live: bool = False


def read_point_line(text: str, words: NoteWords) -> PointLine:
    """Takes day, time and “live streaming” from the end of the line, or a time from its beginning."""
    line = PointLine(" ".join(text.split()))
    while take_tail(line, words):
        pass
    if line.moment is None:
        take_head(line, words)
    line.title = line.title.strip(" :,–—-") if line.title.strip(" :,–—-") else line.title
    return line


def take_tail(line: PointLine, words: NoteWords) -> bool:
    for separator in TAIL_SEPARATOR.finditer(line.title):
        if take_when(line, line.title[separator.end() :], words):
            line.title = line.title[: separator.start()]
            return True
    bracket = TAIL_BRACKET.match(line.title)
    if bracket and take_when(line, bracket["inner"], words):
        line.title = bracket["before"]
        return True
    at_end = clock_of(words.clock).at_end.fullmatch(line.title) or phrase(
        rf"(?P<before>.*?) (?P<moment>{any_of(words.clock.relative)}|{calendar_of(words.calendar).pattern})"
    ).fullmatch(line.title)
    if at_end and at_end["before"] and take_when(line, at_end["moment"], words):
        line.title = at_end["before"]
        return True
    return False


def take_when(line: PointLine, text: str, words: NoteWords) -> bool:
    """The text as a day, a time, a day with a time, or the mark of a live stream; each only once."""
    text = text.strip(" ,:")
    if words.press.live.fullmatch(text) and not line.live:
        line.live = True
        return True
    moment = clock_of(words.clock).moment(text)
    if moment and line.moment is None and len(moment.text) <= LONGEST_TIME_TEXT:
        line.moment = moment
        return True
    calendar = calendar_of(words.calendar)
    day = calendar.day(text)
    if day and line.day is None and (day.month or day.weekday is not None):
        line.day = day
        return True
    both = phrase(rf"(?P<day>{calendar.pattern})(?: ?[,–—-])? (?P<moment>\S.*)").fullmatch(text)
    if both and line.day is None and line.moment is None:
        day, moment = calendar.day(both["day"]), clock_of(words.clock).moment(unbracketed(both["moment"]))
        if day and (day.month or day.weekday is not None) and moment:
            line.day, line.moment = day, moment
            return True
    return False


def take_head(line: PointLine, words: NoteWords) -> None:
    clock = clock_of(words.clock)
    match = phrase(rf"(?P<moment>{clock.pattern})(?:\s*[:–—,-])? (?P<after>\S.*)").match(line.title)
    moment = clock.moment(match["moment"]) if match else None
    if match and moment and moment.time:
        line.moment, line.title = moment, match["after"]


def kind_of(title: str, words: NoteWords, default: PointKind) -> PointKind:
    return next((kind for pattern, kind in words.press.point_kinds if pattern.search(title)), default)


def unbracketed(text: str) -> str:
    return text[1:-1] if text.startswith("(") and text.endswith(")") else text
