"""Parse printed times of day: the time, its precision and the printed words."""

import re
from functools import cache
from typing import NamedTuple

from agenda.notes.phrases import ClockPhrases, compile_phrase, match_any, match_any_word, remove_group_names
from meetings.documents.choices import TimePrecision

PLUS_MINUS = (r"\+\s*/\s*[-–−]", "±")


class PrintedTime(NamedTuple):
    """A printed time, with the members of a programme point. `time` is None if the words do not say it."""

    time: str | None = None
    time_precision: TimePrecision = TimePrecision.NOT_STATED
    time_text: str = ""


class TimeParser:
    """A parser of times in one language."""

    def __init__(self, phrases: ClockPhrases) -> None:
        self.afternoon = {word.replace(".", "") for word in phrases.afternoon}
        half, oclock = match_any_word([*phrases.morning, *phrases.afternoon]), match_any_word(phrases.oclock)
        clock = (
            rf"(?:(?=\d{{1,2}} ?(?:[:.h]\d{{2}}|h \d{{2}}|{half}(?!\w)|{oclock}(?!\w)))"
            rf"(?<![\d./:])(?P<hour>\d{{1,2}})(?:(?:[:.]| ?h ?)(?P<minute>\d{{2}})(?!\d|[./]\d))?(?: "
            rf"?(?P<half>{half})(?!\w)| ?{oclock}(?!\w))?"
            rf"|\b(?P<noon>{match_any_word(phrases.noon)})\b)"
        )
        approximate = f"(?:{match_any(PLUS_MINUS)}|{match_any_word(phrases.approximate)})"
        start, exact = match_any_word(phrases.from_then_on), match_any_word(phrases.exact)
        unsure = match_any_word(phrases.to_be_confirmed)
        unsure = rf",? ?(?:\({unsure}\)|\[{unsure}\]|{unsure})"
        prefix = rf"(?:(?P<approximate>{approximate})|(?P<from>{start})|(?P<exact>{exact}))\s*"
        timed = rf"{clock}(?: ?[-–] ?{remove_group_names(clock)})?(?P<unsure>{unsure})?"
        relative = match_any(phrases.relative)
        self.whole = compile_phrase(rf"(?:{relative}(?: ?(?P<bracket>\()|,? ))?(?:{prefix})?{timed}(?(bracket)\))")
        self.relative = compile_phrase(relative)
        self.unsure = compile_phrase(unsure)
        plain_prefix, plain_time = remove_group_names(prefix), remove_group_names(timed)
        self.pattern = rf"(?:(?:{relative}(?:,? | ?(?=\()))?\(?(?:{plain_prefix})?{plain_time}\)?|{relative})"
        """A pattern to be used inside other patterns. It matches too much: check each match with `parse_time`."""
        self.anywhere = compile_phrase(self.pattern)
        self.at_end = compile_phrase(rf"(?P<before>.*?) (?P<moment>{plain_prefix}{plain_time})")

    def parse_time(self, text: str) -> PrintedTime | None:
        """Return the time if the whole text is a time."""
        text = " ".join(text.split())
        if match := self.whole.fullmatch(text):
            time = self.build_time(match)
            return PrintedTime(time, get_precision(match), text) if time else None
        if self.relative.fullmatch(text):
            return PrintedTime(None, TimePrecision.RELATIVE, text)
        if self.unsure.fullmatch(text):
            return PrintedTime(None, TimePrecision.TO_BE_CONFIRMED, text)
        return None

    def build_time(self, match: re.Match[str]) -> str | None:
        parts = {name: value for name, value in match.groupdict().items() if value}
        if "noon" in parts:
            return "12:00"
        hour, minute = int(parts["hour"]), int(parts.get("minute", 0))
        if half := parts.get("half"):
            afternoon = half.replace(".", "").casefold() in self.afternoon
            hour = hour % 12 + 12 * afternoon if 1 <= hour <= 12 else 24
        return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def get_precision(match: re.Match[str]) -> TimePrecision:
    for name, precision in (
        ("unsure", TimePrecision.TO_BE_CONFIRMED),
        ("approximate", TimePrecision.APPROXIMATE),
        ("from", TimePrecision.FROM),
    ):
        if match[name]:
            return precision
    return TimePrecision.EXACT


@cache
def get_time_parser(phrases: ClockPhrases) -> TimeParser:
    return TimeParser(phrases)
