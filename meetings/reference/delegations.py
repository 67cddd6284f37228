"""The delegations of the Council: member states (with those of the past) and the countries associated with Schengen.

Codes, names and adjectives are those of the Interinstitutional Style Guide (EL is Greece, UK the United Kingdom). Of
several names or adjectives in a language the first is the one to write; all of them are read. In the languages that no
note is read in, the names are those of CLDR, but for where the Style Guide has others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale

from meetings.reference.tables import rows_of

FILE = Path(__file__).with_suffix(".txt")
DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True)
class InLanguage:
    names: tuple[str, ...]
    adjectives: tuple[str, ...]


@dataclass(frozen=True)
class DelegationFacts:
    """`associated` countries sit in the Mixed Committee and are no member states."""

    code: str
    words: Mapping[str, InLanguage]
    associated: bool = False

    def in_language(self, language: str) -> InLanguage:
        return self.words.get(language, self.words[DEFAULT_LANGUAGE])


ENGLISH: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("BE", ("Belgium",), ("Belgian",)),
    ("BG", ("Bulgaria",), ("Bulgarian",)),
    ("CZ", ("Czechia", "Czech Republic"), ("Czech",)),
    ("DK", ("Denmark",), ("Danish",)),
    ("DE", ("Germany",), ("German",)),
    ("EE", ("Estonia",), ("Estonian",)),
    ("IE", ("Ireland",), ("Irish",)),
    ("EL", ("Greece",), ("Greek", "Hellenic")),
    ("ES", ("Spain",), ("Spanish",)),
    ("FR", ("France",), ("French",)),
    ("HR", ("Croatia",), ("Croatian",)),
    ("IT", ("Italy",), ("Italian",)),
    ("CY", ("Cyprus",), ("Cypriot", "Cyprus")),
    ("LV", ("Latvia",), ("Latvian",)),
    ("LT", ("Lithuania",), ("Lithuanian",)),
    ("LU", ("Luxembourg",), ("Luxembourg", "Luxembourgish")),
    ("HU", ("Hungary",), ("Hungarian",)),
    ("MT", ("Malta",), ("Maltese",)),
    ("NL", ("Netherlands",), ("Dutch", "Netherlands")),
    ("AT", ("Austria",), ("Austrian",)),
    ("PL", ("Poland",), ("Polish",)),
    ("PT", ("Portugal",), ("Portuguese",)),
    ("RO", ("Romania",), ("Romanian",)),
    ("SI", ("Slovenia",), ("Slovenian", "Slovene")),
    ("SK", ("Slovakia", "Slovak Republic"), ("Slovak", "Slovakian")),
    ("FI", ("Finland",), ("Finnish",)),
    ("SE", ("Sweden",), ("Swedish",)),
    ("UK", ("United Kingdom", "UK"), ("British", "United Kingdom", "UK")),
    ("IS", ("Iceland",), ("Icelandic",)),
    ("LI", ("Liechtenstein",), ("Liechtenstein",)),
    ("NO", ("Norway",), ("Norwegian",)),
    ("CH", ("Switzerland",), ("Swiss",)),
)
ASSOCIATED = frozenset({"IS", "LI", "NO", "CH"})


def words_of(code: str) -> dict[str, InLanguage]:
    return {
        language: InLanguage(tuple(names.split(", ")), tuple(adjectives.split(", ")))
        for language, country, names, adjectives in rows_of(FILE)
        if country == code
    }


DELEGATIONS = tuple(
    DelegationFacts(code, words_of(code) | {"en": InLanguage(names, adjectives)}, associated=code in ASSOCIATED)
    for code, names, adjectives in ENGLISH
)
BY_CODE: Mapping[str, DelegationFacts] = {delegation.code: delegation for delegation in DELEGATIONS}


LOCALES = {"pt": "pt_PT"}  # CLDR's “pt” is that of Brazil, with a Polônia
ISO = {"EL": "GR", "UK": "GB"}
# Where the Style Guide calls a country by another name than CLDR, by language and code.
STYLE_GUIDE: Mapping[tuple[str, str], str] = {
    ("da", "UK"): "Det Forenede Kongerige",
    ("et", "NL"): "Madalmaad",
    ("fi", "UK"): "Yhdistynyt kuningaskunta",
    ("hr", "UK"): "Ujedinjena Kraljevina",
    ("mt", "CZ"): "Iċ-Ċekja",
    ("pl", "NL"): "Niderlandy",
    ("pl", "UK"): "Zjednoczone Królestwo",
    ("sv", "UK"): "Förenade kungariket",
}


def country_name(code: str, language: str = DEFAULT_LANGUAGE) -> str:
    """The country's name as it stands by itself (“An Eastóin”); a code that is not known stays a code."""
    delegation = BY_CODE.get(code)
    if delegation is None:
        return code
    if language in delegation.words:
        return delegation.in_language(language).names[0]
    return STYLE_GUIDE.get((language, code)) or territory(ISO.get(code, code), language)


def territory(code: str, language: str) -> str:
    name: str = Locale.parse(LOCALES.get(language, language)).territories[code]
    return name[0].upper() + name[1:]


@cache
def delegations_by_name(language: str) -> Mapping[str, DelegationFacts]:
    """Every name, in lower case, that a country goes by in the language."""
    return {
        name.casefold(): each
        for each in DELEGATIONS
        for name in (*each.in_language(language).names, country_name(each.code, language))
    }


@cache
def delegations_by_adjective(language: str) -> Mapping[str, DelegationFacts]:
    """Every adjective, in lower case, as in “the Slovenian delegation”."""
    return {adjective.casefold(): each for each in DELEGATIONS for adjective in each.in_language(language).adjectives}
