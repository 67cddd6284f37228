"""Find out from a meeting's programme when it begins and whether it has ended, never from the clock alone.

Also find out for a programme point when it starts, whether it takes place, and where it can be watched live.
"""

import datetime as dt
from collections.abc import Iterator
from itertools import islice

from msgspec.structs import replace

from meetings.clock import build_local_datetime
from meetings.documents.called_off import is_called_off
from meetings.documents.choices import LinkKind, PointKind, PointState, TimePrecision
from meetings.documents.schema import Link, MeetingDocument, Point

UNCERTAIN_PRECISIONS = (TimePrecision.RELATIVE, TimePrecision.TO_BE_CONFIRMED)
PRESS_KINDS = (PointKind.PRESS_CONFERENCE, PointKind.PRESS_BRIEFING)
END_OF_DAY = "23:59:59"
MAX_SHARED_STREAMS = 30  # one for each language, and some


def get_point_day(document: MeetingDocument, point: Point) -> dt.date | None:
    """Return the day of a point; None if the meeting has lost its date, because then no day counts any more."""
    return (point.date or document.start_date) if document.start_date else None


def get_point_start(document: MeetingDocument, point: Point) -> dt.datetime | None:
    """Return when the point starts, with the offset of the meeting's time zone on that day.

    It is None if the time is relative (“at the end of the meeting”), to be confirmed or not known. Of a time that is
    repeated when the clocks go back, it is the first; one that is skipped is counted on from the hour before.
    """
    day = get_point_day(document, point)
    if day is None or point.time is None or point.time_precision in UNCERTAIN_PRECISIONS:
        return None
    start = build_local_datetime(day, point.time, document.timezone)
    try:
        return start.astimezone(dt.UTC).astimezone(start.tzinfo)
    except OverflowError:  # on the first or last day that Python has
        return start


def get_meeting_start(document: MeetingDocument) -> dt.datetime | None:
    """Return when the meeting starts on its first day, according to its programme; None if that is not certain."""
    if document.start_date is None:
        return None
    starts = [
        get_point_start(document, point)
        for point in find_points_on(document, document.start_date)
        if point.kind == PointKind.START
    ]
    return min(filter(None, starts), default=None)


def takes_place(document: MeetingDocument, point: Point) -> bool:
    """Return whether neither the point nor its meeting is called off."""
    return point.state != PointState.CANCELLED and not is_called_off(document)


def is_for_press(point: Point, kind: str = "") -> bool:
    """Return whether the point is a press conference or briefing, or is streamed live.

    With `kind`, it must be the former (“press_conference”) or the latter (“live”).
    """
    is_conference = point.kind in PRESS_KINDS
    is_live = point.live or bool(select_live_streams(point.links))
    return {"press_conference": is_conference, "live": is_live}.get(kind, is_conference or is_live)


def find_live_streams(document: MeetingDocument, point: Point) -> list[Link]:
    """Return the links to the live stream of a point: its own, or else, if it is streamed live, the meeting's.

    A point that does not take place has none. It has only the first `MAX_SHARED_STREAMS` of the meeting's, because all
    points repeat them.
    """
    if not takes_place(document, point):
        return []
    own = select_live_streams(point.links)
    return own or (select_live_streams(document.links, MAX_SHARED_STREAMS) if point.live else [])


def select_live_streams(links: list[Link], limit: int | None = None) -> list[Link]:
    """Return the links to live streams that have an address, at most the first `limit` of them."""
    return [*islice((link for link in links if link.kind == LinkKind.LIVE_STREAM and link.url), limit)]


def leave_out_cancelled_streams(document: MeetingDocument) -> MeetingDocument:
    """Return the document without its live streams if the meeting is called off; otherwise the document itself."""
    if not is_called_off(document):
        return document
    programme = [replace(point, live=False, links=exclude_live_streams(point.links)) for point in document.programme]
    return replace(document, links=exclude_live_streams(document.links), programme=programme)


def exclude_live_streams(links: list[Link]) -> list[Link]:
    return [link for link in links if link.kind != LinkKind.LIVE_STREAM]


def get_live_url(document: MeetingDocument, point: Point) -> str | None:
    """Return the address of the live stream of a point; None if there is none, or more than one.

    Of streams in several languages, that in the document's language is meant.
    """
    streams = find_live_streams(document, point)
    if len(streams) > 1:
        streams = [link for link in streams if link.language == document.language]
    return streams[0].url if len(streams) == 1 else None


def list_sort_instants(document: MeetingDocument, listed_on: dt.date) -> Iterator[dt.datetime]:
    """Yield for each point the instant in UTC by which the programme of all meetings is sorted, in the editors' order.

    That of a point without a time is the time of the point before it on the same day, as on the daily schedule, or
    else the end of the day. `listed_on` stands for the day of a meeting that has lost its date.
    """
    before: dict[dt.date, dt.datetime] = {}
    for point in document.programme:
        day = get_point_day(document, point) or listed_on
        if point.time:
            before[day] = convert_to_utc(day, point.time, document.timezone)
        yield before.get(day) or convert_to_utc(day, END_OF_DAY, document.timezone)


def convert_to_utc(day: dt.date, time: str, zone: str) -> dt.datetime:
    """Return the instant in UTC of a local time, or nearly so on the first and last day that Python has."""
    local = build_local_datetime(day, time, zone)
    try:
        return local.astimezone(dt.UTC)
    except OverflowError:
        return local.replace(tzinfo=dt.UTC)


def find_points_on(document: MeetingDocument, day: dt.date) -> Iterator[Point]:
    """Yield the programme points that take place on `day`. A point without a day is on the meeting's first day."""
    for point in document.programme:
        if (point.date or document.start_date) == day and point.state != PointState.CANCELLED:
            yield point


def get_start_instant(document: MeetingDocument, day: dt.date) -> dt.datetime:
    """Return the instant in UTC of the meeting's first start on `day`, by which the meetings of a day are sorted.

    It is the end of the day if no start is known, so that such a meeting comes last.
    """
    starts = (point.time for point in find_points_on(document, day) if point.kind == PointKind.START)
    return convert_to_utc(day, min(filter(None, starts), default=END_OF_DAY), document.timezone)


def is_marked_ended(document: MeetingDocument, day: dt.date) -> bool:
    """Return whether `day` is the meeting's last one and the press office has marked every point of it as ended.

    Cancelled points do not count, and a point without a day is on the first day. A meeting that is called off never
    ends.
    """
    if document.end_date != day or is_called_off(document):
        return False
    states = {point.state for point in find_points_on(document, day)}
    return states == {PointState.ENDED}
