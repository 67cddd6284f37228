"""Normalise words for the search: without case and accents, and stemmed in languages with a stemmer.

This is done here and not in the database, so that PostgreSQL and SQLite find the same. Accents are removed before
stemming, so that words typed without accents have the same stem.
"""

import re
import unicodedata
from functools import cache, lru_cache
from threading import Lock
from typing import Any

from babel import Locale

# Stored search rows contain stems. So a language is added here together with a migration, not with a new version of the
# library.
STEMMED_LANGUAGES = frozenset("cs da de el en es et fi fr ga hu it lt nl pl pt ro sv".split())
MAX_WORD_LENGTH = 40
WORD = re.compile(r"[^\W_]+")
UNDECOMPOSED_LETTERS = str.maketrans(  # letters that Unicode does not decompose
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŧ": "t"}
)

_lock = Lock()  # a stemmer keeps the current word as its state


@lru_cache(maxsize=65536)
def fold_word(word: str) -> str:
    """Return a word without case and accents: “lodz” for “Łódź”, “ευρωπησ” for “Ευρώπης”."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    letters = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return "".join(WORD.findall(letters.translate(UNDECOMPOSED_LETTERS)))[:MAX_WORD_LENGTH]


def fold_words(text: str) -> list[str]:
    """Return the folded words of a plain text in their order."""
    return [form for word in WORD.findall(text) if (form := fold_word(word))]


@cache
def get_stemmer(language: str) -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer(str(Locale.parse(language).english_name).lower())


@lru_cache(maxsize=262144)
def stem_word(form: str, language: str) -> str:
    """Return the stem of a folded word.

    Words with digits, and words in a language without a stemmer, are returned unchanged.
    """
    if language not in STEMMED_LANGUAGES or not form.isalpha():
        return form
    with _lock:
        return fold_word(get_stemmer(language).stemWord(form)) or form
