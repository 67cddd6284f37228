"""Write the plain texts of events: rich text without markup, status, places and times as on the page."""

import re
from collections.abc import Iterator

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override
from msgspec.structs import replace

from meetings.documents.called_off import find_move, is_called_off
from meetings.documents.choices import MeetingStatus, PointKind, TimePrecision
from meetings.documents.schema import EarlierDate, MeetingDocument, Place, Point
from meetings.i18n import date_formats
from meetings.i18n.languages import get_interface_language, get_page_language, has_catalogue
from meetings.i18n.page_dates import format_date_range_in_sentence, format_move_in_sentence
from meetings.i18n.point_times import format_time_and_language
from meetings.i18n.printed_times import parse_printed_precision

# The only control characters allowed in calendar texts are line feed and tab. Some programs break lines at others.
LINE_BREAKS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f]")


def use_language(language: str) -> override:
    """Activate the language of an event's texts, so that its words and dates are in it, too.

    Where the interface is not translated into it, use English for both. The language of the address does not matter.
    """
    return override(language if has_catalogue(language) else settings.LANGUAGE_CODE)


def clean_text(text: str) -> str:
    return CONTROL_CHARACTERS.sub("", LINE_BREAKS.sub("\n", text))


def join_nonempty(*parts: str, by: str = ", ") -> str:
    return by.join(part for part in parts if part)


def format_place(place: Place) -> str:
    """Return “Europa building, Brussels”."""
    return join_nonempty(place.venue, place.city)


def describe_status(document: MeetingDocument) -> str:
    """Return a sentence on the status of the meeting; empty if it takes place as scheduled."""
    if document.status == MeetingStatus.CANCELLED:
        return _("This meeting has been cancelled.")
    if is_called_off(document):
        return _("This meeting has been postponed. There is no new date yet.")
    if earlier := find_move(document):
        before, after = format_move_in_sentence(earlier, document)
        return _("This meeting has been moved from %(before)s to %(after)s.") % {"before": before, "after": after}
    if document.previous:
        return _("This meeting has been moved to another place.")
    if document.status == MeetingStatus.PROVISIONAL:
        return _("Provisional: date, place and agenda may still change.")
    return ""


def describe_status_with_reason(document: MeetingDocument) -> str:
    return join_nonempty(describe_status(document), document.status_reason, by=" ")


def describe_takes_place(takes_place: bool | None) -> str:
    """Return what the notice of a withdrawal says about the meeting itself; empty if the press office does not say."""
    if takes_place is None:
        return ""
    if takes_place:
        return _("The meeting itself takes place. Only its page was withdrawn.")
    return _("The meeting does not take place.")


def format_earlier_date(earlier: EarlierDate) -> str:
    days = format_date_range_in_sentence(earlier.start_date, earlier.end_date)
    return f"{_('Previously planned:')} {join_nonempty(days, earlier.venue, earlier.city)}"


def list_earlier_times(point: Point) -> Iterator[str]:
    """Yield lines such as “Previously planned: 14 September 2017, about 20:15, Press room 1”."""
    for earlier in point.previous:
        precision = parse_printed_precision(earlier.time_text)
        before = replace(point, time=earlier.time, time_text=earlier.time_text, time_precision=precision)
        day = date_formats.format_day(earlier.date, get_interface_language()) if earlier.date else ""
        yield f"{_('Previously planned:')} {join_nonempty(day, format_event_time(before), earlier.place)}"


def format_point_title(point: Point, fallback: str = "") -> str:
    """Return “Press conference: Home Affairs Council”. `fallback` is used if the point has no title."""
    kind = "" if point.kind == PointKind.OTHER else str(point.kind.label)
    return join_nonempty(kind, point.title or fallback, by=": ") or str(point.kind.label)


def format_event_time(point: Point) -> str:
    """Return “about 13:00”, “at the end of the meeting” or “time to be confirmed”; empty if nothing is known."""
    text = format_time_and_language(point)[0]
    if not text and point.time_precision == TimePrecision.TO_BE_CONFIRMED:
        return _("time to be confirmed")
    return text


def format_point_state(point: Point) -> str:
    return capfirst(str(point.state.label)) if point.state else ""


def list_programme_lines(document: MeetingDocument) -> Iterator[str]:
    """Yield one line per programme point, in the editors' order, with a line for each day other than the first.

    Of a meeting that is called off, the lines say what was planned, and not how it went on.
    """
    day, called_off = document.start_date, is_called_off(document)
    for point in document.programme:
        if point.date and point.date != day:
            day = point.date
            yield date_formats.format_weekday_date(day, get_page_language())
        text = join_nonempty(format_event_time(point), format_point_title(point), by=" – ")
        yield "- " + join_nonempty(
            text,
            f"({point.place})" if point.place else "",
            f"[{format_point_state(point)}]" if point.state and not called_off else "",
            by=" ",
        )
