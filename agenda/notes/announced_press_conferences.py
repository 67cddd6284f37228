"""Read press conferences that a running text announces. The text stays as it is, and the programme gets the points."""

from collections.abc import Iterator
from uuid import uuid4

from agenda.notes import rules
from agenda.notes.document_builder import DocumentBuilder
from agenda.notes.inline_markup import strip_markup
from agenda.notes.opening_sentences import find_first_time, split_sentences
from agenda.notes.paragraphs import Paragraph
from agenda.notes.programme_line import detect_point_kind
from meetings.documents.choices import PointKind
from meetings.documents.schema import Point

MAX_TIME_DISTANCE = 80
"""A time within so many characters after “press conference” is its time."""


def add_announced_press_conferences(builder: DocumentBuilder, paragraph: Paragraph) -> None:
    """Add the press conferences that no list of the note has."""
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
