"""A meeting, and what its programme has for the press, as schema.org's Event.

Who is in the chair stays out: there is no property that says so, and whoever chairs is neither performer nor organizer.
Nor is it told when a programme point ends, or that anybody may come: notes do not say.
"""

import datetime as dt
from collections.abc import Iterable, Iterator

from meetings.calendars.words import of_html, point_name, point_time
from meetings.clock import on_the_wall
from meetings.documents.calling_off import is_called_off
from meetings.documents.days import days_known
from meetings.documents.shape import Link, MeetingDocument, Place, Point
from meetings.publications import Publication
from meetings.sharing import excerpt, picture_of
from meetings.structured.graph import Node, stated
from meetings.structured.site import organizer
from meetings.vocabulary import Form, LinkKind, MeetingStatus, PointKind, PointState, TimePrecision

FOR_THE_PRESS = (PointKind.ARRIVALS, PointKind.DOORSTEP, PointKind.PRESS_CONFERENCE, PointKind.PRESS_BRIEFING)
SCHEDULED, RESCHEDULED, POSTPONED, CANCELLED = (
    f"https://schema.org/Event{state}" for state in ("Scheduled", "Rescheduled", "Postponed", "Cancelled")
)
ONLINE = "https://schema.org/OnlineEventAttendanceMode"


def meeting_event(publication: Publication, address: str, site: str) -> Node:
    """`address` is the whole one of the meeting's page in the language of its text."""
    document = publication.document
    assert isinstance(document, MeetingDocument)
    body, picture = document.configuration, picture_of(document.configuration.slug)
    start, end = days_of(document)
    earlier = [each.start_date for each in document.previous if each.start_date and each.start_date != start]
    status = status_of(document, bool(earlier))
    return stated(
        {
            "@type": "Event",
            "@id": address,
            "url": address,
            "identifier": f"urn:uuid:{document.id}",
            "name": document.title,
            "description": excerpt(of_html(document.lead)),
            "inLanguage": document.language,
            "startDate": begins(document) or (start and start.isoformat()),
            "endDate": end.isoformat() if end and end != start else "",  # a day ends after an hour of it
            "eventStatus": status,
            "previousStartDate": one_or_more(day.isoformat() for day in earlier) if status == RESCHEDULED else "",
            "eventAttendanceMode": ONLINE if document.form == Form.VIDEO_CONFERENCE else "",
            "location": one_or_more([place(document.place), *streams(document, document.links)]),
            "organizer": organizer(body.slug, body.name, site),
            "image": site + picture.path,
            "subEvent": [
                point_event(document, point, address)
                for point in document.programme
                if point.kind in FOR_THE_PRESS and instant_of(document, point.date, point.time)
            ],
        }
    )


def days_of(document: MeetingDocument) -> tuple[dt.date | None, dt.date | None]:
    """Of one that lost its date, those that it had: what schema.org asks for, and the page says."""
    return days_known(document.start_date, document.end_date, document.previous) or (None, None)


def status_of(document: MeetingDocument, has_moved: bool) -> str:
    """Postponed to a date that is known is what schema.org calls rescheduled."""
    if document.status == MeetingStatus.CANCELLED:
        return CANCELLED
    if is_called_off(document):
        return POSTPONED
    return RESCHEDULED if has_moved else SCHEDULED


def begins(document: MeetingDocument) -> str:
    """The instant of its start, where the programme says exactly when; it may have a start on each of its days."""
    for point in document.programme:
        on_the_day = (point.date or document.start_date) == document.start_date
        is_exact = point.time_precision == TimePrecision.EXACT and point.state != PointState.CANCELLED
        if point.kind == PointKind.START and on_the_day and is_exact and not is_called_off(document):
            return instant_of(document, point.date, point.time)
    return ""


def instant_of(document: MeetingDocument, day: dt.date | None, clock: str | None) -> str:
    """With the offset of the meeting's time zone on that day; empty without a day or a clock."""
    day = day or document.start_date
    if day is None or clock is None:
        return ""
    return on_the_wall(day, clock, document.timezone).isoformat()


def point_event(document: MeetingDocument, point: Point, page: str) -> Node:
    """How exact its time is, a date cannot say: the description does (“about 13:00”)."""
    is_exact = point.time_precision in (TimePrecision.EXACT, TimePrecision.NOT_STATED)
    status = point_status(document, point)
    earlier = [instant_of(document, each.date or point.date, each.time) for each in point.previous]
    return stated(
        {
            "@type": "Event",
            "@id": f"{page}#point-{point.id}",
            "url": f"{page}#point-{point.id}",
            "name": point_name(point, document.title),
            "description": "" if is_exact else point_time(point),
            "inLanguage": document.language,
            "startDate": instant_of(document, point.date, point.time),
            "eventStatus": status,
            "previousStartDate": one_or_more(filter(None, earlier)) if status == RESCHEDULED else "",
            "location": one_or_more(
                [
                    place(Place(city=document.place.city, venue=point.place)),
                    *streams(document, point.links),
                ]
            ),
        }
    )


def point_status(document: MeetingDocument, point: Point) -> str:
    if document.status == MeetingStatus.CANCELLED or point.state == PointState.CANCELLED:
        return CANCELLED
    if is_called_off(document):
        return POSTPONED
    return RESCHEDULED if any(instant_of(document, each.date, each.time) for each in point.previous) else SCHEDULED


def place(where: Place) -> Node:
    """Empty where neither town nor building is told."""
    address = {"@type": "PostalAddress", "addressLocality": where.city} if where.city else {}
    name = where.venue or where.city
    return stated({"@type": "Place", "name": name, "address": address}) if name else {}


def streams(document: MeetingDocument, links: Iterable[Link]) -> Iterator[Node]:
    """Where to watch it; of what does not take place the page shows none."""
    for link in links:
        if link.kind == LinkKind.LIVE_STREAM and link.url and not is_called_off(document):
            yield {"@type": "VirtualLocation", "name": link.title, "url": link.url}


def one_or_more(found: Iterable[object]) -> object:
    told = [each for each in found if each]
    return told[0] if len(told) == 1 else told
