"""Compare two texts word by word, with a result of runs of words that were kept, deleted or inserted.

Rich text is compared as people see it: words, the signs that begin a paragraph or a list entry, and the formatting of a
word (“migration (bold)”), so that a change of formatting alone is shown as well.
"""

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import Match, SequenceMatcher
from enum import StrEnum
from itertools import accumulate, groupby
from typing import Any

from django.utils.translation import gettext as _

from agenda.notes.rich_text_parser import LINE_BREAK, InlineElement, RichTextParagraph, parse_rich_text
from meetings.documents.plain_text import html_to_lines

WORD = re.compile(r"\s*(?:[\w\u0300-\u036f]+|[^\w\s])")
MAX_PAIRS_PER_WORD, MAX_STEPS = 10, 12_000_000
"""Pairs of equal words that runs begin with, for each word of two texts, and those that are looked at, again and again,
for one page.

Of 2,000 ordinary words, all pairs fit in. Of 30,000 words, a third of them changed, two thirds of the steps are enough.
All steps take about a second.
"""
MAX_PAGE_CHARACTERS, TAG_CHARACTERS, MAX_PAGE_ENTRIES = 800_000, 20, 20_000
"""The length of the texts that are compared word by word for one page, old and new ones, in which a tag counts as so
many characters; and the number of paragraphs and list entries that are compared as wholes.

A note of 13,000 characters with a change in each text, in 24 languages, fits in. To read so much takes a second.
Without a limit, two notes of the greatest length would take minutes.
"""
LIST_MARKS = {"ul": "•", "ol": "#"}
CONTEXT_WORDS = 12


class DiffKind(StrEnum):
    KEPT = "kept"
    DELETED = "deleted"
    INSERTED = "inserted"


@dataclass(frozen=True)
class DiffRun:
    """Consecutive words that were all kept, deleted or inserted."""

    kind: DiffKind
    text: str


@dataclass(frozen=True)
class DiffWord:
    """A word with the space before it. `form` is its formatting in words.

    The first word of a text has no space before it, but `key` has one, so that it is equal to the same word elsewhere.
    """

    key: str
    form: str = ""
    text: str = field(default="", compare=False)


def build_sign(text: str) -> DiffWord:
    return DiffWord(text, text=text)


def count_compared_characters(text: str) -> int:
    """Return the length of a text with its formatting in words: the address of a link comes after each change in it.

    Each of its words may be a change.
    """
    links = (link.partition(">") for link in text.split("<a ")[1:])
    linked = ((tag, words.partition("</a>")[0]) for tag, _end, words in links)
    repeated = sum(len(tag) * (words.count("<") + len(words.split()) - 1) for tag, words in linked if words)
    return len(text) + TAG_CHARACTERS * text.count("<") + repeated


class ComparisonBudget:
    """How much is compared for one page, in all its texts and languages together. It never grows."""

    def __init__(self) -> None:
        self.characters_left, self.entries_left, self.steps_left = MAX_PAGE_CHARACTERS, MAX_PAGE_ENTRIES, MAX_STEPS

    def take_texts(self, *texts: str) -> bool:
        """Return True if these texts may be compared word by word. Those that may not cost nothing."""
        cost = sum(map(count_compared_characters, texts))
        allowed = cost <= self.characters_left
        self.characters_left -= cost * allowed
        return allowed

    def take_entries(self, count: int) -> bool:
        """Return True if so many paragraphs or list entries may be compared."""
        allowed = count <= self.entries_left
        self.entries_left -= count * allowed
        return allowed


