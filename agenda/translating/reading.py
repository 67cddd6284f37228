"""Finding the facts of a text, in time that is in proportion to its length."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from agenda.notes.references import DOCUMENT, PROCEDURE, two_years
from agenda.notes.words import anonymous
from agenda.translating.facts import Fact, Facts, Kind, Reading
from agenda.translating.numbers import is_small, roman_value, scaled, value_of
from agenda.translating.spoken import Spoken, spoken
from meetings.indexing import squeezed

INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
ADDRESS = re.compile(r"https?://\S+|www\.\S+|(?<!\S)\S*@\S*")
YEAR = "(?:19|20)[0-9]{2}"
TOKENS = (
    rf"(?P<procedure>{anonymous(PROCEDURE.pattern)})"
    rf"|(?P<year_first>{YEAR}(?P<sign>[./-]) ?[01]?[0-9](?P=sign) ?[0-3]?[0-9](?![0-9]))"
    rf"|(?P<date>[0-3]?[0-9](?P<mark>[./-]) ?[01]?[0-9](?P=mark) ?{YEAR}(?![0-9]))"
    rf"|(?P<years>{YEAR}(?:/|[–-])[0-9]{{2}}(?![0-9/–-]))"
    rf"|(?P<document>{anonymous(DOCUMENT.pattern)})"
    r"|(?P<time>(?:[01]?[0-9]|2[0-4])(?:[:.,]| ?(?:%s)\.? ?)[0-5][0-9](?![0-9]|[.,:/][0-9]))"
    r"|(?P<number>[0-9]{1,3}(?: [0-9]{3})+(?![0-9])(?:[.,][0-9]+)?|[0-9]+(?:[.,'’][0-9]+)*)"
    r"|(?P<word>[^\W\d_]+)"
)
WORD_AFTER = re.compile(r"[ -]?([^\W\d_]+)")
DAY_AND_MONTH = re.compile(r"([0-3]?[0-9])\.([01]?[0-9])")
ROMAN = re.compile(r"([IVXLC]{1,8})(?:er?|ème)?")
NOON = 12 * 60
QUARTERS = (0, 15, 30, 45)
OFFICE_HOURS = range(7, 24)
CLOSE = 3  # signs between a month and a number of one date
CONNECTING = 7  # letters of a word between them: “de”, “gada”, “Fómhair”


def facts_in(text: str, language: str) -> Facts:
    reader = Reader(plain(text), spoken(language))
    reader.read()
    return Facts(tuple(reader.facts), frozenset(reader.also))


def plain(text: str) -> str:
    """With single spaces for whatever white space, without what nobody sees and without addresses."""
    text = unicodedata.normalize("NFC", text).translate(INVISIBLE)
    return ADDRESS.sub(" ", " ".join(text.split()))


@cache
def tokens(units: str) -> re.Pattern[str]:
    return re.compile(TOKENS % units, re.IGNORECASE)


class Token(NamedTuple):
    """A word or number as it stands in the text, with the place of a number's fact."""

    start: int
    end: int
    word: str = ""
    fact: int | None = None


