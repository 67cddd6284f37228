"""Structured data of pages (JSON-LD with schema.org terms). It contains nothing that the page does not show.

Pages of texts that are not live have no structured data. The chair of a meeting is left out: there is no property for
it, and whoever chairs is neither performer nor organizer. The end of a programme point and whether the public may
attend are left out, too, since notes do not say so.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from meetings.clock import build_local_datetime
from meetings.documents.called_off import find_move, is_called_off
from meetings.documents.choices import Form, LinkKind, MeetingStatus, PointKind, PointState, TimePrecision
from meetings.documents.dates import get_known_days
from meetings.documents.plain_text import html_to_line, shorten_text
from meetings.documents.schema import Link, MeetingDocument, Place, Point
from meetings.i18n.event_texts import format_event_time, format_point_title
from meetings.i18n.page_paths import get_page_path
from meetings.reference.configurations import CONFIGURATIONS_BY_SLUG
from meetings.site.open_graph import MAX_DESCRIPTION_LENGTH, find_document_picture, get_share_picture
from meetings.site.publications import Publication

Node = dict[str, Any]
# Within a script element, these characters could end it or start a comment. JSON allows their escapes in any string.
JSON_ESCAPES = {char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}
SCHEDULED, RESCHEDULED, POSTPONED, CANCELLED = (
    f"https://schema.org/Event{state}" for state in ("Scheduled", "Rescheduled", "Postponed", "Cancelled")
)
ONLINE = "https://schema.org/OnlineEventAttendanceMode"


def render_json_ld(nodes: Iterable[Node]) -> SafeString:
    """Return a script element with the nodes, or an empty string if there are none.

    Browsers do not run data blocks, so the content security policy does not apply.
    """
    graph = [drop_empty(node) for node in nodes]
    if not graph:
        return mark_safe("")
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False, separators=(",", ":"))
    for char, escaped in JSON_ESCAPES.items():
        text = text.replace(char, escaped)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308


def drop_empty(node: Node) -> Node:
    """Return the node without empty members."""
    return {name: value for name, value in node.items() if value not in ("", None, [], {})}


def build_council(site: str) -> Node:
    """Return the Council. It has no `url`, since this site is not its home page."""
    return {"@type": "GovernmentOrganization", "@id": f"{site}/#council", "name": _("Council of the European Union")}


def build_organizer(slug: str, name: str, site: str) -> Node:
    """Return the organizer of a meeting: the Council, or another body such as the Eurogroup itself."""
    return build_council(site) if slug in CONFIGURATIONS_BY_SLUG else {"@type": "GovernmentOrganization", "name": name}


def build_website(site: str, language: str) -> Node:
    """Return the site with its search. `language` is that of the page."""
    home = site + get_page_path("", language)
    target: dict[str, Any] = {
        "@type": "EntryPoint",
        "urlTemplate": f"{site}{get_page_path('search/', language)}?q={{search_term_string}}",
    }
    return {
        "@type": "WebSite",
        "@id": f"{home}#website",
        "name": _("Council agendas"),
        "url": home,
        "inLanguage": language,
        "publisher": build_council(site),
        "potentialAction": {
            "@type": "SearchAction",
            "target": target,
            "query-input": "required name=search_term_string",
        },
    }


def build_breadcrumbs(site: str, language: str, steps: Iterable[tuple[str, str]]) -> Node:
    """Return the breadcrumbs. Each step from the home page to the page is a name and a path after the language."""
    trail = [(_("Council agendas"), ""), *steps]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": site + get_page_path(path, language)}
            for number, (name, path) in enumerate(trail, start=1)
        ],
    }


def build_meeting_event(publication: Publication, address: str, site: str) -> Node:
    """Return the event of a meeting. `address` is the absolute URL of its page in the language of the text."""
    document = publication.document
    assert isinstance(document, MeetingDocument)
    body, picture = document.configuration, find_document_picture(document)
    picture = picture or get_share_picture(body.slug)
    # A meeting that lost its date has its last known days, which schema.org requires and the page shows.
    start, end = get_known_days(document.start_date, document.end_date, document.previous) or (None, None)
    earlier = [each.start_date for each in document.previous if each.start_date and each.start_date != start]
    status = get_event_status(document, has_moved=find_move(document) is not None)
    # On a single day, an end date without a time would count as earlier than a start with a time.
    end_date = end.isoformat() if end and end != start else ""
    return drop_empty(
        {
            "@type": "Event",
            "@id": address,
            "url": address,
            "identifier": f"urn:uuid:{document.id}",
            "name": document.title,
            "description": shorten_text(html_to_line(document.lead), MAX_DESCRIPTION_LENGTH),
            "inLanguage": document.language,
            "startDate": get_start(document) or (start and start.isoformat()),
            "endDate": end_date,
            "eventStatus": status,
            "previousStartDate": unwrap_single(day.isoformat() for day in earlier) if status == RESCHEDULED else "",
            "eventAttendanceMode": ONLINE if document.form == Form.VIDEO_CONFERENCE else "",
            "location": unwrap_single([build_place(document.place), *build_streams(document, document.links)]),
            "organizer": build_organizer(body.slug, body.name, site),
            "image": site + picture.path,
            "subEvent": [
                build_point_event(document, point, address)
                for point in document.programme
                if point.kind.is_for_press and format_local_instant(document, point.date, point.time)
            ],
        }
    )


def get_event_status(document: MeetingDocument, *, has_moved: bool, is_cancelled: bool = False) -> str:
    """Return the status of a meeting, or of a point of it that `is_cancelled` or `has_moved`.

    A meeting that is postponed to a known date is “rescheduled” in schema.org's terms.
    """
    if document.status == MeetingStatus.CANCELLED or is_cancelled:
        return CANCELLED
    if is_called_off(document):
        return POSTPONED
    return RESCHEDULED if has_moved else SCHEDULED


def get_start(document: MeetingDocument) -> str:
    """Return the instant of the start if the programme has an exact time for it, else an empty string.

    A meeting may have a start on each of its days; only the first day counts.
    """
    for point in document.programme:
        is_first_day = (point.date or document.start_date) == document.start_date
        is_exact = point.time_precision == TimePrecision.EXACT and point.state != PointState.CANCELLED
        if point.kind == PointKind.START and is_first_day and is_exact and not is_called_off(document):
            return format_local_instant(document, point.date, point.time)
    return ""


def format_local_instant(document: MeetingDocument, day: dt.date | None, clock: str | None) -> str:
    """Return the time in ISO 8601 with the offset of the meeting's time zone; empty if the day or time is unknown."""
    day = day or document.start_date
    if day is None or clock is None:
        return ""
    return build_local_datetime(day, clock, document.timezone).isoformat()