class BoundedMatcher(SequenceMatcher[int]):
    """Find what two sequences have in common, in a time that grows with their length, and in the steps of the budget.

    For each run that it finds, difflib looks at all pairs of equal words again, so that a text with one repeated word
    takes minutes. Here, a run does not begin with a word that has too many pairs, and what is left when no steps are
    left has nothing in common.
    """

    a: Sequence[int]
    b2j: dict[int, list[int]]

    def __init__(self, old: Sequence[Hashable], new: Sequence[Hashable], budget: ComparisonBudget) -> None:
        numbers: dict[Hashable, int] = {}
        old, new = ([numbers.setdefault(word, len(numbers)) for word in words] for words in (old, new))
        frequent = find_frequent_words(old, new, MAX_PAIRS_PER_WORD * (len(old) + len(new)))
        super().__init__(frequent.__contains__, old, new, autojunk=False)
        self.budget = budget
        self.steps = list(accumulate((1 + len(self.b2j.get(word, ())) for word in old), initial=0))

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        steps = self.steps[len(self.a) if ahi is None else ahi] - self.steps[alo]
        if steps > self.budget.steps_left:
            return Match(alo, blo, 0)
        self.budget.steps_left -= steps
        return super().find_longest_match(alo, ahi, blo, bhi)


def find_frequent_words(old: Sequence[int], new: Sequence[int], max_pairs: int) -> set[int]:
    """Return the words that have the most pairs of a word of `old` and the same of `new`, if all have too many."""
    old_counts, new_counts = Counter(old), Counter(new)
    pairs = sorted((count * new_counts[word], word) for word, count in old_counts.items())
    totals = accumulate(number for number, _word in pairs)
    return {word for (_number, word), total in zip(pairs, totals, strict=True) if total > max_pairs}


def compare_texts(old: str, new: str, budget: ComparisonBudget | None = None) -> tuple[DiffRun, ...]:
    budget = budget or ComparisonBudget()
    runs = compare_words(split_words(old), split_words(new), budget) if budget.take_texts(old, new) else ()
    return runs or replace_text(old, new)


def compare_html(old: str, new: str, budget: ComparisonBudget | None = None) -> tuple[DiffRun, ...]:
    budget = budget or ComparisonBudget()
    if not budget.take_texts(old, new):
        return compare_paragraphs(old, new, budget)
    return compare_words(split_html_words(old), split_html_words(new), budget) or replace_text(old, new)


def compare_paragraphs(old: str, new: str, budget: ComparisonBudget) -> tuple[DiffRun, ...]:
    """Compare two rich texts paragraph by paragraph, without their formatting, where words would take too long."""
    old, new = html_to_lines(old), html_to_lines(new)
    return compare_lists(old.split("\n"), new.split("\n"), budget) or replace_text(old, new)


def compare_lists(old: Sequence[str], new: Sequence[str], budget: ComparisonBudget) -> tuple[DiffRun, ...]:
    """Compare two lists entry by entry, each entry on a line of its own, or replace the whole list."""
    if not budget.take_entries(len(old) + len(new)):
        return replace_text("\n".join(old), "\n".join(new))
    old_words, new_words = ([build_sign(f"{entry}\n") for entry in entries] for entries in (old, new))
    return compare_words(old_words, new_words, budget)


def replace_text(old: str, new: str) -> tuple[DiffRun, ...]:
    """Return the old text as deleted and the new one as inserted. An empty text has no run."""
    runs = (DiffRun(DiffKind.DELETED, old), DiffRun(DiffKind.INSERTED, new))
    return tuple(run for run in runs if run.text)


def flatten_html(html: str) -> str:
    """Return rich text in the form in which it is compared: in lines, without tags."""
    return join_words(split_html_words(html)).strip()


def compare_words(old: Sequence[DiffWord], new: Sequence[DiffWord], budget: ComparisonBudget) -> tuple[DiffRun, ...]:
    """Return runs that contain both texts, or nothing if no word differs."""
    head = count_shared(old, new)
    tail = count_shared(old[head:][::-1], new[head:][::-1])
    middle = old[head : len(old) - tail], new[head : len(new) - tail]
    if not any(middle):
        return ()
    runs = [build_kept_run(old[:head], new[:head])]
    for operation, i, j, k, m in BoundedMatcher(*middle, budget).get_opcodes():
        if operation == "equal":
            runs.append(build_kept_run(middle[0][i:j], middle[1][k:m]))
        else:
            runs += [
                DiffRun(DiffKind.DELETED, join_words(middle[0][i:j])),
                DiffRun(DiffKind.INSERTED, join_words(middle[1][k:m])),
            ]
    runs.append(build_kept_run(old[len(old) - tail :], new[len(new) - tail :]))
    return tuple(run for run in runs if run.text)


