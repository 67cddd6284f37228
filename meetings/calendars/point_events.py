"""Programme points with a clock as events of their own, half an hour each."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from django.utils.translation import gettext as _

from meetings.calendars.counting import UNKNOWN, sequence
from meetings.calendars.entries import Entry
from meetings.calendars.event import Happening
from meetings.calendars.facts import Programme, Slot, Status, slot_of
from meetings.calendars.meeting_event import DAY, days_of, withdrawn_text
from meetings.calendars.programmes import Past
from meetings.calendars.words import earlier_times, joined, of_html, point_name, point_state, point_time, words_in
from meetings.documents.shape import MeetingDocument, Point, Tombstone
from meetings.languages import language_of_words
from meetings.vocabulary import TimePrecision

EXACT = (TimePrecision.EXACT, TimePrecision.RELATIVE, TimePrecision.NOT_STATED)


@dataclass(frozen=True)
class Points:
    """Those of a meeting; `page` is its address."""

    entry: Entry
    document: MeetingDocument | Tombstone
    past: Past
    page: str

    def __iter__(self) -> Iterator[Happening]:
        """Those that are gone, too: a program that has one has to learn that it is off."""
        told = set()
        if isinstance(self.document, MeetingDocument):
            for point in self.document.programme:
                if slot := slot_of(self.document, point):
                    told.add(point.id)
                    yield self.standing(self.document, point, slot)
        for id_ in sorted(self.past.points - told):
            yield self.removed(id_) or self.closed(id_)

    def standing(self, document: MeetingDocument, point: Point, slot: Slot) -> Happening:
        address = f"{self.page}#point-{point.id}"
        return Happening(
            id=point.id,
            sequence=times_changed(point.id, self.past),
            status=slot.status,
            start=slot.start,
            end=slot.end,
            summary=summary(point, slot.status, document.title),
            language=document.language,
            url=address,
            revised=self.entry.held.history.modified_at,
            created=self.entry.held.history.published_at,
            location=slot.place,
            description="\n\n".join(part for part in (*description(document, point), address) if part),
            categories=(document.configuration.name, document.configuration.code),
            part_of=document.id,
        )

    def removed(self, id_: UUID) -> Happening | None:
        """As it was when it was told last, and off since then. None where no edition that told it can be read."""
        for run, after in reversed(list(pairwise(self.past.runs))):
            if told := told_in(run.programme, id_):
                point, slot = told
                language = self.entry.held.edition.source_language
                with words_in(language):
                    name = summary(point, Status.CANCELLED)
                return Happening(
                    id=id_,
                    sequence=times_changed(id_, self.past),
                    status=Status.CANCELLED,
                    start=slot.start,
                    end=slot.end,
                    summary=name,
                    language=language,
                    url=self.page,
                    revised=after.since,
                    location=slot.place,
                    description=self.page,
                    part_of=self.entry.held.edition.subject_id,
                )
        return None

    def closed(self, id_: UUID) -> Happening:
        """Neither when it was nor what: the day is that of its meeting, which may be published all the same."""
        start, _end = days_of(self.document, self.entry.held.edition)
        is_withdrawn = isinstance(self.document, Tombstone)
        return Happening(
            id=id_,
            sequence=times_changed(id_, self.past),
            status=Status.CANCELLED,
            start=start,
            end=start + DAY,
            summary=_("Withdrawn") if is_withdrawn else _("Cancelled"),
            language=language_of_words(),
            url=self.page,
            revised=self.past.runs[0].since,
            description=withdrawn_text(self.page) if is_withdrawn else self.page,
            part_of=self.entry.held.edition.subject_id,
        )


def times_changed(id_: UUID, past: Past) -> int:
    return sequence(past.unread, [fact_of(id_, run.programme) for run in past.runs])


def fact_of(id_: UUID, programme: Programme | None) -> object:
    if programme is None:
        return UNKNOWN
    told = told_in(programme, id_)
    return told and told[1]


def told_in(programme: Programme | None, id_: UUID) -> tuple[Point, Slot] | None:
    """The point and when it is, where the programme has it with a clock."""
    for point in programme.programme if programme else ():
        if point.id == id_ and programme and (slot := slot_of(programme, point)):
            return point, slot
    return None


def summary(point: Point, status: Status, otherwise: str = "") -> str:
    """“Press conference: Home Affairs Council (about 13:00)”: how exact the time is, a clock alone cannot say."""
    name = point_name(point, otherwise)
    if status == Status.CANCELLED:
        return _("Cancelled: %s") % name
    return name if point.time_precision in EXACT else f"{name} ({point_time(point)})"


def description(document: MeetingDocument, point: Point) -> Iterator[str]:
    yield document.title
    yield "\n".join(part for part in (point_state(point), *earlier_times(point)) if part)
    yield "\n".join(joined(speaker.name, speaker.role) for speaker in point.speakers)
    yield of_html(point.text)
    yield "\n".join(f"{link.title}: {link.url}" for link in point.links if link.url)
