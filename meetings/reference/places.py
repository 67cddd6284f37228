"""Where the Council meets, in the official languages: cities, houses, rooms. What is not in the table stays as written.

Another one is more lines of `places.txt`.
"""

from collections.abc import Mapping
from functools import cache
from itertools import chain
from pathlib import Path

from meetings.reference.tables import ENGLISH, Names, by_name, folded, names_of, rows_of

FILE = Path(__file__).with_suffix(".txt")
OWN = frozenset({"Brussels", "Luxembourg", "Europa building", "Justus Lipsius building"})
"""The Council's own places, in whose English names forms and files begin.

A note written in another language has them in that. The table's other places do not belong here: a line more would then
change what source documents say, and make every translation of it one of an earlier text.
"""


def place_name(name: str, language: str, written_in: str = ENGLISH) -> str:
    """What a city, house or room is called in the language; as it is written where it is not known.

    It is looked for among the names of the language that it is `written_in`, and the English ones. In that language it
    stays as it is, letter by letter, but for the Council's own places.
    """
    known = known_place(name, written_in)
    stays = language == written_in and (language == ENGLISH or known not in OWN)
    return name if not known or stays else next(iter(places()[known].get(language, ())), known)


def known_place(name: str, written_in: str = ENGLISH) -> str:
    """Its name in English; empty where it is not known."""
    return places_by_name(written_in).get(folded(name), "")


def names_of_place(name: str) -> frozenset[str]:
    """All that a place is called, in any language, by one of its names in whichever; empty where it is not known."""
    return names_by_name().get(folded(name), frozenset())


@cache
def names_by_name() -> Mapping[str, frozenset[str]]:
    """What two places are called alike is of both."""
    found: dict[str, frozenset[str]] = {}
    for english, called in places().items():
        names = frozenset([english, *chain.from_iterable(called.values())])
        for name in map(folded, names):
            found[name] = found.get(name, frozenset()) | names
    return found


@cache
def places() -> Names:
    return names_of(rows_of(FILE))


@cache
def places_by_name(language: str) -> Mapping[str, str]:
    return {**by_name(places(), ENGLISH), **by_name(places(), language)}
