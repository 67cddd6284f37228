"""Extract the facts of a text (times, dates, numbers, document numbers), in time proportional to its length."""

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from agenda.documents.fact_check.facts import Fact, FactKind, FactReading, TextFacts
from agenda.documents.fact_check.language_rules import LanguageRules, get_language_rules
from agenda.documents.fact_check.numbers import apply_power, is_small_number, normalize_number, parse_roman
from meetings.documents.document_numbers import (
    PRINTED_DOCUMENT,
    PRINTED_PROCEDURE,
    is_pair_of_years,
    normalize_document_number,
    normalize_reference,
)
from meetings.documents.plain_text import normalize_characters
from meetings.i18n.calendar_names import find_month, get_weekday_numbers

URL_OR_EMAIL = re.compile(r"https?://\S+|www\.\S+|(?<!\S)\S*@\S*")
YEAR = "(?:19|20)[0-9]{2}"
TOKEN_PATTERN = (
    rf"(?P<procedure>{PRINTED_PROCEDURE.pattern})"
    rf"|(?P<year_first>{YEAR}(?P<sign>[./-]) ?[01]?[0-9](?P=sign) ?[0-3]?[0-9](?![0-9]))"
    rf"|(?P<date>[0-3]?[0-9](?P<mark>[./-]) ?[01]?[0-9](?P=mark) ?{YEAR}(?![0-9]))"
    rf"|(?P<years>{YEAR}(?:/|[–-])[0-9]{{2}}(?![0-9/–-]))"
    rf"|(?P<document>{PRINTED_DOCUMENT.pattern})"
    r"|(?P<time>(?:[01]?[0-9]|2[0-4])(?:[:.,]| ?(?:%s)\.? ?)[0-5][0-9](?![0-9]|[.,:/][0-9]))"
    r"|(?P<number>[0-9]{1,3}(?: [0-9]{3})+(?![0-9])(?:[.,][0-9]+)?|[0-9]+(?:[.,'’][0-9]+)*)"
    r"|(?P<word>[^\W\d_]+)"
)
NEXT_WORD = re.compile(r"[ -]?([^\W\d_]+)")
DAY_AND_MONTH = re.compile(r"([0-3]?[0-9])\.([01]?[0-9])")
ROMAN = re.compile(r"([IVXLC]{1,8})(?:er?|ème)?")
NOON = 12 * 60
QUARTERS = (0, 15, 30, 45)
OFFICE_HOURS = range(7, 24)
MAX_DATE_GAP = 3  # characters between a month and a number of the same date
MAX_CONNECTING_LETTERS = 7  # letters of a word between them, as “de”, “gada”, “Fómhair”


def extract_facts(text: str, language: str) -> TextFacts:
    """Return the facts of a text without markup."""
    reader = FactReader(normalize_text(text), get_language_rules(language))
    reader.read()
    return TextFacts(tuple(reader.facts), frozenset(reader.optional))


def may_name_time(text: str, language: str) -> bool:
    """Return whether a text may have a fact of the kind “time”. If not, `extract_facts` finds none."""
    return bool(get_language_rules(language).possible_time.search(normalize_text(text)))


def normalize_text(text: str) -> str:
    """Return the text with single spaces, and without invisible characters, URLs and e-mail addresses."""
    return URL_OR_EMAIL.sub(" ", " ".join(normalize_characters(text).split()))


@cache
def compile_token_pattern(units: str) -> re.Pattern[str]:
    return re.compile(TOKEN_PATTERN % units, re.IGNORECASE)


class TextToken(NamedTuple):
    """A word or number with its offsets in the text. `fact` is the index of the fact of a number."""

    start: int
    end: int
    word: str = ""
    fact: int | None = None


