"""Tables of reference data as text: a row a line, its cells divided by “ | ”; “#” begins a remark."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

ENGLISH = "en"
QUOTES = re.compile(r"[\"“”„«»]|(?<!\w)['‘’]|['‘’](?!\w)")

Names = Mapping[str, Mapping[str, Sequence[str]]]
"""What is called how: by its name in English, its names by language. The first is the one to write, all are read."""


def rows_of(file: Path) -> Iterator[list[str]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split(" | ")


def names_of(rows: Iterable[Sequence[str]]) -> Names:
    """Of rows of a name in English, a language, the name in it. What stands alone is called so in every language."""
    found: dict[str, dict[str, list[str]]] = {}
    for english, *other in rows:
        of_one = found.setdefault(english, {})
        if other:
            language, name = other
            of_one.setdefault(language, []).append(name)
    return found


def by_name(names: Names, language: str) -> Mapping[str, str]:
    """The English name, by each name in the language as it is `folded`."""
    return {
        folded(name): english
        for english, called in names.items()
        for name in (*([english] if language == ENGLISH else []), *called.get(language, ()))
    }


def folded(name: str) -> str:
    """Case, white space and the style of quotation marks tell no names apart."""
    return " ".join(QUOTES.sub("", name).replace("’", "'").split()).casefold()
