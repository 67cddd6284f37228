"""Combining marks, such as accents. Letters of the languages of the Union have two at most.

A letter with thousands looks like one with a blot, and Unicode's normal forms take time in the square of their number.
"""

import re
import unicodedata

MAX_MARKS = 4
# A mark is no part of a word for Python, and neither are other signs of such a run, such as “…”.
SIGNS = re.compile(rf"[^\w\s\x00-\x7f]{{{MAX_MARKS + 1},}}")


def find_excess_mark(text: str) -> int | None:
    """Return the position of the first mark of the text that follows `MAX_MARKS` others, or None."""
    for run in SIGNS.finditer(text):
        count = 0
        for position, sign in enumerate(run[0], run.start()):
            count = add_marks(count, sign)
            if count > MAX_MARKS:
                return position
    return None


def remove_excess_marks(text: str) -> str:
    """Return the text without the marks that follow `MAX_MARKS` others."""
    return text if text.isascii() else SIGNS.sub(_remove_from_run, text)


def add_marks(count: int, sign: str) -> int:
    """Return how many marks there are after the sign, which may stand for several; 0 if it is none."""
    marks = unicodedata.normalize("NFD", sign)
    return count + len(marks) if all(map(unicodedata.combining, marks)) else 0


def _remove_from_run(run: re.Match[str]) -> str:
    kept, count = [], 0
    for sign in run[0]:
        count = add_marks(count, sign)
        if count <= MAX_MARKS:
            kept.append(sign)
    return "".join(kept)
