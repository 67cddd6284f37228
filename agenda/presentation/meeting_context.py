"""Build the context of the meeting page from the document, the data of its edition, and the current minute alone."""

import datetime as dt
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import Any
from zoneinfo import ZoneInfo

from agenda.presentation.recent_changes import MAX_OPEN_ALERTS, RecentChanges, collect_recent_changes
from meetings.documents.called_off import is_called_off
from meetings.documents.choices import AUDIOVISUAL_KINDS, LinkKind, PointKind, PointState
from meetings.documents.schema import Item, Link, MeetingDocument, Point, Session
from meetings.documents.traversal import walk_items
from meetings.site.daily_schedule.entries import ScheduleEntry, combine_local_time
from meetings.site.daily_schedule.schedule import DayAlert
from meetings.site.publications import Publication

SITTING_KINDS = (PointKind.START, PointKind.ROUND_TABLE, PointKind.SESSION, PointKind.MEAL)
LINK_ORDER_AFTER_MEETING = (LinkKind.RECORDING, LinkKind.BROADCAST, LinkKind.PHOTOS, LinkKind.LIVE_STREAM)


@dataclass(frozen=True)
class AgendaSection:
    """A part of the agenda under one session, or under none."""

    session: Session | None
    items: list[Item]


@dataclass(frozen=True)
class ProgrammeDay:
    date: dt.date | None
    entries: list[ScheduleEntry]


def build_meeting_context(publication: Publication, minute: dt.datetime) -> dict[str, Any]:
    """Return the template context. `minute` is the instant of the request, truncated to the minute, in UTC."""
    document = publication.document
    assert isinstance(document, MeetingDocument)
    today = minute.astimezone(ZoneInfo(document.timezone)).date()
    called_off = is_called_off(document)
    programme = build_programme_days(publication, document, minute)
    entries = [entry for day in programme for entry in day.entries]
    is_over = is_meeting_over(document, entries, today)
    going_ahead = [] if called_off else entries
    under_way = [entry for entry in going_ahead if entry.state == PointState.UNDER_WAY]
    alerts = [DayAlert(publication, document, alert) for alert in document.alerts]
    items = [item for item, _parent in walk_items(document.agenda)]
    watched, further = split_links(document.links, is_over=is_over)
    outcomes = [item for item in items if item.result]
    return {
        "meeting": publication,
        "document": document,
        "sections": group_items_by_session(document),
        "days": programme,
        "press": [entry for entry in going_ahead if entry.point.kind == PointKind.PRESS_CONFERENCE],
        "start": next((entry for entry in going_ahead if entry.point.kind == PointKind.START), None),
        "live": find_live_point(going_ahead),
        "next_entry": find_next_entry(going_ahead, today),
        "under_way": under_way,
        "sitting": [entry for entry in under_way if entry.point.kind in SITTING_KINDS],
        "late_entry": find_late_entry(going_ahead),
        "watched": [] if called_off else watched,
        "further": document.links if called_off else further,
        "alerts": alerts[:MAX_OPEN_ALERTS],
        "earlier_alerts": alerts[MAX_OPEN_ALERTS:],
        "recent_changes": RecentChanges() if called_off or is_over else collect_recent_changes(document, entries),
        "topics": list({topic.id: topic for item in items for topic in item.topics}.values()),
        "outcomes": outcomes,
        "has_results": bool(document.results or outcomes),
        "is_called_off": called_off,
        "is_over": is_over and not called_off,
        "is_today": bool(
            document.start_date and document.end_date and document.start_date <= today <= document.end_date
        ),
    }


def list_days(document: MeetingDocument) -> list[dt.date]:
    """Return the days of the meeting and of its programme. Only near them does the context depend on the minute."""
    days = (document.start_date, document.end_date, *(point.date for point in document.programme))
    return [day for day in days if day]


