"""Build the daily schedule from the documents of its meetings alone.

Entries of all meetings are ordered by their instant, across time zones. An entry without a time follows the entry
before it in its own meeting's programme of that day, where the editors put it. If no entry before it has a time, it
comes last, by meeting. So a printed schedule is read from top to bottom, and no entry seems to have a time that it has
not.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from zoneinfo import ZoneInfo

from meetings.clock import BRUSSELS
from meetings.documents.called_off import is_called_off
from meetings.documents.choices import AUDIOVISUAL_KINDS, PointKind
from meetings.documents.dates import has_left_day, takes_place_on
from meetings.documents.schedule import get_start_instant, is_marked_ended
from meetings.documents.schema import Alert, Chair, Link, MeetingDocument, Tombstone
from meetings.site.daily_schedule.entries import ScheduleEntry, build_entries
from meetings.site.daily_schedule.former_entries import PastPoint, build_former_entries
from meetings.site.publications import Publication


@dataclass(frozen=True)
class DayMeeting:
    """A meeting on the daily schedule, with its entries of the day, if it has any.

    `dropped_entries` are the entries of a meeting that is called off and whose own days are, or were, others.
    """

    publication: Publication
    document: MeetingDocument
    day: dt.date
    entries: Sequence[ScheduleEntry]
    dropped_entries: Sequence[ScheduleEntry] = ()

    @property
    def is_called_off(self) -> bool:
        return is_called_off(self.document)

    @property
    def has_left(self) -> bool:
        """True if the meeting was planned for the day and now has another date or none."""
        return has_left_day(self.document, self.day)

    @property
    def is_on_other_days(self) -> bool:
        """True if the day is not and was not a day of the meeting itself, only of some of its programme points."""
        return not (takes_place_on(self.document, self.day) or self.has_left)

    @property
    def takes_place(self) -> bool:
        """True if the meeting itself takes place on the day."""
        return takes_place_on(self.document, self.day) and not self.is_called_off

    @property
    def has_ended(self) -> bool:
        return is_marked_ended(self.document, self.day)

    @property
    def day_number(self) -> tuple[int, int] | None:
        """The number of this day and of all days, such as (2, 3); None for a meeting of one day."""
        start, end = self.document.start_date, self.document.end_date
        if start is None or end is None or start == end or not takes_place_on(self.document, self.day):
            return None
        return (self.day - start).days + 1, (end - start).days + 1

    @property
    def chairs(self) -> list[Chair]:
        return [chair for chair in self.document.chairs if chair.date in (None, self.day)]

    @property
    def watch_links(self) -> list[Link]:
        """The meeting's streams and recordings; none if it is called off."""
        if self.is_called_off:
            return []
        return [link for link in self.document.links if link.kind in AUDIOVISUAL_KINDS and link.url]

    @property
    def listed_entries(self) -> list[ScheduleEntry]:
        """The entries to show in a list: press conferences; all entries if the meeting itself is on other days."""
        present = [entry for entry in self.entries if not entry.former_slot]
        if not takes_place_on(self.document, self.day):
            return present
        return [entry for entry in present if entry.point.kind == PointKind.PRESS_CONFERENCE]


@dataclass(frozen=True)
class DayAlert:
    """A change that a meeting's press office announced on the day."""

    meeting: Publication
    document: MeetingDocument
    alert: Alert

    @property
    def at(self) -> dt.datetime:
        """The time in the time zone of the meeting."""
        return self.alert.at.astimezone(ZoneInfo(self.document.timezone))

    @property
    def time(self) -> str:
        return f"{self.at:%H:%M}"


@dataclass(frozen=True)
class DailySchedule:
    """Everything that is shown of a day.

    `alerts` are the changes announced on the day, the newest first. `timed` are the entries in the order of time; an
    entry without a time follows the one before it. `untimed` are the other entries, by meeting. `withdrawn` are the
    notices of withdrawn meetings that had the day.
    """

    day: dt.date
    meetings: Sequence[DayMeeting]
    withdrawn: Sequence[Publication]
    alerts: Sequence[DayAlert]
    timed: Sequence[ScheduleEntry]
    untimed: Sequence[tuple[Publication, Sequence[ScheduleEntry]]]

    @property
    def has_events(self) -> bool:
        """True if a meeting, or an entry of a meeting of other days, takes place on the day, as far as readers know.

        A withdrawn page says nothing against its meeting, unless its notice does.
        """
        return any(
            meeting.takes_place or any(not entry.former_slot for entry in meeting.entries) for meeting in self.meetings
        ) or any(
            isinstance(each.document, Tombstone) and each.document.takes_place is not False for each in self.withdrawn
        )

    @property
    def repeated_configurations(self) -> set[str]:
        """Slugs of configurations that meet twice on the day, so that their badge does not identify the meeting."""
        slugs = Counter(meeting.document.configuration.slug for meeting in self.meetings)
        return {slug for slug, count in slugs.items() if count > 1}

    @property
    def entries(self) -> list[ScheduleEntry]:
        return [*self.timed, *(entry for _meeting, entries in self.untimed for entry in entries)]


