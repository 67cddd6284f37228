"""Find Greek words within a text in another language, so that they can be marked and are pronounced as Greek.

In texts of the Council, Greek letters mean Greek. Cyrillic letters do not tell the language: they may be Bulgarian,
Ukrainian or Macedonian, and a wrong voice is worse than none.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

WORD = "(?<!\\w)[\u0370-\u03ff\u1f00-\u1fff]+(?!\\w)"
GREEK_RUN = re.compile(rf"({WORD}(?:[^\w(]+{WORD})*)")
MIN_GREEK_LETTERS = 4  # α, μ or ΔΤ are symbols rather than Greek words


def split_greek(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of the text, each with whether it is in Greek."""
    pieces = ((piece, bool(index % 2) and is_word(piece)) for index, piece in enumerate(GREEK_RUN.split(text)) if piece)
    for is_greek, same in groupby(pieces, key=itemgetter(1)):
        yield "".join(piece for piece, _is_greek in same), is_greek


def is_word(letters: str) -> bool:
    return sum(map(str.isalpha, letters)) >= MIN_GREEK_LETTERS
