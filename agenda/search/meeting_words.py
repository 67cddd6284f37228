"""The words of each language for the Council, for a meeting and for its status, as readers type them."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from meetings.documents.choices import Language
from meetings.i18n.text_folding import fold_words

FILE = Path(__file__).with_suffix(".toml")
MeetingWord = Literal["council", "meeting", "provisional", "confirmed", "postponed", "cancelled", "moved"]


@cache
def get_meeting_words(meaning: MeetingWord, language: str) -> tuple[str, ...]:
    """Return the words that have the meaning in a language, folded."""
    return tuple(dict.fromkeys(fold_words(load_meeting_words()[language][meaning])))


@cache
def list_typed_words(meaning: MeetingWord, language: str) -> frozenset[str]:
    """Return the folded words with which readers of pages in `language` may ask for it: also those of English."""
    return frozenset((*get_meeting_words(meaning, language), *get_meeting_words(meaning, Language.EN)))


@cache
def load_meeting_words() -> dict[str, dict[str, str]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
