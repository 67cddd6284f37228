"""Build the events of meetings, which last whole days, and of programme points with a time, half an hour each."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

from django.utils.translation import gettext as _

from meetings.documents.called_off import is_called_off
from meetings.documents.choices import MeetingStatus, TimePrecision
from meetings.documents.dates import get_known_days
from meetings.documents.plain_text import html_to_lines
from meetings.documents.schedule import find_live_streams, is_for_press, select_live_streams
from meetings.documents.schema import Link, MeetingDocument, Point, Tombstone
from meetings.feeds.calendars.ical import CalendarEvent, EventStatus
from meetings.feeds.calendars.queries import CalendarMeeting, ProgrammeHistory
from meetings.feeds.calendars.slots import (
    UNREADABLE,
    DaySlot,
    PointSlot,
    ProgrammeExtract,
    compute_sequence,
    find_day_slot,
    find_slot,
    get_event_status,
)
from meetings.i18n.event_texts import (
    describe_status_with_reason,
    describe_takes_place,
    format_earlier_date,
    format_event_time,
    format_place,
    format_point_state,
    format_point_title,
    join_nonempty,
    list_earlier_times,
    list_programme_lines,
    use_language,
)
from meetings.i18n.languages import get_interface_language, get_page_language
from meetings.i18n.page_paths import get_page_path
from meetings.models import Edition

DAY = dt.timedelta(days=1)
MAX_LAST_DAY = dt.date.max - DAY
EXACT_PRECISIONS = (TimePrecision.EXACT, TimePrecision.RELATIVE, TimePrecision.NOT_STATED)


def build_events(
    meeting: CalendarMeeting,
    histories: Mapping[UUID, ProgrammeHistory],
    site: str,
    describe: Callable[[MeetingDocument], str] | None = None,
) -> list[CalendarEvent]:
    """Return the event of the meeting, and those of its points if `histories` has them.

    The description of the meeting's event begins with what `describe` returns. Events are in the language of the
    document or notice.
    """
    document = meeting.document
    if document is None:
        return []
    page = urljoin(site, get_page_path(meeting.edition_document.edition.address, get_page_language()))
    with use_language(document.language):
        if isinstance(document, Tombstone):
            events = [build_withdrawn_event(meeting, document, page)]
        else:
            events = [build_meeting_event(meeting, document, page, describe(document) if describe else "")]
        if history := histories.get(meeting.id):
            events += PointEvents(meeting, document, history, page)
    return events


def build_press_events(
    meeting: CalendarMeeting, history: ProgrammeHistory, site: str, kind: str
) -> list[CalendarEvent]:
    """Return the events of a meeting's press conferences and live streams, or of one `kind` (`is_for_press`).

    One without a time lasts the whole day. A withdrawn meeting has none, and neither does a point that was removed so
    long ago that nobody can say what it was.
    """
    document = meeting.document
    if not isinstance(document, MeetingDocument):
        return []
    page = urljoin(site, get_page_path(meeting.edition_document.edition.address, get_page_language()))
    with use_language(document.language):
        return list(PointEvents(meeting, document, history, page, for_press=True, press_kind=kind))


def build_meeting_event(
    meeting: CalendarMeeting, document: MeetingDocument, page: str, beginning: str
) -> CalendarEvent:
    """Return the event of a meeting. `document` is the decoded one, `page` the address of its page.

    Its description starts with `beginning`.
    """
    start, end = get_event_days(document, meeting.edition_document.edition)
    return CalendarEvent(
        id=document.id,
        sequence=meeting.sequence,
        status=get_event_status(document),
        start=start,
        end=end + DAY,
        summary=format_meeting_summary(document),
        language=document.language,
        url=page,
        modified_at=meeting.edition_document.history.modified_at,
        published_at=meeting.edition_document.history.published_at,
        location=format_place(document.place),
        description=join_nonempty(beginning, *list_meeting_description(document), page, by="\n\n"),
        categories=(document.configuration.name, document.configuration.code),
        streams=list_stream_labels([] if is_called_off(document) else select_live_streams(document.links)),
    )


def list_stream_labels(links: list[Link]) -> tuple[tuple[str, str], ...]:
    """Return the titles and addresses of live streams, for CONFERENCE."""
    return tuple((link.title or str(link.kind.label), link.url) for link in links)


def build_withdrawn_event(meeting: CalendarMeeting, tombstone: Tombstone, page: str) -> CalendarEvent:
    """Return the event of a withdrawn meeting: what its page still shows, which is the notice and nothing of the text.

    If the notice says that the meeting itself takes place, its day stays in calendars.
    """
    edition = meeting.edition_document.edition
    start, end = get_event_days(tombstone, edition)
    return CalendarEvent(
        id=meeting.id,
        sequence=meeting.sequence,
        status=EventStatus.CONFIRMED if tombstone.takes_place else EventStatus.CANCELLED,
        start=start,
        end=end + DAY,
        summary=(_("Page withdrawn: %s") if tombstone.takes_place else _("Withdrawn: %s")) % tombstone.title,
        language=tombstone.language,
        url=page,
        modified_at=edition.available_from,
        description=join_nonempty(
            tombstone.reason, describe_takes_place(tombstone.takes_place), format_withdrawal_notice(page), by="\n\n"
        ),
    )


def format_withdrawal_notice(page: str) -> str:
    return f"{_('The press office has withdrawn the page at this address:')} {page}"


def get_event_days(document: MeetingDocument | Tombstone, edition: Edition) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of the meeting; if it has lost its date, those it had.

    DTEND needs one more day, so the last day that Python has is not returned.
    """
    previous = document.previous if isinstance(document, MeetingDocument) else []
    days = get_known_days(edition.start_date, edition.end_date, previous)
    if days is None:
        return edition.listed_on, edition.listed_on
    return min(days[0], MAX_LAST_DAY), min(days[1], MAX_LAST_DAY)


