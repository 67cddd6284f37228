"""Dates and texts of documents in templates."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from meetings import dates as dates_in
from meetings import marks
from meetings.clock import BRUSSELS
from meetings.documents import clocks
from meetings.documents.calling_off import is_called_off
from meetings.documents.days import moved_from
from meetings.documents.shape import Document, Item, MeetingDocument, Point, Session, Tombstone
from meetings.languages import language_of_words, page_language
from meetings.models import Configuration
from meetings.reference.delegations import DEFAULT_LANGUAGE
from meetings.reference.emblems import CODES
from meetings.spoken import spoken_time
from meetings.vocabulary import Language

register = template.Library()
register.filter("called_off", is_called_off)
register.filter("moved_from", moved_from)

LOWEST_HEADING = 6


@register.filter
def has_emblem(code: str) -> bool:
    """Whether static/img/emblems.svg has a shape of this configuration."""
    return code in CODES


@register.filter
def has_ended(document: MeetingDocument, today: dt.date | str) -> bool:
    """`today` may be missing from the page, and is "" then."""
    return isinstance(today, dt.date) and clocks.has_ended(document, today)


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


def lang(language: str) -> SafeString:
    """` lang="fr"` for what is not in the language of the words around it, else nothing."""
    return mark_safe("") if language == language_of_words() else format_html(' lang="{}"', language)


register.simple_tag(language_of_words)
register.simple_tag(page_language)
register.simple_tag(lang, name="lang")


@register.simple_tag
def lang_of(document: Document, *path: Any) -> SafeString:
    """` lang="fr"` for a text of the document, likewise.

    `path` is where the text stands in the document, as `fallbacks` names it: `"agenda" item.id "text"`.
    """
    return lang(language_of_text(document, *path))


def language_of_text(document: Document, *path: Any) -> str:
    if not isinstance(document, Tombstone) and ".".join(map(str, path)) in document.fallbacks:
        return document.source_language
    return document.language


@register.simple_tag
def marked(text: str, document: Document, *path: Any) -> SafeString | str:
    """The text within an element that says its language, for the middle of a sentence; bare where it needs none."""
    return written(text, language_of_text(document, *path))


@register.simple_tag
def written(text: str, language: str) -> SafeString | str:
    """Likewise, for what is no text of a document."""
    attribute = lang(language)
    return format_html("<span{}>{}</span>", attribute, text) if attribute else text


@register.simple_tag
def lang_of_dates() -> SafeString:
    """` lang="fr"` for dates and times, which are in the page's language."""
    return lang(page_language())


@register.filter
def name(configuration: Configuration) -> str:
    """In the page's language."""
    return configuration.name_in(page_language())


@register.filter
def meeting_title(configuration: Configuration) -> str:
    """Likewise."""
    return configuration.title_in(page_language())


@register.simple_tag
def lang_of_name(configuration: Configuration) -> SafeString:
    return lang(page_language() if configuration.named_in(page_language()) else DEFAULT_LANGUAGE)


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
def numbered(parts: Iterable[Any]) -> list[tuple[int, Any]]:
    """Each with its place from 0 on, as paths of `fallbacks` count."""
    return list(enumerate(parts))


@register.filter
def date_range(start: dt.date | None, end: dt.date | None) -> str:
    """“14 September 2017”, “15–16 November 2018”, “30 November – 1 December 2017”; empty without a start."""
    return dates_in.days(start, end or start, page_language()) if start else ""


def time_element(machine: str, shown: str) -> SafeString:
    return format_html('<time datetime="{}"{}>{}</time>', machine, lang_of_dates(), shown)


@register.simple_tag
def dates(start: dt.date | None, end: dt.date | None) -> SafeString:
    """The days with their weekdays, as time elements: “Thursday 15 – Friday 16 November 2018”; or nothing."""
    if start is None:
        return mark_safe("")
    if end is None or end == start:
        return time_element(start.isoformat(), dates_in.weekday(start, page_language()))
    first, last = dates_in.weekdays(start, end, page_language())
    return format_html("{} – {}", time_element(start.isoformat(), first), time_element(end.isoformat(), last))


@register.simple_tag
def days(start: dt.date, end: dt.date | None) -> SafeString:
    """Likewise without weekdays, as one element: “15–16 November 2018”."""
    return time_element(start.isoformat(), dates_in.days(start, end or start, page_language()))


@register.simple_tag
def instant(at: dt.datetime) -> SafeString:
    """“14 September 2017, 18:00” in Brussels, as a time element."""
    local = at.astimezone(BRUSSELS)
    return time_element(local.isoformat(timespec="seconds"), dates_in.moment(local.replace(second=0), page_language()))


@register.simple_tag
def day_and_time(at: dt.datetime, zone: str) -> SafeString:
    """“14 September, 18:00” in the time zone, as a time element."""
    local, language = at.astimezone(ZoneInfo(zone)), page_language()
    shown = f"{dates_in.month_and_day(local, language)}, {dates_in.clock(local.time().replace(second=0), language)}"
    return time_element(local.isoformat(), shown)


@register.filter
def clock(time: str | None) -> str:
    """A document's “18:00” as the page's language writes it."""
    return dates_in.clock(dt.time.fromisoformat(time), page_language()) if time else ""


register.filter(spoken_time)
