"""Press conferences that running text announces: the text stays, and the programme has them too."""

from collections.abc import Iterator
from uuid import uuid4

from agenda.notes import rules
from agenda.notes.draft import Draft
from agenda.notes.marks import plain_text
from agenda.notes.opening import first_moment, sentences
from agenda.notes.paragraphs import Paragraph
from agenda.notes.point_lines import kind_of
from meetings.documents.shape import Point
from meetings.vocabulary import PointKind

NEAR = 80
"""So many characters behind “press conference”, a time is its time."""


def press_conferences_in_text(draft: Draft, paragraph: Paragraph) -> None:
    """Adds those that no list of the note has."""
    for point in held_in_text(draft, paragraph.text):
        if (point.kind, point.time) not in {(each.kind, each.time) for each in draft.programme}:
            draft.points_in_text.append(point)
        draft.used(rules.POINT_IN_TEXT, paragraph.numbers)


def held_in_text(draft: Draft, text: str) -> Iterator[Point]:
    for sentence in sentences(plain_text(text)):
        match = draft.words.press.held.search(sentence)
        moment = first_moment(draft.words, sentence[match.end() :][:NEAR]) if match else None
        if match and moment:
            title = plain_text(match[0]).removesuffix("s").capitalize()
            kind = kind_of(title, draft.words, PointKind.PRESS_CONFERENCE)
            yield Point(
                id=uuid4(),
                kind=kind,
                title=title,
                time=moment.time,
                time_precision=moment.precision,
                time_text=moment.text,
            )
