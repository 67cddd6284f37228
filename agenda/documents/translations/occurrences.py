"""Find words in a plain or rich text, and replace them."""

import heapq
import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from html import escape, unescape
from itertools import accumulate
from typing import NamedTuple
from unicodedata import normalize

from django.utils.text import capfirst

from meetings.fields.richtext import BLOCK_TAG, clean_html

CONTEXT_LENGTH = 60
"""The number of letters shown on either side of an occurrence."""
LOOKAROUND_LENGTH = CONTEXT_LENGTH + 1
"""One letter more than is shown, to see whether the context is cut."""
ATOM = re.compile(
    rf"(?P<block>{BLOCK_TAG})|(?P<line><br ?/?>)|(?P<inline><[^>]*>)|(?P<plain>[^<&]+)|&#?\w+;|.", re.DOTALL
)
WORD_BEFORE, WORD_AFTER = re.compile(r"\w[-‐‑]?$"), re.compile(r"[-‐‑]?\w")
BLOCK_BOUNDARY = "\0"  # stands between blocks, so that nothing is found across them


@dataclass(frozen=True)
class Replacement:
    """The text to find, in upper or lower case, and the text to replace it with."""

    find: str
    replace_with: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """Return a pattern that matches the text to find as group `wrong`.

        Text that is already correct is matched first, without the group, and is so passed over.
        """
        wrong = re.compile(build_spelling_pattern(self.find), re.IGNORECASE)
        forms = (self.replace_with, self.replace_with.upper(), capfirst(self.replace_with))
        right = [*map(build_spelling_pattern, forms)] if wrong.search(self.replace_with) else []
        return re.compile("|".join([*right, f"(?P<wrong>(?i:{wrong.pattern}))"]))

    def adapt_to(self, found: str) -> str:
        """Return the replacement with the capitals and the spaces of the text found.

        Capitals stay if the text to find has none. Non-breaking spaces stay if the number of words is the same.
        """
        new_text = self.replace_with
        if found.isupper() and not self.find.isupper():
            new_text = new_text.upper()
        elif found[:1].isupper() and self.find.lstrip()[:1].islower():
            new_text = capfirst(new_text)
        words = new_text.split()
        spaces = re.findall(r"\s+", found)
        if len(spaces) != len(words) - 1:
            return " ".join(words)
        return "".join(word + space for word, space in zip(words, [*spaces, ""], strict=True))


def build_spelling_pattern(words: str) -> str:
    return r"\s+".join(re.escape(word) for word in normalize("NFC", words).split())


@dataclass(frozen=True)
class Occurrence:
    """A place in a text that a replacement would change.

    `start` and `end` are offsets in the stored text; `before` and `after` are what a reader sees around it.
    `is_within_word`: a letter precedes or follows, perhaps after a hyphen. `is_interrupted`: a link or other markup
    starts or ends inside, so it can only be changed in the text itself.
    """

    start: int
    end: int
    text: str
    replacement: str
    before: str
    after: str
    is_within_word: bool
    is_interrupted: bool


class VisiblePiece(NamedTuple):
    """A part of a text that a reader sees, with its offsets in the stored text.

    If it is plain, it is the same there, letter by letter; else it stands for one tag or entity.
    """

    text: str
    start: int
    end: int
    is_plain: bool = False


class VisibleText:
    """What a reader sees of a stored text. Block ends and line breaks count as letters."""

    def __init__(self, text: str, rich: bool) -> None:
        self.pieces = list(split_pieces(text)) if rich else [VisiblePiece(text, 0, len(text), is_plain=True)]
        self.text = "".join(piece.text for piece in self.pieces)
        self.starts = list(accumulate((len(piece.text) for piece in self.pieces), initial=0))

    def find_in_stored(self, place: int) -> tuple[int, int]:
        """Return the offsets in the stored text of the letter at a place."""
        index = bisect_right(self.starts, place) - 1
        piece = self.pieces[index]
        start = piece.start + place - self.starts[index]
        return (start, start + 1) if piece.is_plain else (piece.start, piece.end)


def find_occurrences(text: str, rich: bool, replacements: Sequence[Replacement]) -> Iterator[Occurrence]:
    """Yield the occurrences in the order of the text, without those that are already correct.

    If two overlap, the earlier one counts, else the longer one. An occurrence that is interrupted excludes no other.
    """
    visible = VisibleText(text, rich)
    shown = visible.text
    done = 0
    spans = heapq.merge(
        *(find_spans(shown, replacement) for replacement in replacements), key=lambda each: (each[0], -each[1])
    )
    for start, end, replacement in spans:
        text_found = shown[start:end]
        new_text = replacement.adapt_to(text_found)
        if start < done or new_text == text_found:
            continue
        first, last = visible.find_in_stored(start)[0], visible.find_in_stored(end - 1)[1]
        is_interrupted = rich and "<" in text[first:last]
        done = done if is_interrupted else end
        before = shown[max(0, start - LOOKAROUND_LENGTH) : start].rpartition(BLOCK_BOUNDARY)[2]
        after = shown[end : end + LOOKAROUND_LENGTH].partition(BLOCK_BOUNDARY)[0]
        yield Occurrence(
            *(first, last, text_found, new_text, shorten_context(before[::-1])[::-1], shorten_context(after)),
            is_within_word=bool(WORD_BEFORE.search(before) or WORD_AFTER.match(after)),
            is_interrupted=is_interrupted,
        )


def find_spans(shown: str, replacement: Replacement) -> Iterator[tuple[int, int, Replacement]]:
    for match in replacement.pattern.finditer(shown):
        if match["wrong"]:
            yield (*match.span(), replacement)


def split_pieces(text: str) -> Iterator[VisiblePiece]:
    """Yield the pieces of a rich text that a reader sees."""
    for atom in ATOM.finditer(text):
        if atom["block"]:
            yield VisiblePiece(BLOCK_BOUNDARY, *atom.span())
        elif atom["line"]:
            yield VisiblePiece("\n", *atom.span())
        elif atom["plain"]:
            yield VisiblePiece(atom[0], *atom.span(), is_plain=True)
        elif not atom["inline"]:
            yield VisiblePiece(unescape(atom[0]), *atom.span())


def shorten_context(text: str) -> str:
    return text if len(text) <= CONTEXT_LENGTH else f"{text[:CONTEXT_LENGTH]}…"


def replace_occurrences(text: str, rich: bool, chosen: Collection[Occurrence]) -> str:
    """Return the text with the replacements of the occurrences, which must have been found in this text."""
    for occurrence in sorted(chosen, key=lambda occurrence: occurrence.start, reverse=True):
        new_text = escape(occurrence.replacement, quote=False) if rich else occurrence.replacement
        text = text[: occurrence.start] + new_text + text[occurrence.end :]
    return clean_html(text) if rich else text
