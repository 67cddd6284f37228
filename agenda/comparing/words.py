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

WORD = re.compile(r"\s*(?:[\w\u0300-\u036f]+|[^\w\s])")
MAX_EXACT_WORDS = (
    2000  # words from which difflib may take its short cut past frequent words; without it, it takes seconds
)
INLINE_TAGS = ("strong", "em", "sub", "sup", "a")
LIST_MARKS = {"ul": "•", "ol": "#"}
CONTEXT_WORDS = 12


class RunKind(StrEnum):
    KEPT = "kept"
    DELETED = "deleted"
    INSERTED = "inserted"


@dataclass(frozen=True)
class Run:
    kind: RunKind
    text: str


@dataclass(frozen=True)
class DiffWord:
    """A word with the space before it. The first one of a text has none, and yet is the same word anywhere else.

    `form` says how it is set, in words.
    """

    key: str
    form: str = ""
    text: str = field(default="", compare=False)


def build_sign(text: str) -> DiffWord:
    return DiffWord(text, text=text)


def compare_texts(old: str, new: str) -> tuple[Run, ...]:
    return compare_words(split_words(old), split_words(new)) or replace_text(old, new)


def compare_html(old: str, new: str) -> tuple[Run, ...]:
    return compare_words(split_html_words(old), split_html_words(new)) or replace_text(old, new)


def compare_lists(old: Sequence[str], new: Sequence[str]) -> tuple[Run, ...]:
    """Entry by entry, each on a line of its own."""
    return compare_words([build_sign(f"{entry}\n") for entry in old], [build_sign(f"{entry}\n") for entry in new])


def replace_text(old: str, new: str) -> tuple[Run, ...]:
    """The one value instead of the other; an empty one leaves no run."""
    runs = (Run(RunKind.DELETED, old), Run(RunKind.INSERTED, new))
    return tuple(run for run in runs if run.text)


def flatten_html(html: str) -> str:
    """Rich text as it is compared: on lines, without tags."""
    return join_words(split_html_words(html)).strip()


def compare_words(old: Sequence[DiffWord], new: Sequence[DiffWord]) -> tuple[Run, ...]:
    """Runs that say both texts; nothing where no word differs."""
    head = count_shared(old, new)
    tail = count_shared(old[head:][::-1], new[head:][::-1])
    middle = old[head : len(old) - tail], new[head : len(new) - tail]
    if not any(middle):
        return ()
    runs = [build_kept_run(old[:head], new[:head])]
    matcher = SequenceMatcher(None, *middle, autojunk=max(map(len, middle)) > MAX_EXACT_WORDS)
    for operation, i, j, k, m in matcher.get_opcodes():
        if operation == "equal":
            runs.append(build_kept_run(middle[0][i:j], middle[1][k:m]))
        else:
            runs += [
                Run(RunKind.DELETED, join_words(middle[0][i:j])),
                Run(RunKind.INSERTED, join_words(middle[1][k:m])),
            ]
    runs.append(build_kept_run(old[len(old) - tail :], new[len(new) - tail :]))
    return tuple(run for run in runs if run.text)


def count_shared(one: Sequence[Any], other: Sequence[Any]) -> int:
    """How many words two texts have in common from their beginning."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def build_kept_run(old: Sequence[DiffWord], new: Sequence[DiffWord]) -> Run:
    """With the space that the one has and the other, for standing first, has not."""
    both = zip(old, new, strict=True)
    return Run(RunKind.KEPT, "".join(max(a.text, b.text, key=len) for a, b in both))


def join_words(words: Sequence[DiffWord]) -> str:
    """The words as one text; how some of them are set is told behind them."""
    text = ""
    for form, some in groupby(words, key=lambda word: word.form):
        text += "".join(word.text for word in some) + (f" ({form})" if form else "")
    return text


def split_words(text: str, form: str = "", first: bool = True) -> list[DiffWord]:
    words: list[DiffWord] = []
    for found in WORD.findall(text):
        word = re.sub(r"^\s+", " ", found)
        begins = first and not words
        words.append(DiffWord(f" {word.lstrip()}" if begins else word, form, word.lstrip() if begins else word))
    return words


def split_html_words(html: str) -> list[DiffWord]:
    reader = HtmlWordParser()
    reader.feed(html)
    reader.close()
    reader.flush_words()
    return reader.words


class HtmlWordParser(HTMLParser):
    """Reads the closed set of HTML that texts hold (`meetings.richtext`)."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[DiffWord] = []
        self.text = ""
        self.forms: list[tuple[str, str]] = []
        self.lists: list[str] = []
        self.pending_mark: str | None = None  # the mark of a paragraph or point that has no word yet

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        inline = {"strong": _("bold"), "em": _("italics"), "sub": _("lowered"), "sup": _("raised")}
        blocks = {"p": "", "h3": _("heading:"), "h4": _("lesser heading:"), "blockquote": _("quotation:")}
        if tag in inline:
            self.start_form(tag, inline[tag])
        elif tag == "a":
            self.start_form(tag, " ".join(filter(None, (_("link to"), named.get("href"), named.get("hreflang")))))
        elif tag == "br":
            self.flush_words()
            self.words.append(build_sign(" ⏎\n"))
        elif tag in LIST_MARKS:
            start = named.get("start")
            self.lists.append(LIST_MARKS[tag] + (f"({start})" if start else ""))
        elif tag == "li":
            self.start_block("".join(self.lists))
        elif tag in blocks:
            self.start_block(blocks[tag])

    def handle_endtag(self, tag: str) -> None:
        self.flush_words()
        if tag in LIST_MARKS and self.lists:
            self.lists.pop()
        if tag in INLINE_TAGS:
            self.forms = [form for form in self.forms if form[0] != tag]
        elif tag != "br":
            self.start_block("")

    def handle_data(self, data: str) -> None:
        if self.pending_mark is not None and data.strip():
            if self.words:
                self.words.append(build_sign(" ¶\n"))
            if self.pending_mark:
                self.words.append(build_sign(f"{self.pending_mark} "))
            self.pending_mark = None
        self.text += data

    def start_form(self, tag: str, form: str) -> None:
        self.flush_words()
        self.forms.append((tag, form))

    def start_block(self, mark: str) -> None:
        self.flush_words()
        self.text = ""
        self.pending_mark = mark or self.pending_mark or ""

    def flush_words(self) -> None:
        """Takes the words read so far, all of them set in one way."""
        first = not self.words or self.words[-1].text.endswith((" ", "\n"))
        self.words += split_words(self.text, ", ".join(form for _tag, form in self.forms), first)
        self.text = " " if self.text[-1:].isspace() else ""


def shorten_runs(runs: Sequence[Run]) -> Iterator[Run]:
    """The runs with long kept ones cut to the words next to a change."""
    for place, run in enumerate(runs):
        words = re.findall(r"\s*\S+\s*", run.text)
        before, after = (CONTEXT_WORDS if place else 0), (CONTEXT_WORDS if place < len(runs) - 1 else 0)
        if run.kind != RunKind.KEPT or len(words) <= before + after + 1:
            yield run
        else:
            text = "".join([*words[:before], " … ", *words[len(words) - after :]])
            yield replace(run, text=text)
