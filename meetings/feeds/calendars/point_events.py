"""Build the events of programme points with a time, half an hour each."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from django.utils.translation import gettext as _

from meetings.documents.choices import TimePrecision
from meetings.documents.plain_text import html_to_lines
from meetings.documents.schema import MeetingDocument, Point, Tombstone
from meetings.feeds.calendars.history import ProgrammeHistory
from meetings.feeds.calendars.meeting_events import DAY, format_withdrawal_notice, get_event_days
from meetings.feeds.calendars.meetings import CalendarMeeting
from meetings.feeds.calendars.sequence import UNREADABLE, compute_sequence
from meetings.feeds.calendars.slots import EventStatus, PointSlot, ProgrammeExtract, find_slot
from meetings.feeds.calendars.vevent_writer import CalendarEvent
from meetings.i18n.event_texts import (
    format_event_time,
    format_point_state,
    format_point_title,
    join_nonempty,
    list_earlier_times,
    use_language,
)
from meetings.i18n.languages import get_interface_language

EXACT_PRECISIONS = (TimePrecision.EXACT, TimePrecision.RELATIVE, TimePrecision.NOT_STATED)


@dataclass(frozen=True)
class PointEvents:
    """The events of a meeting's programme points. `page` is the address of the meeting's page."""

    meeting: CalendarMeeting
    document: MeetingDocument | Tombstone
    history: ProgrammeHistory
    page: str

    def __iter__(self) -> Iterator[CalendarEvent]:
        """Yield the events, including those of removed points: calendar programs must learn that they are cancelled."""
        current_ids = set()
        if isinstance(self.document, MeetingDocument):
            for point in self.document.programme:
                if slot := find_slot(self.document, point):
                    current_ids.add(point.id)
                    yield self.build_point_event(self.document, point, slot)
        for id_ in sorted(self.history.point_ids - current_ids):
            yield self.build_removed_event(id_) or self.build_unreadable_event(id_)

    def build_point_event(self, document: MeetingDocument, point: Point, slot: PointSlot) -> CalendarEvent:
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
            description="\n\n".join(part for part in (*list_point_description(document, point), address) if part),
            categories=(document.configuration.name, document.configuration.code),
            parent_id=document.id,
        )

    def build_removed_event(self, id_: UUID) -> CalendarEvent | None:
        """Return the cancelled event of a removed point, as it was last published.

        Return None if no edition that had it can be read.
        """
        for run, after in reversed(list(pairwise(self.history.runs))):
            if point_and_slot := find_point(run.programme, id_):
                point, slot = point_and_slot
                language = self.meeting.edition_document.edition.source_language
                with use_language(language):
                    name = format_point_summary(point, EventStatus.CANCELLED)
                return CalendarEvent(
                    id=id_,
                    sequence=compute_point_sequence(id_, self.history),
                    status=EventStatus.CANCELLED,
                    start=slot.start,
                    end=slot.end,
                    summary=name,
                    language=language,
                    url=self.page,
                    modified_at=after.since,
                    location=slot.place,
                    description=self.page,
                    parent_id=self.meeting.edition_document.edition.subject_id,
                )
        return None

    def build_unreadable_event(self, id_: UUID) -> CalendarEvent:
        """Return the cancelled event of a point that nobody may read. It says neither what it was nor when.

        Its day is that of the meeting, which is public anyway.
        """
        start, _end = get_event_days(self.document, self.meeting.edition_document.edition)
        is_withdrawn = isinstance(self.document, Tombstone)
        return CalendarEvent(
            id=id_,
            sequence=compute_point_sequence(id_, self.history),
            status=EventStatus.CANCELLED,
            start=start,
            end=start + DAY,
            summary=_("Withdrawn") if is_withdrawn else _("Cancelled"),
            language=get_interface_language(),
            url=self.page,
            modified_at=self.history.runs[0].since,
            description=format_withdrawal_notice(self.page) if is_withdrawn else self.page,
            parent_id=self.meeting.edition_document.edition.subject_id,
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
    """Return “Press conference: Home Affairs Council (about 13:00)”; an approximate time is repeated in words."""
    name = format_point_title(point, fallback)
    if status == EventStatus.CANCELLED:
        return _("Cancelled: %s") % name
    return name if point.time_precision in EXACT_PRECISIONS else f"{name} ({format_event_time(point)})"


def list_point_description(document: MeetingDocument, point: Point) -> Iterator[str]:
    yield document.title
    yield "\n".join(part for part in (format_point_state(point), *list_earlier_times(point)) if part)
    yield "\n".join(join_nonempty(speaker.name, speaker.role) for speaker in point.speakers)
    yield html_to_lines(point.text)
    yield "\n".join(f"{link.title}: {link.url}" for link in point.links if link.url)
