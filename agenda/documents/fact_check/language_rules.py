"""Rules for how each language writes times, dates and numbers, used to find them in a text.

The decimal sign comes from CLDR, as do the names of months and days (`meetings.i18n.calendar_names`). This module adds
words for the time of day and for thousands and millions. The lists are not complete, and need not be: words that they
lack are read as ordinary words or numbers (see `agenda.documents.fact_check.facts`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from babel import Locale

from meetings.i18n.calendar_names import lower_keys

WHOLE_WORD = r"(?![^\W_])"
MIN_PREFIX_LENGTH = 5  # scale words of at least so many letters are beginnings of words; shorter ones are abbreviations

# Words for a thousand; for a million; for a thousand million.
SCALE_WORDS: Mapping[str, str] = {
    "bg": "хиляди хил; милион млн; милиард млрд",
    "cs": "tisíc tis; milion mil mio; miliard mld",
    "da": "tusind; million mio; milliard mia",
    "de": "tausend tsd; million mio; milliarde mrd",
    "el": "χιλιάδ χιλ; εκατομμύρι εκατ; δισεκατομμύρι δισ",
    "en": "thousand; million mn m; billion bn",
    "es": "mil; millones millón; millardo",
    "et": "tuhat tuhande; miljon mln; miljard mld mlrd",
    "fi": "tuhat tuhan; miljoon milj; miljard mrd",
    "fr": "mille; million mio; milliard md mrd",
    "ga": "míle mhíle; milliún mhilliún; billiún bhilliún",
    "hr": "tisuć tis; milijun mil mln; milijard mlrd",
    "hu": "ezer; millió; milliárd",
    "it": "mila mille; milion mio mln; miliard mld",
    "lt": "tūkstan tūkst; milijon mln; milijard mlrd",
    "lv": "tūkstoš tūkst; miljon milj; miljard mljrd",
    "mt": "elf; miljun; biljun",
    "nl": "duizend; miljoen mln; miljard mld mrd",
    "pl": "tysi tys; milion mln; miliard mld",
    "pt": "mil; milhões milhão; -",
    "ro": "mii; milion milioane mil; miliard mld",
    "sk": "tisíc tis; milión mil; miliard mld",
    "sl": "tisoč tis; milijon mio; milijard mrd",
    "sv": "tusen; miljon mn mkr; miljard md mdr",
}
# Words after an hour, perhaps followed by minutes (“18 h 30”); then words that only follow a time of day.
HOUR_SUFFIXES: Mapping[str, str] = {
    "bg": "ч|часа?|h;часа|часът",
    "cs": "h|hod|hodin[aye]?|hodině;",
    "de": "h|uhr;uhr",
    "el": "h|ώρα|ώρες;",
    "en": "h|hrs|hours;o['’]clock",
    "es": "h|hrs|horas?;",
    "fr": "h|heures?;",
    "ga": "h;a chlog",
    "hr": "h|sati?|sata;",
    "hu": "h|óra|órakor|órai|órától|óráig;órakor|-kor",
    "lt": "h|val;val",
    "nl": "h|u|uur;",
    "pt": "h|horas?;",
    "sk": "h|hod|hodín|hodin[ey];",
    "sl": "h|ur[aei]?|uro;",
}
HOUR_PREFIXES: Mapping[str, str] = {
    "da": "kl klokken",
    "el": "ώρα",
    "et": "kell kella",
    "fi": "klo kello",
    "it": "ore",
    "lv": "plkst pulksten",
    "pl": "godz godzinie godziny",
    "ro": "ora orele",
    "sv": "kl klockan",
}
# Words for before noon; for after noon. A language without them counts the hours to 24.
HALF_DAY_WORDS: Mapping[str, str] = {
    "el": r"π\.? ?μ\.?;μ\.? ?μ\.?",
    "en": r"a\.? ?m\.?;p\.? ?m\.?",
    "es": r"a\. ?m\.|de la mañana;p\. ?m\.|de la tarde|de la noche",
    "ga": r"r\.? ?n\.?|ar maidin;i\.? ?n\.?|tráthnóna",
    "it": "di mattina|del mattino;del pomeriggio|di sera",
    "mt": r"a\.? ?m\.?|ta['’] filgħodu;p\.? ?m\.?|ta['’] wara ?nofsinhar|ta['’] filgħaxija",
    "pt": "da manhã;da tarde|da noite",
}


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

    def find_scale(self, word: str) -> int:
        """Return the power of ten that a word stands for, or 0."""
        ends = range(len(word), MIN_PREFIX_LENGTH - 1, -1) if len(word) < 20 else ()
        return self.scale_powers.get(word) or next(
            (self.scale_powers[word[:end]] for end in ends if word[:end] in self.scale_powers), 0
        )


@cache
def get_language_rules(language: str) -> LanguageRules:
    """Return the rules of a language, cached."""
    units, clock = HOUR_SUFFIXES.get(language, "h;").split(";")
    morning, evening = HALF_DAY_WORDS.get(language, ";").split(";")
    scales = [part.split() for part in SCALE_WORDS[language].split(";")]
    return LanguageRules(
        language,
        decimal_sign=Locale.parse(language).number_symbols["latn"]["decimal"],
        scale_powers=lower_keys(
            (word, power) for power, words in zip((3, 6, 9), scales, strict=True) for word in words
        ),
        hour_prefixes=frozenset(HOUR_PREFIXES.get(language, "").split()),
        hour_suffix=re.compile(
            f"(?: ?(?:(?P<clock>{clock or '(?!)'}){WHOLE_WORD}|(?P<unit>{units}){WHOLE_WORD})\\.?)?"
            f"(?: ?(?:(?P<morning>{morning or '(?!)'})|(?P<evening>{evening or '(?!)'})){WHOLE_WORD})?",
            re.IGNORECASE,
        ),
        hour_units=units,
    )
