"""What is on a day's sheet, worked out from the documents of its meetings alone.

An entry stands where its clock puts it, over all meetings and time zones. What has no clock follows what stands before
it in its own meeting's programme on that day, as the editors put it there; where nothing with a clock does, it comes
last, by meeting. So a printed sheet is read from top to bottom, and nothing looks timed that is not.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from zoneinfo import ZoneInfo

from meetings.clock import BRUSSELS
from meetings.day_sheet.entries import Entry, entries_of
from meetings.day_sheet.gone import PastPoint, entries_gone
from meetings.documents.calling_off import is_called_off
from meetings.documents.clocks import begins_at, has_ended
from meetings.documents.days import has_left, is_on
from meetings.documents.shape import Alert, Chair, Link, MeetingDocument, Tombstone
from meetings.publications import Publication
from meetings.vocabulary import WATCHED, PointKind


@dataclass(frozen=True)
class MeetingOfDay:
    """A meeting that is on the sheet: with `entries` of the day, or without any.

    `dropped` are those of a meeting that is called off and has, or had, its own day elsewhere.
    """

    publication: Publication
    document: MeetingDocument
    day: dt.date
    entries: Sequence[Entry]
    dropped: Sequence[Entry] = ()

    @property
    def is_called_off(self) -> bool:
        return is_called_off(self.document)

    @property
    def has_left(self) -> bool:
        """It was to be on the day, and has another date now or none."""
        return has_left(self.document, self.day)

    @property
    def is_around(self) -> bool:
        """The day is none of the meeting's, and was none: something of it happens before or afterwards."""
        return not (is_on(self.document, self.day) or self.has_left)

    @property
    def takes_place(self) -> bool:
        """On the day, that is."""
        return is_on(self.document, self.day) and not self.is_called_off

    @property
    def has_ended(self) -> bool:
        return has_ended(self.document, self.day)

    @property
    def number_of_day(self) -> tuple[int, int] | None:
        """The second of three days, say; None of one that lasts a day."""
        start, end = self.document.start_date, self.document.end_date
        if start is None or end is None or start == end or not is_on(self.document, self.day):
            return None
        return (self.day - start).days + 1, (end - start).days + 1

    @property
    def chairs(self) -> list[Chair]:
        return [chair for chair in self.document.chairs if chair.date in (None, self.day)]

    @property
    def watch(self) -> list[Link]:
        return [] if self.is_called_off else [one for one in self.document.links if one.kind in WATCHED and one.url]

    @property
    def told(self) -> list[Entry]:
        """What a list says of the day: its press conferences; where the meeting itself is on other days, all."""
        here = [entry for entry in self.entries if not entry.left]
        if not is_on(self.document, self.day):
            return here
        return [one for one in here if one.point.kind == PointKind.PRESS_CONFERENCE]


@dataclass(frozen=True)
class Withdrawn:
    """The notice in the place of a meeting that had the day."""

    publication: Publication
    notice: Tombstone


@dataclass(frozen=True)
class AlertOfDay:
    meeting: Publication
    document: MeetingDocument
    alert: Alert

    @property
    def at(self) -> dt.datetime:
        """At the place of the meeting."""
        return self.alert.at.astimezone(ZoneInfo(self.document.timezone))

    @property
    def time(self) -> str:
        return f"{self.at:%H:%M}"


@dataclass(frozen=True)
class Sheet:
    """`alerts` are what was told on the day, newest first. `timed` are in the order of time, and with each what follows
    it without a clock; `untimed` by meeting."""

    day: dt.date
    meetings: Sequence[MeetingOfDay]
    withdrawn: Sequence[Withdrawn]
    alerts: Sequence[AlertOfDay]
    timed: Sequence[Entry]
    untimed: Sequence[tuple[Publication, Sequence[Entry]]]

    @property
    def has_happening(self) -> bool:
        """Whether anything takes place on the day: of a meeting on it, or of one on other days."""
        return any(one.takes_place or any(not entry.left for entry in one.entries) for one in self.meetings)

    @property
    def twins(self) -> set[str]:
        """The configurations that meet twice on the day, whose badge does not tell which meeting is meant."""
        bodies = Counter(one.document.configuration.slug for one in self.meetings)
        return {slug for slug, number in bodies.items() if number > 1}

    @property
    def entries(self) -> list[Entry]:
        return [*self.timed, *(entry for _meeting, entries in self.untimed for entry in entries)]