def format_meeting_summary(document: MeetingDocument) -> str:
    """Return the title. It says “Postponed” or “Cancelled” where that applies, as not every program shows STATUS."""
    if get_event_status(document) != EventStatus.CANCELLED:
        return document.title
    words = _("Postponed: %s") if document.status == MeetingStatus.POSTPONED else _("Cancelled: %s")
    return words % document.title


def list_meeting_description(document: MeetingDocument) -> Iterator[str]:
    yield join_nonempty(describe_status_with_reason(document), *map(format_earlier_date, document.previous), by="\n")
    yield html_to_lines(document.lead)
    if lines := "\n".join(list_programme_lines(document)):
        planned = _("This was the programme as planned.") if is_called_off(document) else ""
        zone = _("Local times (%(timezone)s)") % {"timezone": document.timezone}
        yield join_nonempty(planned, zone, lines, by="\n")
    if not is_called_off(document):
        yield "\n".join(f"{link.title}: {link.url}" for link in select_live_streams(document.links))


@dataclass(frozen=True)
class PointEvents:
    """The events of a meeting's programme points. `page` is the address of the meeting's page.

    With `for_press`, only those of press conferences and live streams, or of a `press_kind`, also without a time.
    """

    meeting: CalendarMeeting
    document: MeetingDocument | Tombstone
    history: ProgrammeHistory
    page: str
    for_press: bool = False
    press_kind: str = ""

    def __iter__(self) -> Iterator[CalendarEvent]:
        """Yield the events, including those of removed points: calendar programs must learn that they are cancelled."""
        current_ids = set()
        if isinstance(self.document, MeetingDocument):
            for point in self.document.programme:
                slot = find_slot(self.document, point) or (
                    find_day_slot(self.document, point) if self.for_press else None
                )
                if slot:
                    current_ids.add(point.id)
                if slot and (is_for_press(point, self.press_kind) or not self.for_press):
                    yield self.build_point_event(self.document, point, slot)
        for id_ in sorted(self.history.point_ids - current_ids):
            if not self.for_press or self.was_for_press(id_):
                yield self.build_removed_event(id_)

    def was_for_press(self, id_: UUID) -> bool:
        """Return whether a removed point was for the press when an edition that can be read had it last."""
        found = (find_point(run.programme, id_) for run in reversed(self.history.runs[:-1]))
        point, _slot = next(filter(None, found), (None, None))
        return point is not None and is_for_press(point, self.press_kind)

    def build_point_event(self, document: MeetingDocument, point: Point, slot: PointSlot | DaySlot) -> CalendarEvent:
        address = f"{self.page}#point-{point.id}"
        return CalendarEvent(
            id=point.id,
            sequence=compute_point_sequence(point.id, self.history),
            status=slot.status,
            start=slot.start,
            end=slot.end,
            summary=format_point_summary(point, slot.status, document.title),
            language=document.language,
            url=address,
            modified_at=self.meeting.edition_document.history.modified_at,
            published_at=self.meeting.edition_document.history.published_at,
            location=slot.place,
            description=join_nonempty(*list_point_description(document, point), address, by="\n\n"),
            categories=(document.configuration.name, document.configuration.code),
            parent_id=document.id,
            streams=list_stream_labels(find_live_streams(document, point)),
        )

    def build_removed_event(self, id_: UUID) -> CalendarEvent:
        """Return the cancelled event of a removed point, as it was last published.

        If nobody may read an edition that had it, the event says neither what it was nor when. Its day is that of the
        meeting, which is public anyway. So is the title that the notice of a withdrawn meeting has.
        """
        sequence, parent_id = compute_point_sequence(id_, self.history), self.meeting.id
        common: dict[str, Any] = {"id": id_, "sequence": sequence, "url": self.page, "parent_id": parent_id}
        edition = self.meeting.edition_document.edition
        for run, after in reversed(list(pairwise(self.history.runs))):
            if found := find_point(run.programme, id_):
                point, slot = found
                with use_language(edition.source_language):
                    name = format_point_summary(point, EventStatus.CANCELLED)
                return CalendarEvent(
                    status=EventStatus.CANCELLED,
                    start=slot.start,
                    end=slot.end,
                    summary=name,
                    language=edition.source_language,
                    modified_at=after.since,
                    location=slot.place,
                    description=self.page,
                    **common,
                )
        start, _end = get_event_days(self.document, edition)
        notice = self.document if isinstance(self.document, Tombstone) else None
        return CalendarEvent(
            status=EventStatus.CANCELLED,
            start=start,
            end=start + DAY,
            summary=_("Withdrawn: %s") % notice.title if notice else _("Cancelled"),
            language=notice.language if notice else get_interface_language(),
            modified_at=self.history.runs[0].since,
            description=format_withdrawal_notice(self.page) if notice else self.page,
            **common,
        )


