"""Clock times as they are printed: value, precision and the words themselves."""

import re
from dataclasses import dataclass
from functools import cache

from agenda.notes.words import ClockWords, anonymous, any_of, any_word, phrase
from meetings.vocabulary import TimePrecision

PLUS_MINUS = (r"\+\s*/\s*[-–−]", "±")


@dataclass(frozen=True)
class Moment:
    time: str | None
    precision: TimePrecision
    text: str


class Clock:
    def __init__(self, words: ClockWords) -> None:
        self.afternoon = {word.replace(".", "") for word in words.afternoon}
        half, oclock = any_word([*words.morning, *words.afternoon]), any_word(words.oclock)
        clock = (
            rf"(?:(?=\d{{1,2}} ?(?:[:.h]\d{{2}}|h \d{{2}}|{half}(?!\w)|{oclock}(?!\w)))"
            rf"(?<![\d./:])(?P<hour>\d{{1,2}})(?:(?:[:.]| ?h ?)(?P<minute>\d{{2}})(?!\d|[./]\d))?(?: "
            rf"?(?P<half>{half})(?!\w)| ?{oclock}(?!\w))?"
            rf"|\b(?P<noon>{any_word(words.noon)})\b)"
        )
        approximate = f"(?:{any_of(PLUS_MINUS)}|{any_word(words.approximate)})"
        start, exact = any_word(words.from_then_on), any_word(words.exact)
        unsure = any_word(words.to_be_confirmed)
        unsure = rf",? ?(?:\({unsure}\)|\[{unsure}\]|{unsure})"
        prefix = rf"(?:(?P<approximate>{approximate})|(?P<from>{start})|(?P<exact>{exact}))\s*"
        timed = rf"{clock}(?: ?[-–] ?{anonymous(clock)})?(?P<unsure>{unsure})?"
        relative = any_of(words.relative)
        self.whole = phrase(rf"(?:{relative}(?: ?(?P<bracket>\()|,? ))?(?:{prefix})?{timed}(?(bracket)\))")
        self.relative = phrase(relative)
        self.unsure = phrase(unsure)
        self.pattern = (
            rf"(?:(?:{relative}(?:,? | ?(?=\()))?\(?(?:{anonymous(prefix)})?{anonymous(timed)}\)?|{relative})"
        )
        """To be used inside other patterns. It is wide: hold what it finds against `moment`."""
        self.anywhere = phrase(self.pattern)
        self.at_end = phrase(rf"(?P<before>.*?) (?P<moment>{anonymous(prefix)}{anonymous(timed)})")

    def moment(self, text: str) -> Moment | None:
        """The time that the whole text tells."""
        text = " ".join(text.split())
        if match := self.whole.fullmatch(text):
            time = self.time_of(match)
            return Moment(time, precision_of(match), text) if time else None
        if self.relative.fullmatch(text):
            return Moment(None, TimePrecision.RELATIVE, text)
        if self.unsure.fullmatch(text):
            return Moment(None, TimePrecision.TO_BE_CONFIRMED, text)
        return None

    def time_of(self, match: re.Match[str]) -> str | None:
        parts = {name: value for name, value in match.groupdict().items() if value}
        if "noon" in parts:
            return "12:00"
        hour, minute = int(parts["hour"]), int(parts.get("minute", 0))
        if half := parts.get("half"):
            afternoon = half.replace(".", "").casefold() in self.afternoon
            hour = hour % 12 + 12 * afternoon if 1 <= hour <= 12 else 24
        return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def precision_of(match: re.Match[str]) -> TimePrecision:
    for name, precision in (
        ("unsure", TimePrecision.TO_BE_CONFIRMED),
        ("approximate", TimePrecision.APPROXIMATE),
        ("from", TimePrecision.FROM),
    ):
        if match[name]:
            return precision
    return TimePrecision.EXACT


@cache
def clock_of(words: ClockWords) -> Clock:
    return Clock(words)
