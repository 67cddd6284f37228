"""Detect the language of a note, and list the languages in which notes can be read."""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from agenda.notes.line_reader import NoteError, NoteLine
from agenda.notes.phrases import NotePhrases, fold_case_and_accents, read_phrases
from meetings.documents.choices import Language

FILES = {file.stem: file for file in sorted((Path(__file__).parent / "languages").glob("*.toml"))}
READABLE_LANGUAGES = frozenset(FILES)
"""The codes of the languages in which notes can be read."""

NAMES_FILE = Path(__file__).with_name("institution_names.toml")
INSTITUTION_NAMES: dict[str, str] = tomllib.loads(NAMES_FILE.read_text(encoding="utf-8"))
MAX_LETTERHEAD_LINES = 30
"""The letterhead is among this many lines that are not empty."""


@cache
def load_phrases_of_notes(language: str = "en") -> NotePhrases:
    """Return the phrases of notes in a language, or those in English if notes cannot be read in it.

    They are read when they are needed, because compiling them takes a twelfth of the time in which a process starts.
    """
    return read_phrases(FILES.get(language, FILES["en"]))


def get_phrases(lines: Sequence[NoteLine], language: str | None) -> NotePhrases:
    """Return the phrases to read the note with: those of `language` or else of the language that is detected.

    Raise NoteError if notes cannot be read in that language.
    """
    detected, line = (language, None) if language else detect_language(lines)
    if detected is None:
        detected = "en"
    if detected not in READABLE_LANGUAGES:
        name = Language(detected).label if detected in Language.values else detected
        readable = map(load_phrases_of_notes, READABLE_LANGUAGES)
        known = ", ".join(sorted(f"{phrases.name} ({phrases.language})" for phrases in readable))
        raise NoteError(
            line,
            f"The note is in {name} ({detected}). Notes can be read in {known}. Use the note in one of these "
            "languages.",
        )
    return load_phrases_of_notes(detected)


def detect_language(lines: Sequence[NoteLine]) -> tuple[str | None, int | None]:
    """Return the language of a note and the number of the line that shows it.

    The institution's name in the letterhead decides, or else a line that is nothing but the code of a language.
    """
    head = [line for line in lines if line.source][:MAX_LETTERHEAD_LINES]
    for start in range(len(head)):
        for end in range(start + 1, min(start + 4, len(head) + 1)):
            words = normalise_text(" ".join(line.source for line in head[start:end]))
            for language, name in INSTITUTION_NAMES.items():
                if normalise_text(name) in words:
                    return language, head[start].number
    for line in head:
        if line.source.isupper() and line.source.lower() in INSTITUTION_NAMES:
            return line.source.lower(), line.number
    return None, None


def normalise_text(text: str) -> str:
    return " ".join(fold_case_and_accents(text.replace("’", "'")).split())
