"""What the meeting page shows, worked out from the document, what is known of its edition, and the minute alone."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from agenda.changed import NEWEST, Changed, changed
from meetings.day_sheet.entries import Entry, instant
from meetings.day_sheet.sheets import AlertOfDay
from meetings.documents.calling_off import is_called_off
from meetings.documents.shape import Item, Link, MeetingDocument, Point, Session, TopicName
from meetings.indexing import walk
from meetings.publications import Publication
from meetings.vocabulary import WATCHED, LinkKind, PointKind, PointState

SITTING = (PointKind.START, PointKind.ROUND_TABLE, PointKind.SESSION, PointKind.MEAL)
AFTERWARDS = (LinkKind.RECORDING, LinkKind.BROADCAST, LinkKind.PHOTOS, LinkKind.LIVE_STREAM)


@dataclass(frozen=True)
class Section:
    """A run of the agenda under one session, or under none."""

    session: Session | None
    items: list[Item]


@dataclass(frozen=True)
class Day:
    date: dt.date | None
    entries: list[Entry]


def meeting_context(publication: Publication, minute: dt.datetime) -> dict[str, Any]:
    """The template's context; `minute` is the instant of the answer, to the minute, in UTC."""
    document = publication.document
    assert isinstance(document, MeetingDocument)
    today = minute.astimezone(ZoneInfo(document.timezone)).date()
    called_off = is_called_off(document)
    programme = days(publication, document, minute)
    entries = [entry for day in programme for entry in day.entries]
    is_over = has_ended(document, entries, today)
    coming = [] if called_off else entries
    alerts = [AlertOfDay(publication, document, alert) for alert in document.alerts]
    came_of = outcomes(document)
    watched, further = parted(document.links, is_over=is_over)
    return {
        "meeting": publication,
        "document": document,
        "sections": sections(document),
        "days": programme,
        "press": [entry for entry in coming if entry.point.kind == PointKind.PRESS_CONFERENCE],
        "start": next((entry for entry in coming if entry.point.kind == PointKind.START), None),
        "live": next_live(coming),
        "under_way": [entry for entry in coming if entry.point.kind in SITTING and entry.state == PointState.UNDER_WAY],
        "watched": [] if called_off else watched,
        "further": document.links if called_off else further,
        "alerts": alerts[:NEWEST],
        "earlier_alerts": alerts[NEWEST:],
        "changed": Changed() if called_off or is_over else changed(document, entries),
        "topics": topics(document),
        "outcomes": came_of,
        "has_results": bool(document.results or came_of),
        "is_called_off": called_off,
        "is_over": is_over and not called_off,
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


def days(meeting: Publication, document: MeetingDocument, minute: dt.datetime) -> list[Day]:
    """The programme by day, and what is known of each of its points at the minute."""

    def entry(point: Point, day: dt.date | None) -> Entry:
        at = instant(day, point.time, document.timezone) if day else None
        return Entry(meeting, document, point, day, at, minute)

    return [Day(date, [entry(point, date) for point in points]) for date, points in by_day(document)]


def by_day(document: MeetingDocument) -> list[tuple[dt.date | None, list[Point]]]:
    """The programme in the editors' order, cut where the date changes."""
    runs = groupby(document.programme, key=lambda point: point.date or document.start_date)
    return [(date, list(points)) for date, points in runs]


def has_ended(document: MeetingDocument, entries: Sequence[Entry], today: dt.date) -> bool:
    """Its days are over; or its last one is on, and the press office says of all its points that they have ended."""
    if document.end_date is None or document.end_date >= today:
        states = {entry.state for entry in entries}
        return document.end_date == today and PointState.ENDED in states <= {PointState.ENDED, PointState.CANCELLED}
    return True


def topics(document: MeetingDocument) -> list[TopicName]:
    """Those that its items take up, once each, in the agenda's order."""
    return list({topic.id: topic for item, _parent in walk(document.agenda) for topic in item.topics}.values())


def next_live(entries: Sequence[Entry]) -> Entry | None:
    """What is streamed live now, as the office says; else what is so next by the clock."""
    streamed = [entry for entry in entries if entry.point.live]
    now = (entry for entry in streamed if entry.state == PointState.UNDER_WAY)
    ahead = (entry for entry in streamed if entry.is_ahead and entry.at)
    return next(now, None) or min(ahead, key=lambda entry: (entry.at, entry.clock), default=None)


def outcomes(document: MeetingDocument) -> list[Item]:
    """The items of which it is known what came of them, in the agenda's order."""
    return [item for item, _parent in walk(document.agenda) if item.result]


def parted(links: Iterable[Link], *, is_over: bool) -> tuple[list[Link], list[Link]]:
    """Links to watch and to look at, and the others. Afterwards, recordings come first and streams last."""
    watched = [link for link in links if link.kind in WATCHED]
    if is_over:
        watched.sort(key=lambda link: AFTERWARDS.index(link.kind))
    return watched, [link for link in links if link.kind not in WATCHED]
