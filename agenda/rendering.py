"""What the meeting page shows, worked out from the document alone."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from meetings.documents.calling_off import is_called_off
from meetings.documents.shape import Item, Link, MeetingDocument, Point, Session
from meetings.vocabulary import WATCHED, PointKind


@dataclass(frozen=True)
class Section:
    """A run of the agenda under one session, or under none."""

    session: Session | None
    items: list[Item]


@dataclass(frozen=True)
class Day:
    date: dt.date | None
    points: list[Point]


def meeting_context(document: MeetingDocument, minute: dt.datetime) -> dict[str, Any]:
    """The template's context; `minute` is the instant of the answer, to the minute, in UTC."""
    today = minute.astimezone(ZoneInfo(document.timezone)).date()
    called_off = is_called_off(document)
    watched, further = ([], document.links) if called_off else parted(document.links)
    return {
        "document": document,
        "sections": sections(document),
        "days": days(document),
        "press": [p for p in document.programme if p.kind == PointKind.PRESS_CONFERENCE and not called_off],
        "watched": watched,
        "further": further,
        "is_over": bool(document.end_date and document.end_date < today),
        "is_today": bool(
            document.start_date and document.end_date and document.start_date <= today <= document.end_date
        ),
    }


def sections(document: MeetingDocument) -> list[Section]:
    """The agenda in its order, cut where the session changes. A session without items stands before the next one."""
    by_id = {session.id: session for session in document.sessions}
    runs = [
        Section(by_id.get(key) if key else None, list(items))
        for key, items in groupby(document.agenda, key=lambda item: item.session)
    ]
    used = {run.session.id for run in runs if run.session}
    place = {session.id: number for number, session in enumerate(document.sessions)}
    for session in document.sessions:
        if session.id not in used and (session.text or session.place or session.date):
            later = (n for n, run in enumerate(runs) if run.session and place[run.session.id] > place[session.id])
            runs.insert(next(later, len(runs)), Section(session, []))
    return runs


def days(document: MeetingDocument) -> list[Day]:
    """The programme in the editors' order, cut where the date changes."""
    runs = groupby(document.programme, key=lambda point: point.date or document.start_date)
    return [Day(date, list(points)) for date, points in runs]


def parted(links: Iterable[Link]) -> tuple[list[Link], list[Link]]:
    """Links to watch and to look at, and the others."""
    watched = [link for link in links if link.kind in WATCHED]
    return watched, [link for link in links if link.kind not in WATCHED]
