"""Write the opening sentences of a note: when the meeting and its parts start, and who chairs them."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from agenda.notes.date_parser import format_day
from agenda.notes.inline_markup import escape_markup
from agenda.notes.phrases import NotePhrases
from meetings.documents.choices import PointKind, TimePrecision
from meetings.documents.schema import Chair, Point, Session


def is_plain_start(point: Point) -> bool:
    """Return True if the point is a start with an exact time and nothing else. Only these are written as sentences."""
    bare = Point(
        id=point.id, kind=PointKind.START, session=point.session, date=point.date, time=point.time,
        time_precision=TimePrecision.EXACT, time_text=point.time_text,
    )  # fmt: skip
    return point.time is not None and point == bare


def build_opening_sentences(
    chairs: Sequence[Chair],
    starts: Sequence[Point],
    sessions: Sequence[Session],
    phrases: NotePhrases,
    *,
    is_called_off: bool,
) -> list[str]:
    """Return the sentences for each part (or day) of the meeting that has a start or chairs of its own.

    A meeting that is called off was to be chaired by somebody; its `starts` are not written.
    """
    written = phrases.output
    chaired = written.chaired
    if is_called_off:
        starts, chaired = [], written.chaired_as_planned
    starting = [(point.session, point.date) for point in starts]
    parts = dict.fromkeys([*starting, *((chair.session, chair.date) for chair in chairs)])
    sentences = []
    for session, date in parts:
        subject = format_subject(session, date, sessions, phrases)
        part_starts = [point for point in starts if (point.session, point.date) == (session, date)]
        part_chairs = [chair for chair in chairs if (chair.session, chair.date) == (session, date)]
        times = [point.time_text or point.time or "" for point in part_starts]
        names = format_chairs(part_chairs, phrases)
        if times and part_chairs:
            sentences.append(written.starts_and_chaired.format(subject=subject, time=times.pop(0), chairs=names))
        elif part_chairs:
            sentences.append(chaired.format(subject=subject, chairs=names))
        sentences += [written.starts.format(subject=subject, time=time) for time in times]
    return sentences


def format_subject(
    session: UUID | None, date: dt.date | None, sessions: Sequence[Session], phrases: NotePhrases
) -> str:
    title = next((known.title for known in sessions if known.id == session), None)
    day = format_day(date, phrases.calendar) if date else None
    if title is None:
        return phrases.output.on_day.format(day=day) if day else phrases.output.meeting
    subject = phrases.output.session.format(session=escape_markup(title))
    return phrases.output.session_on.format(subject=subject, day=day) if day else subject


def format_chairs(chairs: Sequence[Chair], phrases: NotePhrases) -> str:
    """Return “**A**, role, and **B**, role” or, without roles, “**A** and **B**”."""
    named = [
        f"**{escape_markup(chair.name)}**" + (f", {escape_markup(chair.role)}" if chair.role else "")
        for chair in chairs
    ]
    *first, last = named or [""]
    comma = "," if any(chair.role for chair in chairs) else ""
    return f"{', '.join(first)}{comma} {phrases.output.last_joiner} {last}" if first else last