class Reader:
    def __init__(self, text: str, words: Spoken) -> None:
        self.text, self.words = text, words
        self.facts: list[Fact] = []
        self.also: set[Reading] = set()
        self.tokens: list[Token] = []
        self.halves = False
        self.unmarked: list[int] = []
        """Hours that are not said to be of the morning or the evening."""

    def read(self) -> None:
        for match in tokens(self.words.units).finditer(self.text):
            getattr(self, f"read_{match.lastgroup}")(match[0], match.start(), match.end())
        self.read_days()
        for place in self.unmarked if self.halves else ():
            self.facts[place] = or_later(self.facts[place])

    def add(
        self, kind: Kind, printed: str, *readings: Reading, loose: Iterable[Reading] = (), small: bool = False
    ) -> None:
        self.facts.append(Fact(kind, printed, frozenset(readings), frozenset(loose), small))

    def read_procedure(self, text: str, start: int, end: int) -> None:
        self.add(Kind.PROCEDURE, text, ("procedure", squeezed(text)))

    def read_document(self, text: str, start: int, end: int) -> None:
        if two_years(text):
            self.read_years(text, start, end)
        else:
            self.add(Kind.DOCUMENT, text, ("document", squeezed(text).replace("+", "").replace("INIT", "")))

    def read_years(self, text: str, start: int, end: int) -> None:
        """“2016/17”, “2014-20”."""
        self.add(Kind.NUMBER, text, ("number", text[:4]))
        self.add(Kind.NUMBER, text, ("number", value_of(text[5:], ".")), ("number", text[:2] + text[5:]))

    def read_date(self, text: str, start: int, end: int) -> None:
        self.add_day(text, *re.findall("[0-9]+", text))

    def read_year_first(self, text: str, start: int, end: int) -> None:
        self.add_day(text, *reversed(re.findall("[0-9]+", text)))

    def add_day(self, printed: str, day: str, month: str, year: str) -> None:
        self.add(Kind.DATE, printed, ("number", str(int(day))))
        self.add(Kind.DATE, printed, ("month", int(month)), ("number", str(int(month))))
        self.add(Kind.DATE, printed, ("number", year))

    def read_time(self, text: str, start: int, end: int) -> None:
        """An hour with minutes; where a point or comma divides them it may as well be a number."""
        hour, minute = map(int, re.findall("[0-9]+", text))
        after = self.after(end)
        of_clock = self.is_clock(start, after)
        sign = text.lstrip("0123456789")[0]
        doubtful = sign in ".," and not of_clock
        if doubtful and (sign == "," or self.is_quantity(end)):
            self.read_number(text, start, end)
            return
        others: list[Reading] = []
        if doubtful:
            others = [("number", value_of(text, self.words.decimal)), *self.day_and_month(text, end)]
        usual = minute in QUARTERS and hour in OFFICE_HOURS
        self.add_time(Kind.TIME if usual or not doubtful else Kind.NUMBER, start, after, (hour, minute), others)
        self.tokens.append(Token(start, end))

    def add_time(
        self, kind: Kind, start: int, after: re.Match[str], clock: tuple[int, int], others: Iterable[Reading]
    ) -> None:
        hour, minute = clock
        if (after["morning"] or after["evening"]) and 1 <= hour <= 12:
            self.halves = True
            hour = hour % 12 + (12 if after["evening"] else 0)
        elif 1 <= hour <= 12:
            self.unmarked.append(len(self.facts))
        full = () if minute else (("number", str(hour)), ("number", str(hour % 12)))
        printed = self.text[start : after.end()].strip()
        small = kind == Kind.NUMBER and not minute and is_small(str(hour))
        self.add(kind, printed, ("time", hour * 60 + minute), *others, loose=full, small=small)

    def after(self, end: int) -> re.Match[str]:
        """What follows an hour: the pattern matches nothing as well."""
        after = self.words.after.match(self.text, end)
        assert after is not None
        return after

    def is_clock(self, start: int, after: re.Match[str]) -> bool:
        last = self.tokens[-1] if self.tokens else None
        return bool(after[0] or (last and last.word in self.words.before and start - last.end < CLOSE))

    def is_quantity(self, end: int) -> bool:
        """Per cent, or so many thousands or millions."""
        return self.text.startswith(("%", " %"), end) or self.scale(end)[0] > 0

    def day_and_month(self, text: str, end: int) -> list[Reading]:
        """“14.9.”, where the languages write days so: the day is a reading, the month is said as well."""
        found = DAY_AND_MONTH.fullmatch(text)
        if not found or self.words.decimal == "." or not self.text.startswith(".", end) or not 1 <= int(found[2]) <= 12:
            return []
        self.also |= {("month", int(found[2])), ("number", str(int(found[2])))}
        return [("number", str(int(found[1])))]

    def read_number(self, text: str, start: int, end: int) -> None:
        value = value_of(text, self.words.decimal)
        power, scaled_end = self.scale(end)
        if start and self.text[start - 1].isalpha():  # “G20”, which others write “G-20”
            self.also.add(("number", value))
            return
        if power:
            printed, number = self.text[start:scaled_end], scaled(value, power)
            self.add(Kind.NUMBER, printed, ("number", number), loose=[("number", value)], small=is_small(value))
        elif not self.read_full_hour(text, value, start, end):
            readings: list[Reading] = [("number", value), *self.day_and_month(text, end)]
            self.add(Kind.NUMBER, text, *readings, small=is_small(value))
        self.tokens.append(Token(start, end, fact=len(self.facts) - 1))

    def read_full_hour(self, text: str, value: str, start: int, end: int) -> bool:
        """“13 Uhr”, “1 pm”, “klo 13”; “10 heures” may be a length of time."""
        if not text.isdecimal() or len(text) > 2 or int(text) > 24:
            return False
        after = self.after(end)
        if not self.is_clock(start, after):
            return False
        half = after["morning"] or after["evening"]
        kind = Kind.NUMBER if after["unit"] and not half else Kind.TIME
        self.add_time(kind, start, after, (int(text), 0), () if half else [("number", value)])
        return True

    def scale(self, end: int) -> tuple[int, int]:
        """The power of ten that the words behind a number say (“mil millones”), and where they end."""
        power = 0
        for _each in range(2):
            follows = WORD_AFTER.match(self.text, end)
            more = self.words.scale(follows[1].casefold()) if follows else 0
            if follows is None or not more:
                break
            power, end = power + more, follows.end()
        return power, end

    def read_word(self, text: str, start: int, end: int) -> None:
        word = text.casefold()
        if roman := ROMAN.fullmatch(text):
            self.also.add(("number", str(roman_value(roman[1]))))
        if word in self.words.weekdays:
            self.add(Kind.DATE, text, ("weekday", self.words.weekdays[word]))
        self.tokens.append(Token(start, end, word=word))

    def read_days(self) -> None:
        """Marks what belongs to a date: the numbers next to the name of a month, and the month itself."""
        for place, token in enumerate(self.tokens):
            month = self.month_at(place) if token.word else None
            if month is None:
                continue
            self.also.add(("month", month))
            numbers = [near for near in (self.number_near(place, -1), self.number_near(place, 1)) if near]
            start, end = min([token, *numbers]).start, max([token, *numbers]).end
            for number in numbers:
                assert number.fact is not None
                dated = self.facts[number.fact]._replace(kind=Kind.DATE, printed=self.text[start:end], small=False)
                self.facts[number.fact] = dated
            if numbers:
                self.add(Kind.DATE, self.text[start:end], ("month", month))

    def month_at(self, place: int) -> int | None:
        token = self.tokens[place]
        if self.words.language == "en" and not self.text[token.start].isupper():
            return None  # “may”, “march”
        following = self.tokens[place + 1].word if place + 1 < len(self.tokens) else ""
        return self.words.month(token.word, following)

    def number_near(self, place: int, step: int) -> Token | None:
        """The number before or after a month, perhaps with a short word between."""
        for away in (1, 2):
            other = place + step * away
            if not 0 <= other < len(self.tokens):
                return None
            token, inner = self.tokens[other], self.tokens[other - step]
            gap = self.text[min(token.end, inner.end) : max(token.start, inner.start)]
            if len(gap) > CLOSE or any(sign in ";:()" for sign in gap):
                return None
            if token.fact is not None:
                return token if self.facts[token.fact].kind in (Kind.NUMBER, Kind.DATE) else None
            if len(token.word) > CONNECTING:
                return None
        return None


def or_later(fact: Fact) -> Fact:
    """An hour in a text that counts by halves of the day, as the first of “1.15 to 3 p.m.”"""
    later = {(kind, value + NOON) for kind, value in fact.readings if kind == "time" and isinstance(value, int)}
    return fact._replace(loose=fact.loose | later)
