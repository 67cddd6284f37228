"""Words for times of day in every official language: those of notes, or a shorter list where no note can be read."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from agenda.notes.language_detection import READABLE_LANGUAGES, load_phrases_of_notes
from agenda.notes.phrases import ClockPhrases
from meetings.reference.phrases import load_phrases

FILE = Path(__file__).with_suffix(".toml")
TO_BE_CONFIRMED = "to be confirmed"  # among the times in words of `meetings.reference.phrases`


@cache
def get_clock_phrases(language: str) -> ClockPhrases:
    """Return the words for times of day in a language; those of English where they are not known."""
    if language in READABLE_LANGUAGES or language not in load_words():
        return load_phrases_of_notes(language).clock
    clock = load_phrases_of_notes().clock
    names = {english: names.get(language, ()) for english, names in load_phrases("time").items()}
    words: dict[str, Any] = {name: getattr(clock, name) for name in ClockPhrases.__struct_fields__}
    words |= load_words()[language]
    words["to_be_confirmed"] = [*names.pop(TO_BE_CONFIRMED, ()), *clock.to_be_confirmed]
    words["relative"] = [re.escape(name).replace("\\ ", " ") for found in names.values() for name in found]
    return msgspec.convert(words, ClockPhrases)


@cache
def load_words() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