def count_shared(old: Sequence[Any], new: Sequence[Any]) -> int:
    """Return how many words the two texts have in common from their beginning."""
    return next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))


def build_kept_run(old: Sequence[DiffWord], new: Sequence[DiffWord]) -> DiffRun:
    """Return the words as one kept run.

    A word that is the first in only one of the texts has no space before it there; the run has the space.
    """
    pairs = zip(old, new, strict=True)
    return DiffRun(DiffKind.KEPT, "".join(max(a.text, b.text, key=len) for a, b in pairs))


def join_words(words: Sequence[DiffWord]) -> str:
    """Return the words as one text, with their formatting in brackets after them."""
    text = ""
    for form, words_in_form in groupby(words, key=lambda word: word.form):
        text += "".join(word.text for word in words_in_form) + (f" ({form})" if form else "")
    return text


def split_words(text: str, form: str = "", first: bool = True) -> list[DiffWord]:
    """Return the words of a plain text. `first`: the first word of `text` begins a text or a line."""
    words: list[DiffWord] = []
    for match in WORD.findall(text.rstrip()):  # from each space at the end, it would look for a word
        word = re.sub(r"^\s+", " ", match)
        is_first = first and not words
        words.append(DiffWord(f" {word.lstrip()}" if is_first else word, form, word.lstrip() if is_first else word))
    return words


def split_html_words(html: str) -> list[DiffWord]:
    words: list[DiffWord] = []
    for paragraph in parse_rich_text(html):
        words += [build_sign(" ¶\n")] * bool(words)
        if mark := format_paragraph_mark(paragraph):
            words.append(build_sign(f"{mark} "))
        space = ""
        for text, elements in paragraph.pieces:
            if text == LINE_BREAK:
                words.append(build_sign(" ⏎\n"))
                continue
            first = not words or words[-1].text.endswith((" ", "\n"))
            words += split_words(space + text, ", ".join(map(format_element, elements)), first)
            space = " " if text[-1:].isspace() else ""
    return words


def format_paragraph_mark(paragraph: RichTextParagraph) -> str:
    """Return the sign with which the paragraph begins: of a heading, a quotation or the entry of a list, or ""."""
    entry = "".join(LIST_MARKS[each.tag] + (f"({each.start})" if each.start else "") for each in paragraph.lists)
    marks = {"h3": _("heading:"), "h4": _("subheading:"), "blockquote": _("quotation:"), "li": entry}
    return next((marks[tag] for tag in reversed(paragraph.opened) if marks.get(tag)), "")


def format_element(element: InlineElement) -> str:
    names = {"strong": _("bold"), "em": _("italics"), "sub": _("subscript"), "sup": _("superscript")}
    if element.tag in names:
        return names[element.tag]
    return " ".join(filter(None, (_("link to"), element.attributes.get("href"), element.attributes.get("hreflang"))))


def shorten_runs(runs: Sequence[DiffRun]) -> Iterator[DiffRun]:
    """Yield the runs; long kept ones are shortened to the words next to a change."""
    for index, run in enumerate(runs):
        words = re.findall(r"(?:\A\s+)?\S+\s*", run.text)  # only white space at the start may begin a word
        before, after = (CONTEXT_WORDS if index else 0), (CONTEXT_WORDS if index < len(runs) - 1 else 0)
        if run.kind != DiffKind.KEPT or len(words) <= before + after + 1:
            yield run
        else:
            text = "".join([*words[:before], " … ", *words[len(words) - after :]])
            yield replace(run, text=text)
