"""Where words occur in a text, plain or rich, and the text with other words there."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from html import escape, unescape
from typing import NamedTuple
from unicodedata import normalize

from django.utils.text import capfirst

from meetings.richtext import BLOCK, clean_html

AROUND = 60
"""Letters shown on either side of an occurrence."""
SEEN = AROUND + 1
"""Letters looked at: whether there are more."""
ATOM = re.compile(rf"(?P<block>{BLOCK})|(?P<line><br ?/?>)|(?P<inline><[^>]*>)|&#?\w+;|.", re.DOTALL)
WORD_BEFORE, WORD_AFTER = re.compile(r"\w[-‐‑]?$"), re.compile(r"[-‐‑]?\w")
NO_LETTER = "\0"  # between blocks: nothing that is looked for goes on there


@dataclass(frozen=True)
class Correction:
    """What is looked for, in capitals or not, and what stands there afterwards."""

    find: str
    becomes: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """Of what is to be corrected, as `wrong`: what is right already comes first and is passed over."""
        wrong = re.compile(spelled(self.find), re.IGNORECASE)
        forms = (self.becomes, self.becomes.upper(), capfirst(self.becomes))
        right = [*map(spelled, forms)] if wrong.search(self.becomes) else []
        return re.compile("|".join([*right, f"(?P<wrong>(?i:{wrong.pattern}))"]))

    def instead_of(self, said: str) -> str:
        """Capitals that were not looked for stay, and so do spaces that keep words together."""
        becomes = self.becomes
        if said.isupper() and not self.find.isupper():
            becomes = becomes.upper()
        elif said[:1].isupper() and self.find.lstrip()[:1].islower():
            becomes = capfirst(becomes)
        words = becomes.split()
        spaces = re.findall(r"\s+", said)
        if len(spaces) != len(words) - 1:
            return " ".join(words)
        return "".join(word + space for word, space in zip(words, [*spaces, ""], strict=True))


def spelled(words: str) -> str:
    return r"\s+".join(re.escape(word) for word in normalize("NFC", words).split())


@dataclass(frozen=True)
class Occurrence:
    """`start` and `end` are places in the text as it is kept, `before` and `after` what a reader sees around it.

    `is_within_word`: letters go on at either end, be it after a hyphen. `is_interrupted`: a link or other markup begins
    or ends within it, so that it can only be changed by hand.
    """

    start: int
    end: int
    said: str
    becomes: str
    before: str
    after: str
    is_within_word: bool
    is_interrupted: bool


class Letter(NamedTuple):
    letter: str
    start: int
    end: int


def occurrences(text: str, rich: bool, corrections: Sequence[Correction]) -> list[Occurrence]:
    """In the order of the text. What is right already is none.

    Of two that overlap the earlier one, else the longer; one that is interrupted keeps none away.
    """
    letters = list(letters_of(text, rich))
    shown = "".join(one.letter for one in letters)
    found: list[Occurrence] = []
    done = 0
    for (start, end), correction in sorted(spans_in(shown, corrections), key=lambda one: (one[0][0], -one[0][1])):
        said = shown[start:end]
        becomes = correction.instead_of(said)
        if start < done or becomes == said:
            continue
        first, last = letters[start].start, letters[end - 1].end
        is_interrupted = rich and "<" in text[first:last]
        done = done if is_interrupted else end
        before = shown[max(0, start - SEEN) : start].rpartition(NO_LETTER)[2]
        after = shown[end : end + SEEN].partition(NO_LETTER)[0]
        found.append(
            Occurrence(
                *(first, last, said, becomes, shortened(before[::-1])[::-1], shortened(after)),
                is_within_word=bool(WORD_BEFORE.search(before) or WORD_AFTER.match(after)),
                is_interrupted=is_interrupted,
            )
        )
    return found


def spans_in(shown: str, corrections: Sequence[Correction]) -> Iterator[tuple[tuple[int, int], Correction]]:
    for correction in corrections:
        for one in correction.pattern.finditer(shown):
            if one["wrong"]:
                yield one.span(), correction


def letters_of(text: str, rich: bool) -> Iterator[Letter]:
    """What a reader sees, with the place of each letter in the text."""
    if not rich:
        yield from (Letter(letter, place, place + 1) for place, letter in enumerate(text))
        return
    for atom in ATOM.finditer(text):
        if atom["block"]:
            yield Letter(NO_LETTER, *atom.span())
        elif atom["line"]:
            yield Letter("\n", *atom.span())
        elif not atom["inline"]:
            yield from (Letter(letter, *atom.span()) for letter in unescape(atom[0]))


def shortened(text: str) -> str:
    return text if len(text) <= AROUND else f"{text[:AROUND]}…"


def with_corrections(text: str, rich: bool, chosen: Collection[Occurrence]) -> str:
    """The text with the words of the occurrences in it, which must have been found in it."""
    for one in sorted(chosen, key=lambda one: one.start, reverse=True):
        becomes = escape(one.becomes, quote=False) if rich else one.becomes
        text = text[: one.start] + becomes + text[one.end :]
    return clean_html(text) if rich else text
