"""The delegations in the Council: present and former member states, and the countries associated with Schengen.

Codes, names and adjectives are those of the Interinstitutional Style Guide (EL is Greece, UK the United Kingdom). If
there are several names or adjectives in a language, the first is written and all are recognised. In languages whose
notes are not imported, the names are those of CLDR, except where the Style Guide has others.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale

from meetings.reference.table_files import read_rows

FILE = Path(__file__).with_suffix(".txt")
DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True)
class DelegationNames:
    names: tuple[str, ...]
    adjectives: tuple[str, ...]


@dataclass(frozen=True)
class Delegation:
    """A delegation. `associated` countries take part in the Mixed Committee and are not member states."""

    code: str
    names_by_language: Mapping[str, DelegationNames]
    associated: bool = False

    def get_names(self, language: str) -> DelegationNames:
        return self.names_by_language.get(language, self.names_by_language[DEFAULT_LANGUAGE])


ASSOCIATED = frozenset({"IS", "LI", "NO", "CH"})


def load_delegations() -> tuple[Delegation, ...]:
    names: dict[str, dict[str, DelegationNames]] = {}
    for language, code, written, adjectives in read_rows(FILE):
        names.setdefault(code, {})[language] = DelegationNames(
            tuple(written.split(", ")), tuple(adjectives.split(", "))
        )
    return tuple(Delegation(code, known, associated=code in ASSOCIATED) for code, known in names.items())


DELEGATIONS = load_delegations()
DELEGATIONS_BY_CODE: Mapping[str, Delegation] = {delegation.code: delegation for delegation in DELEGATIONS}


CODES_IN_TEXT = re.compile(rf"\b(?:{'|'.join(DELEGATIONS_BY_CODE)})\b")

CLDR_LOCALES = {"pt": "pt_PT"}  # in CLDR, “pt” is Brazilian Portuguese, with a Polônia
CODES_BY_ISO_CODE = {"GR": "EL", "GB": "UK"}
ISO_CODES = {code: iso_code for iso_code, code in CODES_BY_ISO_CODE.items()}
STYLE_GUIDE_NAMES = {
    (language, code): name for language, code, name in read_rows(FILE.with_name("style_guide_names.txt"))
}


def get_country_name(code: str, language: str = DEFAULT_LANGUAGE) -> str:
    """Return the name of a country as it is written on its own (“An Eastóin”); an unknown code is returned as it is."""
    delegation = DELEGATIONS_BY_CODE.get(code)
    if delegation is None:
        return code
    if language in delegation.names_by_language:
        return delegation.get_names(language).names[0]
    return STYLE_GUIDE_NAMES.get((language, code)) or get_cldr_country_name(ISO_CODES.get(code, code), language)


def get_cldr_country_name(code: str, language: str) -> str:
    name: str = Locale.parse(CLDR_LOCALES.get(language, language)).territories[code]
    return name[0].upper() + name[1:]


@cache
def get_delegations_by_name(language: str) -> Mapping[str, Delegation]:
    """Return the delegations by each of their names in a language, in lower case."""
    return {
        name.casefold(): each
        for each in DELEGATIONS
        for name in (*each.get_names(language).names, get_country_name(each.code, language))
    }


@cache
def get_delegations_by_adjective(language: str) -> Mapping[str, Delegation]:
    """Return the delegations by each of their adjectives in lower case, as in “the Slovenian delegation”."""
    return {adjective.casefold(): each for each in DELEGATIONS for adjective in each.get_names(language).adjectives}


def find_delegation_codes(text: str, language: str) -> list[str]:
    """Return the codes of the delegations that a text names, each once: “the Polish and Danish delegations”, “PL/DK”.

    `language` is that of the text. The text must be one that names who informs the Council or supports a request.
    """
    found = [(match.start(), match[0]) for match in CODES_IN_TEXT.finditer(text)]
    words = {**get_delegations_by_adjective(language), **get_delegations_by_name(language)}
    found += [(match.start(), words[match[0]].code) for match in compile_names(language).finditer(text.casefold())]
    return list(dict.fromkeys(code for _start, code in sorted(found)))


@cache
def compile_names(language: str) -> re.Pattern[str]:
    words = {*get_delegations_by_adjective(language), *get_delegations_by_name(language)}
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")
