"""The places where the Council meets (cities, buildings and rooms) in the official languages.

Unknown places are not translated. To add a place, add its lines to `places.txt`.
"""

import unicodedata
from collections.abc import Mapping
from functools import cache
from itertools import chain
from pathlib import Path

from meetings.reference.table_files import ENGLISH, NamesByLanguage, collect_names, fold_name, index_by_name, read_rows

FILE = Path(__file__).with_suffix(".txt")
MONTHS_IN_LUXEMBOURG = (4, 6, 10)
"""When the Council meets there, by Protocol No 6 to the Treaties, on the location of the seats of the institutions."""
COUNCIL_PLACES = frozenset({"Brussels", "Luxembourg", "Europa building", "Justus Lipsius building"})
"""The Council's own places, whose English names are the defaults of forms and files.

Notes in other source languages show their names in that language. Do not add the other places of the table: then a new
line in it would change source documents, and make all their translations outdated.
"""

TIME_ZONES: Mapping[str, str] = {
    "Amsterdam": "Europe/Amsterdam",
    "Athens": "Europe/Athens",
    "Berlin": "Europe/Berlin",
    "Bratislava": "Europe/Bratislava",
    "Brussels": "Europe/Brussels",
    "Bucharest": "Europe/Bucharest",
    "Budapest": "Europe/Budapest",
    "Copenhagen": "Europe/Copenhagen",
    "Dublin": "Europe/Dublin",
    "Helsinki": "Europe/Helsinki",
    "Lisbon": "Europe/Lisbon",
    "Ljubljana": "Europe/Ljubljana",
    "London": "Europe/London",
    "Luxembourg": "Europe/Luxembourg",
    "Madrid": "Europe/Madrid",
    "Nicosia": "Asia/Nicosia",
    "Paris": "Europe/Paris",
    "Prague": "Europe/Prague",
    "Riga": "Europe/Riga",
    "Rome": "Europe/Rome",
    "Sofia": "Europe/Sofia",
    "Stockholm": "Europe/Stockholm",
    "Strasbourg": "Europe/Paris",
    "Tallinn": "Europe/Tallinn",
    "Valletta": "Europe/Malta",
    "Vienna": "Europe/Vienna",
    "Vilnius": "Europe/Vilnius",
    "Warsaw": "Europe/Warsaw",
    "Zagreb": "Europe/Zagreb",
}
"""The time zones of the cities in `places.txt` (IANA), by their English names."""


def translate_place_name(name: str, language: str, source_language: str = ENGLISH) -> str:
    """Return the name of a city, building or room in a language; an unknown name is returned as it is.

    The name is looked up among those in its `source_language` and the English ones. In the source language it is
    returned unchanged, except for the Council's own places.
    """
    english = find_english_place_name(name, source_language)
    is_final = language == source_language and (language == ENGLISH or english not in COUNCIL_PLACES)
    return name if not english or is_final else next(iter(load_places()[english].get(language, ())), english)


def find_english_place_name(name: str, source_language: str = ENGLISH) -> str:
    """Return the English name of a place; an empty text if it is unknown."""
    return index_places_by_name(source_language).get(fold_name(name), "")


def find_place_names(name: str) -> frozenset[str]:
    """Return all names of a place in all languages, given one of them in any case, with or without accents.

    The set is empty if the place is unknown.
    """
    return index_place_names().get(fold_accents(name), frozenset())


def list_place_names(language: str) -> list[str]:
    """Return the names of all places in a language, and in English."""
    names = ([*translations.get(language, ()), english] for english, translations in load_places().items())
    return list(dict.fromkeys(chain.from_iterable(names)))


def fold_accents(name: str) -> str:
    """Return the folded name without accents: “βρυξελλεσ” for “Βρυξέλλες”."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", fold_name(name)) if not unicodedata.combining(sign))


@cache
def index_place_names() -> Mapping[str, frozenset[str]]:
    """Return all names of a place by each of them, folded. A name that two places share has the names of both."""
    found: dict[str, frozenset[str]] = {}
    for english, translations in load_places().items():
        names = frozenset([english, *chain.from_iterable(translations.values())])
        for name in {*map(fold_accents, names)}:
            found[name] = found.get(name, frozenset()) | names
    return found


@cache
def load_places() -> NamesByLanguage:
    """Return the places by their English names and by language."""
    return collect_names(read_rows(FILE))


@cache
def index_places_by_name(language: str) -> Mapping[str, str]:
    """Return the English names of places by their names in a language and in English."""
    return {**index_by_name(load_places(), ENGLISH), **index_by_name(load_places(), language)}
