"""Standard phrases of notes in the official languages, by the contexts in which they occur.

Only a text that consists entirely of a phrase is recognised. To add a phrase, add a line per language to
`phrases.txt`.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from meetings.reference.configuration_names import get_configuration_name, load_configuration_names
from meetings.reference.configurations import CONFIGURATIONS
from meetings.reference.table_files import ENGLISH, NamesByLanguage, collect_names, fold_name, index_by_name, read_rows

FILE = Path(__file__).with_suffix(".txt")

PhraseContext = Literal[
    "item", "outcome", "session", "point", "time", "link", "result", "institution", "notice", "page"
]
"""Titles of items, sessions, points, links and results; outcomes sought; times in words; informing institutions; the
notice; what pages say of themselves."""


def translate_phrase(text: str, context: PhraseContext, language: str, source_language: str = ENGLISH) -> str:
    """Return the translation of `text` if it is a phrase in its `source_language`; otherwise an empty text.

    The translation starts with a capital letter if the text does.
    """
    english = index_phrases_by_text(context, source_language).get(fold_name(text), "")
    if not english:
        return ""
    phrase = english if language == ENGLISH else next(iter(load_phrases(context)[english].get(language, ())), "")
    return phrase[:1].upper() + phrase[1:] if text[:1].isupper() else phrase


@cache
def load_phrases(context: PhraseContext) -> NamesByLanguage:
    """Return the phrases of a context by their English text and by language."""
    rows = (
        (english, language, text)
        for language, places, english, text in read_rows(FILE)
        if context in places.split(", ")
    )
    return {**(build_session_names() if context == "session" else {}), **collect_names(rows)}


@cache
def index_phrases_by_text(context: PhraseContext, language: str) -> Mapping[str, str]:
    return index_by_name(load_phrases(context), language)


def build_session_names() -> NamesByLanguage:
    """Return the names of the configurations, because a session can have the name of a whole configuration."""
    languages = {language for language, _slug in load_configuration_names()} - {ENGLISH}
    return {
        each.name: {language: [get_configuration_name(each.slug, language)] for language in languages}
        for each in CONFIGURATIONS
    }
