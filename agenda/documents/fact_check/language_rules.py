"""Rules for how each language writes times, dates and numbers, used to find them in a text.

The decimal sign comes from CLDR, as do the names of months and days (`meetings.i18n.calendar_names`).
`language_rules.toml` adds words for the time of day and for thousands and millions. The lists are not complete, and
need not be: words that they lack are read as ordinary words or numbers (see `agenda.documents.fact_check.facts`).
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec
from babel import Locale

from meetings.i18n.calendar_names import lower_keys

WHOLE_WORD = r"(?![^\W_])"
NOTHING = "(?!)"  # a pattern that matches nothing
MIN_PREFIX_LENGTH = 5  # scale words of at least so many letters are beginnings of words; shorter ones are abbreviations


class LanguageWords(msgspec.Struct, forbid_unknown_fields=True):
    """The words of one language. `language_rules.toml` explains each."""

    thousand: str
    million: str
    milliard: str = ""
    hours: str = "h"
    clock: str = NOTHING
    before_hour: str = ""
    morning: str = NOTHING
    evening: str = NOTHING


WORDS_FILE = Path(__file__).with_name("language_rules.toml")
WORDS = msgspec.convert(tomllib.loads(WORDS_FILE.read_text(encoding="utf-8")), dict[str, LanguageWords])


@dataclass(frozen=True)
class LanguageRules:
    """The rules of one language."""

    language: str
    decimal_sign: str
    scale_powers: Mapping[str, int]
    hour_prefixes: frozenset[str]
    hour_suffix: re.Pattern[str]
    """The words after an hour, as groups: `clock` or `unit`, and `morning` or `evening`."""
    hour_units: str
    possible_time: re.Pattern[str]
    """What every time has: two numbers of digits, or one with a word before or after it."""

    def find_scale(self, word: str) -> int:
        """Return the power of ten that a word stands for, or 0."""
        ends = range(len(word), MIN_PREFIX_LENGTH - 1, -1) if len(word) < 20 else ()
        return self.scale_powers.get(word) or next(
            (self.scale_powers[word[:end]] for end in ends if word[:end] in self.scale_powers), 0
        )


@cache
def get_language_rules(language: str) -> LanguageRules:
    """Return the rules of a language, cached."""
    words = WORDS[language]
    scales = ((3, words.thousand), (6, words.million), (9, words.milliard))
    after_hour = f"{words.clock}|{words.hours}|{words.morning}|{words.evening}"
    before_hour = "|".join(map(re.escape, words.before_hour.split())) or NOTHING
    minutes = rf"(?:[:.,]| ?(?:{words.hours})\.? ?)[0-5][0-9]"
    return LanguageRules(
        language,
        decimal_sign=Locale.parse(language).number_symbols["latn"]["decimal"],
        scale_powers=lower_keys((word, power) for power, known in scales for word in known.split()),
        hour_prefixes=frozenset(words.before_hour.split()),
        hour_suffix=re.compile(
            f"(?: ?(?:(?P<clock>{words.clock}){WHOLE_WORD}|(?P<unit>{words.hours}){WHOLE_WORD})\\.?)?"
            f"(?: ?(?:(?P<morning>{words.morning})|(?P<evening>{words.evening})){WHOLE_WORD})?",
            re.IGNORECASE,
        ),
        hour_units=words.hours,
        possible_time=re.compile(
            rf"[0-9](?:{minutes}| ?(?:{after_hour}))|(?:{before_hour})[\W_]{{0,3}}[0-9]", re.IGNORECASE
        ),
    )
