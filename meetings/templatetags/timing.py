"""Template tags for present and former times of programme points, always as “about 13:00” and never “+/- 13:00”.

The tags write no space around a time, so that a comma or a bracket may follow.
"""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from meetings.day_sheet.entries import PreviousSlot
from meetings.documents.shape import MeetingDocument, Point
from meetings.spoken import format_time_and_language
from meetings.templatetags.publishing import (
    format_lang_attribute,
    format_lang_of_text,
    mark_document_text,
    render_dates,
)
from meetings.vocabulary import TimePrecision

register = template.Library()


@register.simple_tag(name="point_time")
def render_point_time(document: MeetingDocument, point: Point) -> SafeString | str:
    """Return the point's time in words, in an element.

    If the point has only a printed time (“at the end of the meeting”), that is shown.
    """
    words, language = format_time_and_language(point)
    if point.time:
        return format_html('<time datetime="{}"{}>{}</time>', point.time, format_lang_attribute(language), words)
    if words:
        return format_html(
            "<span{}>{}</span>", format_lang_of_text(document, "programme", point.id, "time_text"), words
        )
    return _("time to be confirmed") if point.time_precision == TimePrecision.TO_BE_CONFIRMED else ""


@register.simple_tag(name="previous_slot")
def render_previous_slot(document: MeetingDocument, point: Point, slot: PreviousSlot) -> SafeString:
    """Return a former time and place of the point: “13:00, Press room 1”. The place is left out if it is the same."""
    path, was = ("programme", point.id, "previous", slot.number), slot.was
    parts: list[SafeString | str] = []
    if slot.has_other_day:
        parts.append(render_dates(was.date, was.date))
    if slot.as_point:
        parts.append(render_point_time(document, slot.as_point))
    elif was.time_text:
        parts.append(mark_document_text(was.time_text, document, *path, "time_text"))
    if was.place and was.place != point.place:
        parts.append(mark_document_text(was.place, document, *path, "place"))
    return format_html_join(", ", "{}", ((part,) for part in parts))
