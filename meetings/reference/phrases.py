"""Phrases of notes that follow from a kind or are one of few, in the official languages, by where they may stand.

Only a whole text that is one of them is known. Another one is a line a language in `phrases.txt`.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from meetings.reference.configuration_names import configuration_name, names
from meetings.reference.configurations import CONFIGURATIONS
from meetings.reference.tables import ENGLISH, Names, by_name, folded, names_of, rows_of

FILE = Path(__file__).with_suffix(".txt")

Where = Literal["item", "outcome", "session", "point", "time", "link", "result", "institution", "notice"]
"""Titles of items, sessions, points, links and results; outcomes that are sought; times in words; who informs."""


def known_phrase(text: str, where: Where, language: str, written_in: str = ENGLISH) -> str:
    """The phrase in the language, if the text is one in the language that it is `written_in`; or else empty.

    It begins with a capital letter where the text does.
    """
    english = phrases_by_text(where, written_in).get(folded(text), "")
    if not english:
        return ""
    said = english if language == ENGLISH else next(iter(phrases(where)[english].get(language, ())), "")
    return said[:1].upper() + said[1:] if text[:1].isupper() else said


@cache
def phrases(where: Where) -> Names:
    rows = (
        (english, language, text) for language, places, english, text in rows_of(FILE) if where in places.split(", ")
    )
    return {**(strands() if where == "session" else {}), **names_of(rows)}


@cache
def phrases_by_text(where: Where, language: str) -> Mapping[str, str]:
    return by_name(phrases(where), language)


def strands() -> Names:
    """A session may be of all that a configuration deals with."""
    languages = {language for language, _slug in names()} - {ENGLISH}
    return {
        facts.name: {language: [configuration_name(facts.slug, language)] for language in languages}
        for facts in CONFIGURATIONS
    }