def compute_point_sequence(id_: UUID, history: ProgrammeHistory) -> int:
    return compute_sequence(history.unread_count, [get_slot_in(id_, run.programme) for run in history.runs])


def get_slot_in(id_: UUID, programme: ProgrammeExtract | None) -> object:
    """Return the slot of a point in a programme: None if it has none, UNREADABLE if nobody may read the programme."""
    if programme is None:
        return UNREADABLE
    found = find_point(programme, id_)
    return found and found[1]


def find_point(programme: ProgrammeExtract | None, id_: UUID) -> tuple[Point, PointSlot] | None:
    """Return the point and its slot, or None if the programme does not have it with a time."""
    for point in programme.programme if programme else ():
        if point.id == id_ and programme and (slot := find_slot(programme, point)):
            return point, slot
    return None


def format_point_summary(point: Point, status: EventStatus, fallback: str = "") -> str:
    """Return “Press conference: Home Affairs Council (about 13:00)”; a time that is not exact is repeated in words."""
    name = format_point_title(point, fallback)
    if status == EventStatus.CANCELLED:
        return _("Cancelled: %s") % name
    is_exact = point.time is not None and point.time_precision in EXACT_PRECISIONS
    words = "" if is_exact else format_event_time(point)
    return f"{name} ({words})" if words else name


def list_point_description(document: MeetingDocument, point: Point) -> Iterator[str]:
    yield document.title
    state = "" if is_called_off(document) else format_point_state(point)
    yield join_nonempty(state, *list_earlier_times(point), by="\n")
    yield "\n".join(join_nonempty(speaker.name, speaker.role) for speaker in point.speakers)
    yield html_to_lines(point.text)
    streams = find_live_streams(document, point)
    yield "\n".join(f"{_('Streamed live')}: {link.url}" for link in streams)
    yield "\n".join(f"{link.title}: {link.url}" for link in point.links if link.url and link not in streams)