def sheet_of(
    meetings: Iterable[Publication], day: dt.date, minute: dt.datetime, past: Sequence[PastPoint] = ()
) -> Sheet:
    """`meetings` may be of other days, too. `minute` is the instant of the answer to the minute.

    `past` are points that were told of on the day.
    """
    meetings = list(meetings)
    found = meetings_of_day(meetings, day, minute, past)
    timed: list[tuple[tuple[dt.datetime, str], int, Entry]] = []
    untimed: list[Entry] = []
    for place, one in enumerate(found):
        anchor: tuple[dt.datetime, str] | None = None
        for entry in one.entries:
            anchor = (entry.at, entry.clock) if entry.at else anchor
            if anchor:
                timed.append((anchor, place, entry))
            else:
                untimed.append(entry)
    timed.sort(key=lambda one: one[:2])  # stable: the editors' order within a meeting
    return Sheet(
        day=day,
        meetings=found,
        withdrawn=withdrawn_of(meetings, day),
        alerts=alerts_of(found, day),
        timed=with_next([entry for _at, _place, entry in timed], day, minute),
        untimed=[(meeting, list(some)) for meeting, some in groupby(untimed, key=attrgetter("meeting"))],
    )


def alerts_of(meetings: Iterable[MeetingOfDay], day: dt.date) -> list[AlertOfDay]:
    told = [AlertOfDay(one.publication, one.document, alert) for one in meetings for alert in one.document.alerts]
    return sorted((one for one in told if one.at.date() == day), key=lambda one: one.at, reverse=True)


def with_next(entries: Sequence[Entry], day: dt.date, minute: dt.datetime) -> list[Entry]:
    """Today, those that come next by the clock say so: several, where they are at the same time."""
    if minute.astimezone(BRUSSELS).date() != day:
        return list(entries)
    first = min((entry.at for entry in entries if entry.at and entry.is_ahead), default=None)
    return [replace(entry, is_next=entry.at == first and entry.is_ahead) for entry in entries]


def meetings_of_day(
    meetings: Iterable[Publication], day: dt.date, minute: dt.datetime, past: Sequence[PastPoint] = ()
) -> list[MeetingOfDay]:
    """Those with something on the day, by the clock of their start; without one, behind in the order given."""
    found = [one for meeting in meetings if (one := meeting_of_day(meeting, day, minute, past))]
    return sorted(found, key=lambda one: (not one.takes_place, begins_at(one.document, day)))


def meeting_of_day(
    meeting: Publication, day: dt.date, minute: dt.datetime, past: Sequence[PastPoint]
) -> MeetingOfDay | None:
    """None where nothing of it is or was on the day. What is called off has no programme."""
    document = meeting.document
    if not isinstance(document, MeetingDocument):
        return None
    entries = list(entries_of(meeting, document, day, minute))
    entries += entries_gone(meeting, document, day, minute, past=past, present=entries)
    if is_on(document, day) or has_left(document, day):
        return MeetingOfDay(meeting, document, day, [] if is_called_off(document) else entries)
    if not entries:
        return None
    if is_called_off(document):
        return MeetingOfDay(meeting, document, day, [], dropped=entries)
    return MeetingOfDay(meeting, document, day, entries)


def withdrawn_of(meetings: Iterable[Publication], day: dt.date) -> list[Withdrawn]:
    notices = [(one, one.document) for one in meetings if isinstance(one.document, Tombstone)]
    return [Withdrawn(one, notice) for one, notice in notices if one.days and one.days[0] <= day <= one.days[1]]
