"""Words that are ignored in a query with other words: articles, prepositions and so on, in each language."""

import tomllib
from functools import cache
from pathlib import Path

from meetings.documents.choices import Language
from meetings.i18n.text_folding import fold_word

STOP_WORDS: dict[str, str] = tomllib.loads(Path(__file__).with_name("stop_words.toml").read_text(encoding="utf-8"))


@cache
def get_stop_words(language: str) -> frozenset[str]:
    """Return the folded stop words of the page's language and of English, in which many people type on any page."""
    words = f"{STOP_WORDS.get(language, '')} {STOP_WORDS[Language.EN]}".split()
    return frozenset(map(fold_word, words))
