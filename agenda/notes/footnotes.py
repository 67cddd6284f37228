"""Footnotes, and the notice: “* This note has been drawn up under the responsibility of the press office.”"""

import re
from collections.abc import Iterable
from uuid import uuid4

from agenda.notes import rules
from agenda.notes.draft import Draft
from agenda.notes.marks import anchors, html_of, plain, read_marks
from agenda.notes.paragraphs import Paragraph
from meetings.documents.shape import Footnote

MARK = r"(?:\*{1,4}|\(\*{1,4}\)|\(\d{1,2}\)|\d{1,2}|[¹²³⁴⁵⁶⁷⁸⁹]|[†‡§]{1,2})"
NO_EMPHASIS = r"(?![^*]*[^*\s]\*)"
MARKED = re.compile(
    rf"(?P<mark>{MARK})(?:\s+(?=\S)|(?<!\*\*)(?<!\d)(?=[^\W\d_]){NO_EMPHASIS}|(?<=\d)(?=[A-Z]))(?P<text>.+)"
)
"""A space stands between mark and text, except behind a single sign: “*This note”.

“**Bold** words” and “*slanted* words” have no mark.
"""
REFERENCE = re.compile(
    r"(?<=[^\W\d_.)”’'])(\*{1,4}|\d{1,2}|[¹²³⁴⁵⁶⁷⁸⁹†‡§])(?![\w*/.])|(?<=[.)])(\*{1,4})(?!\S)|\((\*{1,4}|\d{1,2})\)"
)
LONGEST_NOTICE = 500


def marks_referred_to(paragraphs: Iterable[Paragraph]) -> set[str]:
    """Marks that stand right behind a word: BACKGROUND*, or behind the word's bracket or full stop."""
    found = (
        each
        for paragraph in paragraphs
        for match in REFERENCE.finditer("" if paragraph.is_long else paragraph.words)
        for each in match.groups()
    )
    return {mark for mark in found if mark}


def read_footnote(draft: Draft, paragraph: Paragraph, referred: set[str]) -> bool:
    """The notice, with or without its mark, or a footnote whose mark is referred to or follows on another footnote."""
    match = MARKED.fullmatch(paragraph.source)
    text = match["text"] if match else paragraph.source
    runs = read_marks(text)
    if draft.words.press.notice.match(notice := plain(runs)) and not draft.notice:
        if len(notice) <= LONGEST_NOTICE and not anchors(runs):
            draft.notice = notice
            draft.used(rules.NOTICE, paragraph.numbers)
            return True
    elif match and not is_mark(match["mark"], referred) and not follows_footnote(draft, match["mark"]):
        return False
    if match is None:
        return False
    draft.footnotes.append((paragraph.first, Footnote(id=uuid4(), mark=match["mark"], text=f"<p>{html_of(runs)}</p>")))
    draft.used(rules.FOOTNOTE, paragraph.numbers)
    return True


def is_mark(mark: str, referred: set[str]) -> bool:
    """A single star may be a bullet and a number the beginning of a text, unless a word refers to them."""
    return mark.strip("()") in referred or "**" in mark or "(*" in mark


def follows_footnote(draft: Draft, mark: str) -> bool:
    """A star may be a bullet, but not behind another footnote. A number may begin a text: it is never enough."""
    last = draft.read[-1] if draft.read else None
    return last is not None and last.rule in (rules.FOOTNOTE.name, rules.NOTICE.name) and not mark.strip("()").isdigit()
