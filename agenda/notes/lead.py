"""The lead of a note: what the meeting is about, and the opening sentences with its start and chairs."""

from collections.abc import Sequence

from agenda.notes import rules
from agenda.notes.announcements import press_conferences_in_text
from agenda.notes.draft import Draft, usable
from agenda.notes.flow import Flow
from agenda.notes.marks import anchors, plain_text
from agenda.notes.opening import place_openings, read_openings
from agenda.notes.opening_text import opening_sentences, told_in_opening
from agenda.notes.paragraphs import Paragraph
from agenda.notes.press import PressReader


def read_lead(draft: Draft, paragraphs: Sequence[Paragraph], press: PressReader) -> None:
    flow = Flow()
    in_text: list[Paragraph] = []
    at = 0
    while at < len(paragraphs):
        paragraph = paragraphs[at]
        taken = press.read(paragraph, next(iter(paragraphs[at + 1 : at + 2]), None))
        at += taken or 1
        if taken or read_opening(draft, paragraph, may_leave=not flow):
            continue
        flow.add(paragraph)
        draft.links += [(paragraph.first, draft.link(anchor)) for anchor in usable(anchors(paragraph.runs))]
        draft.used(rules.LEAD, paragraph.numbers)
        in_text.append(paragraph)
    for paragraph in in_text:
        if not paragraph.is_long:
            press_conferences_in_text(draft, paragraph)
    press.close()
    draft.lead = flow.html()


def read_opening(draft: Draft, paragraph: Paragraph, may_leave: bool) -> bool:
    """Takes the facts from the paragraph. It leaves the text only where the export writes the very same words again."""
    openings = [] if paragraph.is_long else read_openings(draft, paragraph.text, paragraph.first)
    if not openings or paragraph.bullet:
        return False
    chairs, points = len(draft.chairs), len(draft.starts)
    known = place_openings(draft, openings)
    starts = draft.starts[points:]
    written = opening_sentences(draft.chairs[chairs:], starts, draft.sessions, draft.words)
    if may_leave and known and all(map(told_in_opening, starts)) and plain_text(" ".join(written)) == paragraph.words:
        draft.used(rules.OPENING, paragraph.numbers)
        return True
    draft.used(rules.OPENING_TEXT, paragraph.numbers)
    return False
