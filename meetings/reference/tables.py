"""Read tables of reference data from text files: one row per line, cells separated by “ | ”, comments after “#”."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

ENGLISH = "en"
QUOTES = re.compile(r"[\"“”„«»]|(?<!\w)['‘’]|['‘’](?!\w)")

NamesByLanguage = Mapping[str, Mapping[str, Sequence[str]]]
"""Names by the English name and by language. The first name is written, all are recognised."""


def read_rows(file: Path) -> Iterator[list[str]]:
    """Yield the cells of each row of the file."""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split(" | ")


def collect_names(rows: Iterable[Sequence[str]]) -> NamesByLanguage:
    """Collect names from rows of an English name, a language and the name in that language.

    A row with only an English name has the same name in all languages.
    """
    names: dict[str, dict[str, list[str]]] = {}
    for english, *translation in rows:
        translations = names.setdefault(english, {})
        if translation:
            language, name = translation
            translations.setdefault(language, []).append(name)
    return names


def index_by_name(names: NamesByLanguage, language: str) -> Mapping[str, str]:
    """Return the English names by each name in a language, as changed by `fold_name`."""
    return {
        fold_name(name): english
        for english, translations in names.items()
        for name in (*([english] if language == ENGLISH else []), *translations.get(language, ()))
    }


def fold_name(name: str) -> str:
    """Return a form of the name that ignores case, white space and the style of quotation marks."""
    return " ".join(QUOTES.sub("", name).replace("’", "'").split()).casefold()
