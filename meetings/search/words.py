"""Normalise words for the search: without case and accents, and stemmed in languages with a stemmer.

This is done here and not in the database, so that PostgreSQL and SQLite find the same. Accents are removed before
stemming, so that words typed without accents have the same stem.
"""

import html
import re
import unicodedata
from functools import cache, lru_cache
from threading import Lock
from typing import Any

import snowballstemmer

STEMMERS = {
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hu": "hungarian",
    "it": "italian",
    "lt": "lithuanian",
    "nl": "dutch",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "sv": "swedish",
}
MAX_WORD_LENGTH = 40
WORD = re.compile(r"[^\W_]+")
INVISIBLE_CHARACTERS = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")  # such as soft hyphens within words
UNDECOMPOSED_LETTERS = str.maketrans(  # letters that Unicode does not decompose
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŧ": "t"}
)
BLOCK_TAG = re.compile(r"</?(?:p|ul|ol|li|h3|h4|blockquote|br)\b[^>]*>")
ANY_TAG = re.compile(r"<[^>]+>")
ITEM_START = re.compile(r"<(?:li|h3|h4)\b[^>]*>")
LIST_END = re.compile(r"(?:\s*</(?:ul|ol|li)>)*\s*</(?:ul|ol)>(?:\s*</(?:ul|ol|li)>)*")
SIGN, DASH = "•", "–"  # neither is a word
PROCEDURE_CODE = re.compile(
    r"(?<![\w/])(?P<year>(?:19|20)\d\d)\s?(?:[/-]\s?)?(?P<number>\d{4})(?!\d)(?:[\s(-]*(?P<kind>[A-Z]{3})\b\)?)?",
    re.IGNORECASE,
)
FOUR_DIGITS = re.compile(r"\d{4}")  # which any of them has
DOCUMENT_NUMBER = re.compile(r"(?<![\w/])(?P<number>\d{4,5})\s?/\s?(?:\d{1,2}/)?(?P<year>\d\d)(?![\w/])")

_lock = Lock()  # a stemmer keeps the current word as its state


def strip_markup(text: str) -> str:
    """Return rich text as plain text, with spaces between paragraphs, in Unicode's composed form (NFC).

    List entries and headings start with a sign, and lists end with a dash, so that they do not look like one sentence.
    """
    line = html.unescape(remove_tags(text) if "<" in text else text)
    return INVISIBLE_CHARACTERS.sub("", unicodedata.normalize("NFC", " ".join(line.split())))


def remove_tags(text: str) -> str:
    marked = ITEM_START.sub(f" {SIGN} ", LIST_END.sub(f" {DASH} ", text))
    line = " ".join(ANY_TAG.sub("", BLOCK_TAG.sub(" ", marked)).split())
    return line.replace(f"{DASH} {SIGN}", SIGN).removeprefix(f"{SIGN} ").removesuffix(f" {DASH}")


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
    return snowballstemmer.stemmer(STEMMERS[language])


@lru_cache(maxsize=262144)
def stem_word(form: str, language: str) -> str:
    """Return the stem of a folded word.

    Words with digits, and words in a language without a stemmer, are returned unchanged.
    """
    if language not in STEMMERS or not form.isalpha():
        return form
    with _lock:
        return fold_word(get_stemmer(language).stemWord(form)) or form


def format_procedure_code(found: re.Match[str]) -> str:
    """Return an interinstitutional code in one spelling, with its kind if that was written."""
    return f"{found['year']}{found['number']}{(found['kind'] or '').lower()}"


def format_document_number(found: re.Match[str]) -> str:
    """Return a document number in one spelling without the revision: the same for 14996/1/17 REV 1 and 14996/17."""
    return f"{found['number']}d{found['year']}"


def find_numbers(text: str) -> list[str]:
    """Return the codes and document numbers in a plain text. Codes with a kind are also returned without it."""
    if not FOUR_DIGITS.search(text):
        return []
    codes = [format_procedure_code(found) for found in PROCEDURE_CODE.finditer(text)]
    documents = [format_document_number(found) for found in DOCUMENT_NUMBER.finditer(text)]
    return list(dict.fromkeys([*codes, *(code[:8] for code in codes), *documents]))