def build_daily_schedule(
    meetings: Iterable[Publication], day: dt.date, now: dt.datetime, past_points: Sequence[PastPoint] = ()
) -> DailySchedule:
    """Return the schedule of `day`. Some of `meetings` may be of other days only.

    `now` is the instant of the answer to the minute. `past_points` are points that superseded editions had on the day.
    """
    meetings = list(meetings)
    day_meetings = build_day_meetings(meetings, day, now, past_points)
    timed: list[tuple[tuple[dt.datetime, str], int, ScheduleEntry]] = []
    untimed: list[ScheduleEntry] = []
    for position, meeting in enumerate(day_meetings):
        anchor: tuple[dt.datetime, str] | None = None
        for entry in meeting.entries:
            anchor = (entry.starts_at, entry.local_time) if entry.starts_at else anchor
            if anchor:
                timed.append((anchor, position, entry))
            else:
                untimed.append(entry)
    timed.sort(key=lambda item: item[:2])  # stable: keeps the editors' order within a meeting
    return DailySchedule(
        day=day,
        meetings=day_meetings,
        withdrawn=collect_withdrawn(meetings, day),
        alerts=collect_alerts(day_meetings, day),
        timed=mark_next([entry for _anchor, _position, entry in timed], day, now),
        untimed=[(meeting, list(entries)) for meeting, entries in groupby(untimed, key=attrgetter("meeting"))],
    )


def collect_alerts(meetings: Iterable[DayMeeting], day: dt.date) -> list[DayAlert]:
    """Return the alerts of the day (in the time zone of each meeting), the newest first."""
    alerts = [
        DayAlert(meeting.publication, meeting.document, alert)
        for meeting in meetings
        for alert in meeting.document.alerts
    ]
    return sorted((alert for alert in alerts if alert.at.date() == day), key=attrgetter("at"), reverse=True)


def mark_next(entries: Sequence[ScheduleEntry], day: dt.date, now: dt.datetime) -> list[ScheduleEntry]:
    """Return the entries with `is_next` set on those that come next today. Several may start at the same time."""
    if now.astimezone(BRUSSELS).date() != day:
        return list(entries)
    first = min((entry.starts_at for entry in entries if entry.starts_at and entry.is_upcoming), default=None)
    return [replace(entry, is_next=entry.starts_at == first and entry.is_upcoming) for entry in entries]


def build_day_meetings(
    meetings: Iterable[Publication], day: dt.date, now: dt.datetime, past_points: Sequence[PastPoint] = ()
) -> list[DayMeeting]:
    """Return the meetings that have something on the day: those that take place first, by the time at which they start.

    Meetings without a start time come after those with one, in the order given.
    """
    day_meetings = [found for meeting in meetings if (found := build_day_meeting(meeting, day, now, past_points))]
    return sorted(day_meetings, key=lambda meeting: (not meeting.takes_place, get_start_instant(meeting.document, day)))


def build_day_meeting(
    meeting: Publication, day: dt.date, now: dt.datetime, past_points: Sequence[PastPoint]
) -> DayMeeting | None:
    """Return the meeting as it is on the day, or None if nothing of it is or was on the day.

    A meeting that is called off has no entries.
    """
    document = meeting.document
    if not isinstance(document, MeetingDocument):
        return None
    entries = list(build_entries(meeting, document, day, now))
    entries += build_former_entries(meeting, document, day, now, past_points=past_points, entries=entries)
    if takes_place_on(document, day) or has_left_day(document, day):
        return DayMeeting(meeting, document, day, [] if is_called_off(document) else entries)
    if not entries:
        return None
    if is_called_off(document):
        return DayMeeting(meeting, document, day, [], dropped_entries=entries)
    return DayMeeting(meeting, document, day, entries)


def collect_withdrawn(meetings: Iterable[Publication], day: dt.date) -> list[Publication]:
    return [
        meeting
        for meeting in meetings
        if isinstance(meeting.document, Tombstone) and meeting.days and meeting.days[0] <= day <= meeting.days[1]
    ]
