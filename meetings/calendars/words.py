"""What events say, as text: of rich text the words, of status and times what the page says of them."""

import html
import re
from collections.abc import Iterator

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override
from msgspec.structs import replace

from meetings import dates
from meetings.documents.shape import EarlierDate, MeetingDocument, Place, Point
from meetings.languages import has_words, page_language
from meetings.spoken import said_time
from meetings.times import printed_precision
from meetings.vocabulary import MeetingStatus, PointKind, TimePrecision

ENDS = re.compile(r"\s*(?:</(?:p|h3|h4|blockquote)>|</(?:ul|ol)>(?!</li>)|<br>|(?=<li>)|(?<=.)(?=<[uo]l))\s*")
# Of Unicode's controls a text in a calendar may hold the line feed and the tab; some readers break lines at others.
BREAKS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f]")


def words_in(language: str) -> override:
    """For what is put together of an event whose texts are in the language: words and dates are in it, too, or both in
    English until there are words in it. What language the address asks for is another matter.
    """
    return override(language if has_words(language) else settings.LANGUAGE_CODE)


def plain(text: str) -> str:
    return CONTROLS.sub("", BREAKS.sub("\n", text))


def of_html(text: str) -> str:
    """A line a paragraph and a line a list's entry."""
    lines = re.sub(r"<[^>]+>", "", ENDS.sub("\n", text).replace("<li>", "- ")).split("\n")
    return "\n".join(line for line in (html.unescape(" ".join(each.split())) for each in lines) if line)


def joined(*parts: str, by: str = ", ") -> str:
    return by.join(part for part in parts if part)


def place_of(place: Place) -> str:
    """“Europa building, Brussels”."""
    return joined(place.venue, place.city)


def said_of_status(document: MeetingDocument) -> str:
    """A sentence; empty of a meeting that takes place as it was planned."""
    said = {
        MeetingStatus.POSTPONED: _("This meeting has been postponed."),
        MeetingStatus.CANCELLED: _("This meeting has been cancelled."),
    }.get(document.status, "")
    if not said and document.previous:
        return _("This meeting has been moved.")
    if not said and document.status == MeetingStatus.PROVISIONAL:
        return _("Provisional: date, place and agenda may still change.")
    return said


def status_in_words(document: MeetingDocument) -> str:
    return joined(said_of_status(document), document.status_reason, by=" ")


def earlier_date(earlier: EarlierDate) -> str:
    days = (
        dates.days(earlier.start_date, earlier.end_date or earlier.start_date, page_language())
        if earlier.start_date
        else ""
    )
    return f"{_('Planned before:')} {joined(days, earlier.venue, earlier.city)}"


def earlier_times(point: Point) -> Iterator[str]:
    """“Planned before: 14 September 2017, about 20:15, Press room 1”."""
    for earlier in point.previous:
        precision = printed_precision(earlier.time_text)
        before = replace(point, time=earlier.time, time_text=earlier.time_text, time_precision=precision)
        day = dates.day(earlier.date, page_language()) if earlier.date else ""
        yield f"{_('Planned before:')} {joined(day, point_time(before), earlier.place)}"


def point_name(point: Point, otherwise: str = "") -> str:
    """“Press conference: Home Affairs Council”; `otherwise` stands for a title where there is none."""
    kind = "" if point.kind == PointKind.OTHER else str(point.kind.label)
    return joined(kind, point.title or otherwise, by=": ") or str(point.kind.label)


def point_time(point: Point) -> str:
    """“about 13:00”, “at the end of the meeting”, “time to be confirmed”; empty where nothing is known of it."""
    said = said_time(point)[0]
    if not said and point.time_precision == TimePrecision.TO_BE_CONFIRMED:
        return _("time to be confirmed")
    return said


def point_state(point: Point) -> str:
    return capfirst(str(point.state.label)) if point.state else ""


def programme(document: MeetingDocument) -> Iterator[str]:
    """A line a point, in the editors' order; days are told where there are several, or another than the meeting's."""
    day = document.start_date
    for point in document.programme:
        if point.date and point.date != day:
            day = point.date
            yield dates.weekday(day, page_language())
        told = joined(point_time(point), point_name(point), by=" – ")
        yield "- " + joined(
            told, f"({point.place})" if point.place else "", f"[{point_state(point)}]" if point.state else "", by=" "
        )
