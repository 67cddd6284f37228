"""Read the lead of a note: the subject of the meeting, and the opening sentences with its start and chairs."""

from collections.abc import Sequence

from agenda.notes import rules
from agenda.notes.announcements import add_announced_press_conferences
from agenda.notes.draft import DocumentBuilder, select_usable_anchors
from agenda.notes.flow import RichTextBuilder
from agenda.notes.marks import get_anchors, strip_markup
from agenda.notes.opening import apply_openings, read_openings
from agenda.notes.opening_text import build_opening_sentences, is_plain_start
from agenda.notes.paragraphs import Paragraph
from agenda.notes.press import PressReader


def read_lead(builder: DocumentBuilder, paragraphs: Sequence[Paragraph], press: PressReader) -> None:
    rich_text = RichTextBuilder()
    in_text: list[Paragraph] = []
    at = 0
    while at < len(paragraphs):
        paragraph = paragraphs[at]
        count = press.read(paragraph, next(iter(paragraphs[at + 1 : at + 2]), None))
        at += count or 1
        if count or read_opening(builder, paragraph, may_leave=not rich_text):
            continue
        rich_text.add(paragraph)
        builder.links += [
            (paragraph.first_line, builder.build_link(anchor))
            for anchor in select_usable_anchors(get_anchors(paragraph.runs))
        ]
        builder.record(rules.LEAD, paragraph.line_numbers)
        in_text.append(paragraph)
    for paragraph in in_text:
        if not paragraph.is_long:
            add_announced_press_conferences(builder, paragraph)
    press.close()
    builder.lead = rich_text.render()


def read_opening(builder: DocumentBuilder, paragraph: Paragraph, may_leave: bool) -> bool:
    """Read the facts of an opening sentence. Return True if the paragraph can be left out of the lead.

    This is so only if `may_leave` is True and the export would write exactly the same words again.
    """
    openings = [] if paragraph.is_long else read_openings(builder, paragraph.text, paragraph.first_line)
    if not openings or paragraph.bullet:
        return False
    chairs, points = len(builder.chairs), len(builder.starts)
    all_known = apply_openings(builder, openings)
    starts = builder.starts[points:]
    written = build_opening_sentences(builder.chairs[chairs:], starts, builder.sessions, builder.phrases)
    if (
        may_leave
        and all_known
        and all(map(is_plain_start, starts))
        and strip_markup(" ".join(written)) == paragraph.plain_text
    ):
        builder.record(rules.OPENING, paragraph.line_numbers)
        return True
    builder.record(rules.OPENING_TEXT, paragraph.line_numbers)
    return False
