"""Read the lead of a note: the subject of the meeting, and sentences with its start, chairs and press conferences."""

from collections.abc import Iterator, Sequence
from uuid import uuid4

from agenda.notes import rules
from agenda.notes.document_builder import DocumentBuilder
from agenda.notes.inline_markup import get_anchors, strip_markup
from agenda.notes.links import build_links
from agenda.notes.opening_sentences import apply_openings, find_first_time, read_openings, split_sentences
from agenda.notes.opening_writer import build_opening_sentences, is_plain_start
from agenda.notes.paragraphs import Paragraph
from agenda.notes.press_reader import PressReader
from agenda.notes.programme_line import detect_point_kind
from agenda.notes.rich_text_builder import RichTextBuilder
from meetings.documents.choices import PointKind
from meetings.documents.schema import Point

MAX_TIME_DISTANCE = 80
"""A time within so many characters after “press conference” is its time."""


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
        builder.document.links += build_links(get_anchors(paragraph.runs), builder.phrases)
        builder.record(rules.LEAD, paragraph)
        in_text.append(paragraph)
    for paragraph in in_text:
        if not paragraph.is_long:
            add_announced_press_conferences(builder, paragraph)
    press.close()
    builder.document.lead = rich_text.render()


def read_opening(builder: DocumentBuilder, paragraph: Paragraph, may_leave: bool) -> bool:
    """Read the facts of an opening sentence. Return True if the paragraph can be left out of the lead.

    This is so only if `may_leave` is True and the export would write exactly the same words again.
    """
    openings = [] if paragraph.is_long else read_openings(builder, paragraph.text, paragraph.first_line)
    if not openings or paragraph.bullet:
        return False
    document = builder.document
    chair_count, start_count = len(document.chairs), len(builder.starts)
    all_known = apply_openings(builder, openings)
    chairs, starts = document.chairs[chair_count:], builder.starts[start_count:]
    written = [
        " ".join(build_opening_sentences(chairs, starts, document.sessions, builder.phrases, is_called_off=called_off))
        for called_off in (False, True)
    ]
    is_written_again = all(map(is_plain_start, starts)) and paragraph.plain_text in map(strip_markup, written)
    may_leave = may_leave and all_known and is_written_again
    builder.record(rules.OPENING if may_leave else rules.OPENING_TEXT, paragraph)
    return may_leave


def add_announced_press_conferences(builder: DocumentBuilder, paragraph: Paragraph) -> None:
    """Add the press conferences that the text announces and no list of the note has. The text stays as it is."""
    for point in find_announced_press_conferences(builder, paragraph.text):
        if (point.kind, point.time) not in {(known.kind, known.time) for known in builder.programme}:
            builder.announced_points.append(point)
        builder.record(rules.POINT_IN_TEXT, paragraph)


def find_announced_press_conferences(builder: DocumentBuilder, text: str) -> Iterator[Point]:
    """Yield a point for each sentence that announces a press conference with its time."""
    for sentence in split_sentences(strip_markup(text)):
        match = builder.phrases.press.announcement.search(sentence)
        printed_time = find_first_time(builder.phrases, sentence[match.end() :][:MAX_TIME_DISTANCE]) if match else None
        if match and printed_time:
            title = strip_markup(match[0]).removesuffix("s").capitalize()
            kind = detect_point_kind(title, builder.phrases, PointKind.PRESS_CONFERENCE)
            yield Point(id=uuid4(), kind=kind, title=title, **printed_time._asdict())