class FactReader:
    """Read the facts of one text, token by token."""

    def __init__(self, text: str, rules: LanguageRules) -> None:
        self.text, self.rules = text, rules
        self.facts: list[Fact] = []
        self.optional: set[FactReading] = set()
        self.tokens: list[TextToken] = []
        self.has_half_days = False
        self.times_without_half: list[int] = []
        """Indexes of times without a.m. or p.m."""

    def read(self) -> None:
        for match in compile_token_pattern(self.rules.hour_units).finditer(self.text):
            getattr(self, f"read_{match.lastgroup}")(match[0], match.start(), match.end())
        self.read_days()
        for place in self.times_without_half if self.has_half_days else ():
            self.facts[place] = allow_afternoon(self.facts[place])

    def add(
        self,
        kind: FactKind,
        printed: str,
        *readings: FactReading,
        loose: Iterable[FactReading] = (),
        small: bool = False,
    ) -> None:
        self.facts.append(Fact(kind, printed, frozenset(readings), frozenset(loose), small))

    def read_procedure(self, text: str, start: int, end: int) -> None:
        self.add(FactKind.PROCEDURE, text, ("procedure", normalize_reference(text)))

    def read_document(self, text: str, start: int, end: int) -> None:
        if is_pair_of_years(text):
            self.read_years(text, start, end)
        else:
            self.add(FactKind.DOCUMENT, text, ("document", normalize_document_number(text)))

    def read_years(self, text: str, start: int, end: int) -> None:
        """Read “2016/17” or “2014-20” as two years; the second may also be a plain number."""
        self.add(FactKind.NUMBER, text, ("number", text[:4]))
        self.add(FactKind.NUMBER, text, ("number", normalize_number(text[5:], ".")), ("number", text[:2] + text[5:]))

    def read_date(self, text: str, start: int, end: int) -> None:
        self.add_day(text, *re.findall("[0-9]+", text))

    def read_year_first(self, text: str, start: int, end: int) -> None:
        self.add_day(text, *reversed(re.findall("[0-9]+", text)))

    def add_day(self, printed: str, day: str, month: str, year: str) -> None:
        self.add(FactKind.DATE, printed, ("number", str(int(day))))
        self.add(FactKind.DATE, printed, ("month", int(month)), ("number", str(int(month))))
        self.add(FactKind.DATE, printed, ("number", year))

    def read_time(self, text: str, start: int, end: int) -> None:
        """Read a time with minutes. If a point or comma separates them, it may also be a number."""
        hour, minute = map(int, re.findall("[0-9]+", text))
        after = self.match_hour_suffix(end)
        is_clock_time = self.is_clock(start, after)
        sign = text.lstrip("0123456789")[0]
        doubtful = sign in ".," and not is_clock_time
        if doubtful and (sign == "," or self.is_quantity(end)):
            self.read_number(text, start, end)
            return
        others: list[FactReading] = []
        if doubtful:
            others = [("number", normalize_number(text, self.rules.decimal_sign)), *self.parse_day_and_month(text, end)]
        usual = minute in QUARTERS and hour in OFFICE_HOURS
        self.add_time(FactKind.TIME if usual or not doubtful else FactKind.NUMBER, start, after, (hour, minute), others)
        self.tokens.append(TextToken(start, end))

    def add_time(
        self, kind: FactKind, start: int, after: re.Match[str], clock: tuple[int, int], others: Iterable[FactReading]
    ) -> None:
        hour, minute = clock
        if (after["morning"] or after["evening"]) and 1 <= hour <= 12:
            self.has_half_days = True
            hour = hour % 12 + (12 if after["evening"] else 0)
        elif 1 <= hour <= 12:
            self.times_without_half.append(len(self.facts))
        full = () if minute else (("number", str(hour)), ("number", str(hour % 12)))
        printed = self.text[start : after.end()].strip()
        small = kind == FactKind.NUMBER and not minute and is_small_number(str(hour))
        self.add(kind, printed, ("time", hour * 60 + minute), *others, loose=full, small=small)

    def match_hour_suffix(self, end: int) -> re.Match[str]:
        """Match the words after an hour. The pattern also matches nothing, so there is always a match."""
        suffix = self.rules.hour_suffix.match(self.text, end)
        assert suffix is not None
        return suffix

    def is_clock(self, start: int, after: re.Match[str]) -> bool:
        last = self.tokens[-1] if self.tokens else None
        return bool(after[0] or (last and last.word in self.rules.hour_prefixes and start - last.end < MAX_DATE_GAP))

    def is_quantity(self, end: int) -> bool:
        """Return whether per cent, thousands or millions follow."""
        return self.text.startswith(("%", " %"), end) or self.match_scale(end)[0] > 0

    def parse_day_and_month(self, text: str, end: int) -> list[FactReading]:
        """Return the day of “14.9.” as a reading, in languages that write dates so, and add the month as optional."""
        found = DAY_AND_MONTH.fullmatch(text)
        if (
            not found
            or self.rules.decimal_sign == "."
            or not self.text.startswith(".", end)
            or not 1 <= int(found[2]) <= 12
        ):
            return []
        self.optional |= {("month", int(found[2])), ("number", str(int(found[2])))}
        return [("number", str(int(found[1])))]

    def read_number(self, text: str, start: int, end: int) -> None:
        value = normalize_number(text, self.rules.decimal_sign)
        power, scaled_end = self.match_scale(end)
        if start and self.text[start - 1].isalpha():  # “G20”, which others write “G-20”
            self.optional.add(("number", value))
            return
        if power:
            printed, number = self.text[start:scaled_end], apply_power(value, power)
            self.add(
                FactKind.NUMBER, printed, ("number", number), loose=[("number", value)], small=is_small_number(value)
            )
        elif not self.read_full_hour(text, value, start, end):
            readings: list[FactReading] = [("number", value), *self.parse_day_and_month(text, end)]
            self.add(FactKind.NUMBER, text, *readings, small=is_small_number(value))
        self.tokens.append(TextToken(start, end, fact=len(self.facts) - 1))

    def read_full_hour(self, text: str, value: str, start: int, end: int) -> bool:
        """Read “13 Uhr”, “1 pm”, “klo 13”, and return whether it is one. “10 heures” may also be a duration."""
        if not text.isdecimal() or len(text) > 2 or int(text) > 24:
            return False
        after = self.match_hour_suffix(end)
        if not self.is_clock(start, after):
            return False
        half = after["morning"] or after["evening"]
        kind = FactKind.NUMBER if after["unit"] and not half else FactKind.TIME
        self.add_time(kind, start, after, (int(text), 0), () if half else [("number", value)])
        return True

    def match_scale(self, end: int) -> tuple[int, int]:
        """Return the power of ten of the words after a number (“mil millones”), and where they end."""
        power = 0
        for _each in range(2):
            follows = NEXT_WORD.match(self.text, end)
            more = self.rules.find_scale(follows[1].casefold()) if follows else 0
            if follows is None or not more:
                break
            power, end = power + more, follows.end()
        return power, end

    def read_word(self, text: str, start: int, end: int) -> None:
        word = text.casefold()
        if roman := ROMAN.fullmatch(text):
            self.optional.add(("number", str(parse_roman(roman[1]))))
        weekdays = get_weekday_numbers(self.rules.language)
        if word in weekdays:
            self.add(FactKind.DATE, text, ("weekday", weekdays[word]))
        self.tokens.append(TextToken(start, end, word=word))

    def read_days(self) -> None:
        """Make dates of the names of months and the numbers next to them."""
        for place, token in enumerate(self.tokens):
            month = self.find_month(place) if token.word else None
            if month is None:
                continue
            self.optional.add(("month", month))
            numbers = [near for near in (self.find_number_near(place, -1), self.find_number_near(place, 1)) if near]
            start, end = min([token, *numbers]).start, max([token, *numbers]).end
            for number in numbers:
                assert number.fact is not None
                dated = self.facts[number.fact]._replace(
                    kind=FactKind.DATE, printed=self.text[start:end], is_small=False
                )
                self.facts[number.fact] = dated
            if numbers:
                self.add(FactKind.DATE, self.text[start:end], ("month", month))

    def find_month(self, place: int) -> int | None:
        token = self.tokens[place]
        if self.rules.language == "en" and not self.text[token.start].isupper():
            return None  # “may”, “march”
        following = self.tokens[place + 1].word if place + 1 < len(self.tokens) else ""
        return find_month(self.rules.language, token.word, following)

    def find_number_near(self, place: int, step: int) -> TextToken | None:
        """Return the number before or after a month, perhaps with a short word between."""
        for away in (1, 2):
            other = place + step * away
            if not 0 <= other < len(self.tokens):
                return None
            token, inner = self.tokens[other], self.tokens[other - step]
            gap = self.text[min(token.end, inner.end) : max(token.start, inner.start)]
            if len(gap) > MAX_DATE_GAP or any(sign in ";:()" for sign in gap):
                return None
            if token.fact is not None:
                return token if self.facts[token.fact].kind in (FactKind.NUMBER, FactKind.DATE) else None
            if len(token.word) > MAX_CONNECTING_LETTERS:
                return None
        return None


def allow_afternoon(fact: Fact) -> Fact:
    """Return a time without a.m. or p.m. that may also be in the afternoon, as the first of “1.15 to 3 p.m.”"""
    later = {(kind, value + NOON) for kind, value in fact.readings if kind == "time" and isinstance(value, int)}
    return fact._replace(loose=fact.loose | later)
