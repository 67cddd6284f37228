"""Two texts compared word by word: runs of words that were kept, deleted or inserted.

Rich text is compared as people see it: words, the marks that begin a paragraph or a point, and how a word is set
(“migration (bold)”), so that a change of nothing but form shows as well.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from enum import StrEnum
from html.parser import HTMLParser
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

WORDS = re.compile(r"\s*(?:[\w\u0300-\u036f]+|[^\w\s])")
LONG = 2000  # words from which difflib may take its short cut past frequent words; without it, it takes seconds
INLINE = ("strong", "em", "sub", "sup", "a")
LISTS = {"ul": "•", "ol": "#"}
CONTEXT = 12


class RunKind(StrEnum):
    KEPT = "kept"
    DELETED = "deleted"
    INSERTED = "inserted"


@dataclass(frozen=True)
class Run:
    kind: RunKind
    text: str


@dataclass(frozen=True)
class Word:
    """A word with the space before it. The first one of a text has none, and yet is the same word anywhere else.

    `form` says how it is set, in words.
    """

    key: str
    form: str = ""
    text: str = field(default="", compare=False)


def sign(text: str) -> Word:
    return Word(text, text=text)


def compare_texts(old: str, new: str) -> tuple[Run, ...]:
    return compare_words(words_of(old), words_of(new)) or replaced(old, new)


def compare_html(old: str, new: str) -> tuple[Run, ...]:
    return compare_words(shown_words(old), shown_words(new)) or replaced(old, new)


def compare_lists(old: Sequence[str], new: Sequence[str]) -> tuple[Run, ...]:
    """Entry by entry, each on a line of its own."""
    return compare_words([sign(f"{entry}\n") for entry in old], [sign(f"{entry}\n") for entry in new])


def replaced(old: str, new: str) -> tuple[Run, ...]:
    """The one value instead of the other; an empty one leaves no run."""
    runs = (Run(RunKind.DELETED, old), Run(RunKind.INSERTED, new))
    return tuple(run for run in runs if run.text)


def plain(html: str) -> str:
    """Rich text as it is compared: on lines, without tags."""
    return spelt(shown_words(html)).strip()


def compare_words(old: Sequence[Word], new: Sequence[Word]) -> tuple[Run, ...]:
    """Runs that say both texts; nothing where no word differs."""
    head = shared(old, new)
    tail = shared(old[head:][::-1], new[head:][::-1])
    middle = old[head : len(old) - tail], new[head : len(new) - tail]
    if not any(middle):
        return ()
    runs = [kept(old[:head], new[:head])]
    matcher = SequenceMatcher(None, *middle, autojunk=max(map(len, middle)) > LONG)
    for operation, i, j, k, m in matcher.get_opcodes():
        if operation == "equal":
            runs.append(kept(middle[0][i:j], middle[1][k:m]))
        else:
            runs += [Run(RunKind.DELETED, spelt(middle[0][i:j])), Run(RunKind.INSERTED, spelt(middle[1][k:m]))]
    runs.append(kept(old[len(old) - tail :], new[len(new) - tail :]))
    return tuple(run for run in runs if run.text)


def shared(one: Sequence[Any], other: Sequence[Any]) -> int:
    """How many words two texts have in common from their beginning."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def kept(old: Sequence[Word], new: Sequence[Word]) -> Run:
    """With the space that the one has and the other, for standing first, has not."""
    both = zip(old, new, strict=True)
    return Run(RunKind.KEPT, "".join(max(a.text, b.text, key=len) for a, b in both))


def spelt(words: Sequence[Word]) -> str:
    """The words as one text; how some of them are set is told behind them."""
    text = ""
    for form, some in groupby(words, key=lambda word: word.form):
        text += "".join(word.text for word in some) + (f" ({form})" if form else "")
    return text


def words_of(text: str, form: str = "", first: bool = True) -> list[Word]:
    words: list[Word] = []
    for found in WORDS.findall(text):
        word = re.sub(r"^\s+", " ", found)
        begins = first and not words
        words.append(Word(f" {word.lstrip()}" if begins else word, form, word.lstrip() if begins else word))
    return words


def shown_words(html: str) -> list[Word]:
    reader = ShownWords()
    reader.feed(html)
    reader.close()
    reader.take()
    return reader.words


class ShownWords(HTMLParser):
    """Reads the closed set of HTML that texts hold (`meetings.richtext`)."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[Word] = []
        self.text = ""
        self.forms: list[tuple[str, str]] = []
        self.lists: list[str] = []
        self.begun: str | None = None  # the mark of a paragraph or point that has no word yet

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        inline = {"strong": _("bold"), "em": _("italics"), "sub": _("lowered"), "sup": _("raised")}
        blocks = {"p": "", "h3": _("heading:"), "h4": _("lesser heading:"), "blockquote": _("quotation:")}
        if tag in inline:
            self.set(tag, inline[tag])
        elif tag == "a":
            self.set(tag, " ".join(filter(None, (_("link to"), named.get("href"), named.get("hreflang")))))
        elif tag == "br":
            self.take()
            self.words.append(sign(" ⏎\n"))
        elif tag in LISTS:
            start = named.get("start")
            self.lists.append(LISTS[tag] + (f"({start})" if start else ""))
        elif tag == "li":
            self.begin("".join(self.lists))
        elif tag in blocks:
            self.begin(blocks[tag])

    def handle_endtag(self, tag: str) -> None:
        self.take()
        if tag in LISTS and self.lists:
            self.lists.pop()
        if tag in INLINE:
            self.forms = [form for form in self.forms if form[0] != tag]
        elif tag != "br":
            self.begin("")

    def handle_data(self, data: str) -> None:
        if self.begun is not None and data.strip():
            if self.words:
                self.words.append(sign(" ¶\n"))
            if self.begun:
                self.words.append(sign(f"{self.begun} "))
            self.begun = None
        self.text += data

    def set(self, tag: str, form: str) -> None:
        self.take()
        self.forms.append((tag, form))

    def begin(self, mark: str) -> None:
        self.take()
        self.text = ""
        self.begun = mark or self.begun or ""

    def take(self) -> None:
        """Takes the words read so far, all of them set in one way."""
        first = not self.words or self.words[-1].text.endswith((" ", "\n"))
        self.words += words_of(self.text, ", ".join(form for _tag, form in self.forms), first)
        self.text = " " if self.text[-1:].isspace() else ""


def excerpt(runs: Sequence[Run]) -> Iterator[Run]:
    """The runs with long kept ones cut to the words next to a change."""
    for place, run in enumerate(runs):
        words = re.findall(r"\s*\S+\s*", run.text)
        before, after = (CONTEXT if place else 0), (CONTEXT if place < len(runs) - 1 else 0)
        if run.kind != RunKind.KEPT or len(words) <= before + after + 1:
            yield run
        else:
            text = "".join([*words[:before], " … ", *words[len(words) - after :]])
            yield replace(run, text=text)
