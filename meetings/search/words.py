"""Words as search compares them: without case and accents, and without their endings where a stemmer knows them.

All of it is done here and nothing in the database, so that PostgreSQL and SQLite find the same. Accents go before
endings do: who types none gets the same stem.
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
LONGEST_WORD = 40
WORD = re.compile(r"[^\W_]+")
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")  # soft hyphens and the like stand within words
NO_ACCENT = str.maketrans(  # letters that Unicode does not take apart
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŧ": "t"}
)
BLOCK = re.compile(r"</?(?:p|ul|ol|li|h3|h4|blockquote|br)\b[^>]*>")
INLINE = re.compile(r"<[^>]+>")
ONE_OF_SOME = re.compile(r"<(?:li|h3|h4)\b[^>]*>")
END_OF_SOME = re.compile(r"(?:\s*</(?:ul|ol|li)>)*\s*</(?:ul|ol)>(?:\s*</(?:ul|ol|li)>)*")
SIGN, DASH = "•", "–"  # neither is a word
CODE = re.compile(
    r"(?<![\w/])(?P<year>(?:19|20)\d\d)\s?(?:[/-]\s?)?(?P<number>\d{4})(?!\d)(?:[\s(-]*(?P<kind>[A-Z]{3})\b\)?)?",
    re.IGNORECASE,
)
FOUR_DIGITS = re.compile(r"\d{4}")  # which any of them has
DOCUMENT = re.compile(r"(?<![\w/])(?P<number>\d{4,5})\s?/\s?(?:\d{1,2}/)?(?P<year>\d\d)(?![\w/])")

_lock = Lock()  # a stemmer holds the word that it is about


def plain(text: str) -> str:
    """The words of rich text, those of two paragraphs apart; composed, so that an accent belongs to its letter.

    A sign before each entry of a list and each heading, and behind a list: what looks like one sentence is none.
    """
    line = html.unescape(without_tags(text) if "<" in text else text)
    return UNSEEN.sub("", unicodedata.normalize("NFC", " ".join(line.split())))


def without_tags(text: str) -> str:
    parted = ONE_OF_SOME.sub(f" {SIGN} ", END_OF_SOME.sub(f" {DASH} ", text))
    line = " ".join(INLINE.sub("", BLOCK.sub(" ", parted)).split())
    return line.replace(f"{DASH} {SIGN}", SIGN).removeprefix(f"{SIGN} ").removesuffix(f" {DASH}")


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """“Łódź” is “lodz”, “Ευρώπης” is “ευρωπησ”."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    letters = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return "".join(WORD.findall(letters.translate(NO_ACCENT)))[:LONGEST_WORD]


def folded(text: str) -> list[str]:
    """The words of plain text, in their order."""
    return [form for word in WORD.findall(text) if (form := fold(word))]


@cache
def stemmer(language: str) -> Any:
    return snowballstemmer.stemmer(STEMMERS[language])


@lru_cache(maxsize=262144)
def stem(form: str, language: str) -> str:
    """A folded word without its ending; as it is in a language that there is no stemmer for, or with a digit in it."""
    if language not in STEMMERS or not form.isalpha():
        return form
    with _lock:
        return fold(stemmer(language).stemWord(form)) or form


def code_of(found: re.Match[str]) -> str:
    """One spelling of an interinstitutional code, with its kind where that was written."""
    return f"{found['year']}{found['number']}{(found['kind'] or '').lower()}"


def document_number_of(found: re.Match[str]) -> str:
    """Of a document's number, whatever the revision: of 14996/1/17 REV 1 as of 14996/17."""
    return f"{found['number']}d{found['year']}"


def numbers_in(text: str) -> list[str]:
    """The codes and document numbers that are written in plain text; a code by itself and with its kind."""
    if not FOUR_DIGITS.search(text):
        return []
    codes = [code_of(found) for found in CODE.finditer(text)]
    documents = [document_number_of(found) for found in DOCUMENT.finditer(text)]
    return list(dict.fromkeys([*codes, *(code[:8] for code in codes), *documents]))
