"""Dates and texts of documents in templates."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetings import marks
from meetings.clock import BRUSSELS
from meetings.documents.shape import Document, Item, MeetingDocument, Point, Session, Tombstone
from meetings.vocabulary import Language, TimePrecision

register = template.Library()

LOWEST_HEADING = 6


@register.filter
def rich(text: str, above: int = 2) -> SafeString:
    """A document's rich text as HTML. It was sanitised on its way in (`meetings.richtext`) and is never changed.

    Only its headings (h3, h4) are set to the levels that follow `above`, the level of the heading they stand under.
    """
    if above != 2 and "<h" in text:
        for written in (4, 3):
            shown = min(above + written - 2, LOWEST_HEADING)
            text = text.replace(f"<h{written}>", f"<h{shown}>").replace(f"</h{written}>", f"</h{shown}>")
    return mark_safe(text)  # noqa: S308


@register.filter
def deeper(level: int) -> int:
    """The heading level below."""
    return min(level + 1, LOWEST_HEADING)


@register.simple_tag
def lang_of(document: Document, *path: Any) -> SafeString:
    """` lang="fr"` for a text of the document that is not in the page's language, else nothing.

    `path` is where the text stands in the document, as `fallbacks` names it: `"agenda" item.id "text"`.
    """
    language: str = document.language
    if not isinstance(document, Tombstone) and ".".join(map(str, path)) in document.fallbacks:
        language = document.source_language
    return mark_safe("") if language == get_language() else format_html(' lang="{}"', language)


@register.filter
def brussels(instant: dt.datetime) -> str:
    return marks.brussels(instant)


@register.filter
def embargo(until: dt.datetime) -> str:
    return marks.embargo(until)


@register.filter
def own_name(language: str) -> str:
    """What the language calls itself: “français”."""
    return Language(language).label if language in Language.values else language


@register.filter
def dialled(phone: str) -> str:
    """The telephone number as a link dials it: “+32 (0)2 281 51 50” becomes “+3222815150”."""
    return "".join(sign for sign in phone.replace("(0)", "") if sign in "+0123456789")


@register.filter
def session_of(document: MeetingDocument, session: UUID | None) -> Session | None:
    """The session of the meeting that a chair, an item or a programme point belongs to."""
    return next((one for one in document.sessions if session and one.id == session), None)


@register.filter
def items_of(document: MeetingDocument, point: Point) -> list[Item]:
    """The agenda items that a programme point is about, in the agenda's order."""
    return [item for item in every(document.agenda) if item.id in point.items] if point.items else []


def every(items: Iterable[Item]) -> Iterator[Item]:
    for item in items:
        yield item
        yield from every(item.items)


@register.filter
def date_range(start: dt.date | None, end: dt.date | None) -> str:
    """“14 September 2017”, “15–16 November 2018”, “30 November – 1 December 2017”; empty without a start."""
    if start is None:
        return ""
    last = date_format(end or start, "j F Y")
    if end is None or end == start:
        return last
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{last}"
    return f"{date_format(start, 'j F' if start.year == end.year else 'j F Y')} – {last}"


@register.simple_tag
def dates(start: dt.date | None, end: dt.date | None) -> SafeString:
    """The days with their weekdays, as time elements: “Thursday 15 – Friday 16 November 2018”; or nothing."""
    if start is None:
        return mark_safe("")
    end = end or start
    last = format_html('<time datetime="{}">{}</time>', end.isoformat(), date_format(end, "l j F Y"))
    if end == start:
        return last
    shown = "l j F Y" if start.year != end.year else "l j F" if start.month != end.month else "l j"
    return format_html('<time datetime="{}">{}</time> – {}', start.isoformat(), date_format(start, shown), last)


@register.simple_tag
def instant(at: dt.datetime) -> SafeString:
    """“14 September 2017, 18:00” in Brussels, as a time element."""
    local = at.astimezone(BRUSSELS)
    return format_html(
        '<time datetime="{}">{}</time>', local.isoformat(timespec="seconds"), date_format(local, "j F Y, H:i")
    )


@register.filter
def spoken_time(point: Point) -> str:
    """The point's time in words: “about 13:00”, “from 08:30”, “13:00, to be confirmed”."""
    words = {
        TimePrecision.EXACT: "%s",
        TimePrecision.APPROXIMATE: _("about %s"),
        TimePrecision.FROM: _("from %s"),
        TimePrecision.TO_BE_CONFIRMED: _("%s, to be confirmed"),
    }
    if point.time is None:
        return point.time_text
    return words.get(point.time_precision, "%s") % point.time