def group_items_by_session(document: MeetingDocument) -> list[AgendaSection]:
    """Return the agenda in its order, split where the session changes.

    A session without items comes before the next session in the document's order.
    """
    by_id = {session.id: session for session in document.sessions}
    sections = [
        AgendaSection(by_id.get(key) if key else None, list(items))
        for key, items in groupby(document.agenda, key=lambda item: item.session)
    ]
    used = {section.session.id for section in sections if section.session}
    order = {session.id: number for number, session in enumerate(document.sessions)}
    latest = [*accumulate((order[section.session.id] if section.session else -1 for section in sections), max)]
    without_items: dict[int, list[AgendaSection]] = defaultdict(list)  # by the place that they come before
    for session in document.sessions:
        if session.id not in used and (session.text or session.place or session.date):
            without_items[bisect(latest, order[session.id])].append(AgendaSection(session, []))
    places = range(len(sections) + 1)
    return [section for place in places for section in (*without_items[place], *sections[place : place + 1])]


def build_programme_days(meeting: Publication, document: MeetingDocument, minute: dt.datetime) -> list[ProgrammeDay]:
    """Return the programme by day, with the state of each point at the minute."""

    def build_entry(point: Point, day: dt.date | None) -> ScheduleEntry:
        at = combine_local_time(day, point.time, document.timezone) if day else None
        return ScheduleEntry(meeting, document, point, day, at, minute)

    days = group_points_by_day(document)
    return [ProgrammeDay(date, [build_entry(point, date) for point in points]) for date, points in days]


def group_points_by_day(document: MeetingDocument) -> list[tuple[dt.date | None, list[Point]]]:
    """Return the programme in the editors' order, split where the date changes."""
    groups = groupby(document.programme, key=lambda point: point.date or document.start_date)
    return [(date, list(points)) for date, points in groups]


def is_meeting_over(document: MeetingDocument, entries: Sequence[ScheduleEntry], today: dt.date) -> bool:
    """Return whether the last day is past, or is today and the press office has marked all points as ended.

    Cancelled points do not count, if at least one point has ended. A meeting without a date is never over.
    """
    if document.end_date is None or document.end_date >= today:
        states = {entry.state for entry in entries}
        return document.end_date == today and PointState.ENDED in states <= {PointState.ENDED, PointState.CANCELLED}
    return True


def get_moment(entry: ScheduleEntry) -> tuple[Any, str]:
    """Return the key by which entries that have a time are sorted, also while the clocks go back."""
    return entry.starts_at, entry.local_time


def find_live_point(entries: Sequence[ScheduleEntry]) -> ScheduleEntry | None:
    """Return the point that is streamed live now according to the press office, else the next one by its time."""
    streamed = [entry for entry in entries if entry.point.live]
    now = (entry for entry in streamed if entry.state == PointState.UNDER_WAY)
    ahead = (entry for entry in streamed if entry.is_upcoming and entry.starts_at)
    return next(now, None) or min(ahead, key=get_moment, default=None)


def find_next_entry(entries: Sequence[ScheduleEntry], today: dt.date) -> ScheduleEntry | None:
    """Return the entry that comes next on `today` by its time, or else the first one without a time, or None."""
    ahead = [entry for entry in entries if entry.day == today and entry.is_upcoming]
    timed = [entry for entry in ahead if entry.starts_at]
    return min(timed, key=get_moment, default=next(iter(ahead), None))


def find_late_entry(entries: Iterable[ScheduleEntry]) -> ScheduleEntry | None:
    """Return the last entry whose time has come without news of it, or None if a later one is under way."""
    timed = [entry for entry in entries if entry.starts_at]
    begun = [entry for entry in timed if entry.is_expected or entry.state == PointState.UNDER_WAY]
    last = max(begun, key=get_moment, default=None)
    return last if last and last.is_expected else None


def split_links(links: Iterable[Link], *, is_over: bool) -> tuple[list[Link], list[Link]]:
    """Return the links to streams, recordings and photos, and the other links.

    When the meeting is over, recordings come first and live streams last.
    """
    watched = [link for link in links if link.kind in AUDIOVISUAL_KINDS]
    if is_over:
        watched.sort(key=lambda link: LINK_ORDER_AFTER_MEETING.index(link.kind))
    return watched, [link for link in links if link.kind not in AUDIOVISUAL_KINDS]