def build_point_event(document: MeetingDocument, point: Point, page: str) -> Node:
    """Return the event of a programme point. A time that is not exact is also described in words (“about 13:00”)."""
    is_exact = point.time_precision in (TimePrecision.EXACT, TimePrecision.NOT_STATED)
    has_moved = any(format_local_instant(document, each.date, each.time) for each in point.previous)
    status = get_event_status(document, has_moved=has_moved, is_cancelled=point.state == PointState.CANCELLED)
    earlier = [format_local_instant(document, each.date or point.date, each.time) for each in point.previous]
    return drop_empty(
        {
            "@type": "Event",
            "@id": f"{page}#point-{point.id}",
            "url": f"{page}#point-{point.id}",
            "name": format_point_title(point, document.title),
            "description": "" if is_exact else format_event_time(point),
            "inLanguage": document.language,
            "startDate": format_local_instant(document, point.date, point.time),
            "eventStatus": status,
            "previousStartDate": unwrap_single(filter(None, earlier)) if status == RESCHEDULED else "",
            "location": unwrap_single(
                [
                    build_place(Place(city=document.place.city, venue=point.place)),
                    *build_streams(document, point.links),
                ]
            ),
        }
    )


def build_place(place: Place) -> Node:
    """Return the place; empty if neither city nor venue is known."""
    address = {"@type": "PostalAddress", "addressLocality": place.city} if place.city else {}
    name = place.venue or place.city
    return drop_empty({"@type": "Place", "name": name, "address": address}) if name else {}


def build_streams(document: MeetingDocument, links: Iterable[Link]) -> Iterator[Node]:
    """Yield the live streams. A meeting that is called off has none, as on the page."""
    for link in links:
        if link.kind == LinkKind.LIVE_STREAM and link.url and not is_called_off(document):
            yield {"@type": "VirtualLocation", "name": link.title, "url": link.url}


def unwrap_single(values: Iterable[object]) -> object:
    """Return the only value that is not empty, or a list of all such values."""
    present = [value for value in values if value]
    return present[0] if len(present) == 1 else present
