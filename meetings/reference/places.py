"""Where the Council meets, in the official languages. A city or venue that is not in the table stays as it is written.

Another one is more lines of `places.txt`.
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path

from meetings.reference.tables import rows_of

FILE = Path(__file__).with_suffix(".txt")
ENGLISH = "en"


def place_name(name: str, language: str, written_in: str = ENGLISH) -> str:
    """What a city or venue is called in the language; as it is written where it is not known.

    It is looked for among the names of the language that it is `written_in`, and the English ones. What is written in
    English stays as it is in English, letter by letter.
    """
    known = known_place(name, written_in)
    return name if not known or language == written_in == ENGLISH else places()[known].get(language, known)


def known_place(name: str, written_in: str = ENGLISH) -> str:
    """Its name in English; empty where it is not known."""
    return places_by_name(written_in).get(folded(name), "")


@cache
def places() -> Mapping[str, Mapping[str, str]]:
    """The names by language, of each place by its English one."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for english, *name in rows_of(FILE):
        found[english].update(pairwise(name))
    return dict(found)


@cache
def places_by_name(language: str) -> Mapping[str, str]:
    return {
        folded(name): english for english, names in places().items() for name in (english, names.get(language, english))
    }


def folded(name: str) -> str:
    return " ".join(name.split()).casefold()
