"""When programme points are and were, in templates: one wording everywhere, “about 13:00” and never “+/- 13:00”.

No space stands around what a tag writes, so that a comma or a bracket may follow.
"""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from meetings.day_sheet.entries import Earlier
from meetings.documents.shape import MeetingDocument, Point
from meetings.spoken import said_time
from meetings.templatetags.publishing import dates, lang, lang_of, marked
from meetings.vocabulary import TimePrecision

register = template.Library()


@register.simple_tag
def time_of(document: MeetingDocument, point: Point) -> SafeString | str:
    """As `spoken_time`, in an element; what has no clock as it is printed (“at the end of the meeting”)."""
    told, language = said_time(point)
    if point.time:
        return format_html('<time datetime="{}"{}>{}</time>', point.time, lang(language), told)
    if told:
        return format_html("<span{}>{}</span>", lang_of(document, "programme", point.id, "time_text"), told)
    return _("time to be confirmed") if point.time_precision == TimePrecision.TO_BE_CONFIRMED else ""


@register.simple_tag
def before(document: MeetingDocument, point: Point, earlier: Earlier) -> SafeString:
    """When and where the point was published to be: “13:00, Press room 1”; the place only where it is another now."""
    at, was = ("programme", point.id, "previous", earlier.number), earlier.was
    parts: list[SafeString | str] = []
    if earlier.has_other_day:
        parts.append(dates(was.date, was.date))
    if earlier.told:
        parts.append(time_of(document, earlier.told))
    elif was.time_text:
        parts.append(marked(was.time_text, document, *at, "time_text"))
    if was.place and was.place != point.place:
        parts.append(marked(was.place, document, *at, "place"))
    return format_html_join(", ", "{}", ((part,) for part in parts))
