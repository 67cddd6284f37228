"""Read footnotes and the notice: “* This note has been drawn up under the responsibility of the press office.”"""

import re
from collections.abc import Iterable
from uuid import uuid4

from agenda.notes import rules
from agenda.notes.document_builder import DocumentBuilder
from agenda.notes.inline_markup import get_anchors, get_plain_text, parse_markup, render_runs
from agenda.notes.paragraphs import Paragraph
from meetings.documents.schema import Footnote

MARK = r"(?:\*{1,4}|\(\*{1,4}\)|\(\d{1,2}\)|\d{1,2}|[¹²³⁴⁵⁶⁷⁸⁹]|[†‡§]{1,2})"
NO_EMPHASIS = r"(?![^*]*[^*\s]\*)"
MARKED_TEXT = re.compile(
    rf"(?P<mark>{MARK})(?:\s+(?=\S)|(?<!\*\*)(?<!\d)(?=[^\W\d_]){NO_EMPHASIS}|(?<=\d)(?=[A-Z]))(?P<text>.+)"
)
"""A text with a footnote mark. A space separates them, except after a single sign: “*This note”.

“**Bold** words” and “*slanted* words” have no mark.
"""
MARK_REFERENCE = re.compile(
    r"(?<=[^\W\d_.)”’'])(\*{1,4}|\d{1,2}|[¹²³⁴⁵⁶⁷⁸⁹†‡§])(?![\w*/.])|(?<=[.)])(\*{1,4})(?!\S)|\((\*{1,4}|\d{1,2})\)"
)
MAX_NOTICE_LENGTH = 500


def find_referenced_marks(paragraphs: Iterable[Paragraph]) -> set[str]:
    """Return the marks that are printed directly after a word (BACKGROUND*), or after its bracket or full stop."""
    texts = [paragraph.plain_text for paragraph in paragraphs if not paragraph.is_long]
    return {mark for text in texts for match in MARK_REFERENCE.finditer(text) for mark in match.groups() if mark}


def read_footnote(builder: DocumentBuilder, paragraph: Paragraph, referenced_marks: set[str]) -> bool:
    """Read the notice, with or without its mark, or a footnote. Return True if the paragraph is one of them.

    A footnote's mark must be referred to, or the footnote must come after another one.
    """
    match = MARKED_TEXT.fullmatch(paragraph.source)
    text = match["text"] if match else paragraph.source
    runs = parse_markup(text)
    if builder.phrases.press.notice.match(notice := get_plain_text(runs)) and not builder.document.notice:
        if len(notice) <= MAX_NOTICE_LENGTH and not get_anchors(runs):
            builder.document.notice = notice
            builder.record(rules.NOTICE, paragraph)
            return True
    elif (
        match
        and not is_footnote_mark(match["mark"], referenced_marks)
        and not is_after_footnote(builder, match["mark"])
    ):
        return False
    if match is None:
        return False
    footnote = Footnote(id=uuid4(), mark=match["mark"], text=f"<p>{render_runs(runs)}</p>")
    builder.document.footnotes.append(footnote)
    builder.record(rules.FOOTNOTE, paragraph)
    return True


def is_footnote_mark(mark: str, referenced_marks: set[str]) -> bool:
    """Return True if the mark is a footnote's.

    If no word refers to it, a single star may be a bullet, and a number may begin a text.
    """
    return mark.strip("()") in referenced_marks or "**" in mark or "(*" in mark


def is_after_footnote(builder: DocumentBuilder, mark: str) -> bool:
    """Return True if the paragraph before is a footnote or the notice, so that a star is no bullet.

    For a number this is not enough, because a text may begin with a number.
    """
    last = builder.applied_rules[-1] if builder.applied_rules else None
    return last is not None and last.rule in (rules.FOOTNOTE.name, rules.NOTICE.name) and not mark.strip("()").isdigit()
