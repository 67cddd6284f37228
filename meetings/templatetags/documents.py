"""Template tags and filters for dates, times and texts of documents.

A time is written as “about 13:00”, never as “+/- 13:00”, and without space around it: a comma or a bracket may follow.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetings.clock import BRUSSELS
from meetings.documents import schedule
from meetings.documents.called_off import find_move, is_called_off
from meetings.documents.choices import MeetingStatus, TimePrecision
from meetings.documents.dates import HasDates, find_previous_dates
from meetings.documents.document_urls import format_dial_number
from meetings.documents.fallbacks import get_text_language
from meetings.documents.plain_text import html_to_line
from meetings.documents.schema import Document, EarlierDate, MeetingDocument, Point
from meetings.documents.traversal import find_items, find_session
from meetings.i18n import date_formats as dates_in
from meetings.i18n.event_texts import describe_status, describe_takes_place
from meetings.i18n.languages import get_interface_language, get_language_name, get_own_name, get_page_language
from meetings.i18n.page_dates import (
    format_date_range_in,
    format_date_range_in_sentence,
    format_move_in_sentence,
    format_page_clock,
    format_page_date_range,
)
from meetings.i18n.point_times import format_point_time, format_time_and_language
from meetings.models import Configuration
from meetings.reference.emblems import EMBLEM_CODES
from meetings.reference.glossary import SLUGS_BY_LABEL, TERMS
from meetings.search.result_contents import MeetingSummary
from meetings.site.daily_schedule.entries import PreviousSlot
from meetings.site.kept_parts import render_part
from meetings.site.meeting_list.options import FilterOption
from meetings.site.publications import Publication
from meetings.site.status_labels import format_brussels_time, format_embargo
from meetings.site.text_marks import format_text_mark

register = template.Library()
register.filter("date_range", format_page_date_range)
register.filter("date_range_in_sentence", format_date_range_in_sentence)
register.filter("clock", format_page_clock)
register.filter("own_name", get_own_name)
register.filter("language_label", get_language_name)  # Django has a `language_name`, which lacks Maltese
register.filter("dial_number", format_dial_number)
register.filter("find_session", find_session)
register.filter("find_items", find_items)
register.filter("called_off", is_called_off)
register.filter("previous_dates", find_previous_dates)
register.filter("moved_from", find_move)
register.filter("takes_place", describe_takes_place)
register.filter("point_time", format_point_time)
register.filter("live_streams", schedule.find_live_streams)
register.filter("brussels", format_brussels_time)
register.filter("embargo", format_embargo)

MAX_HEADING_LEVEL = 6
MAX_KEPT_ATTRIBUTES = 200
MAX_KEPT_TERM_LINKS = 2_000  # of some hundred bytes: each label in 24 languages
SELECTED = " selected"
NO_ATTRIBUTE = mark_safe("")


@register.simple_tag(takes_context=True)
def meeting_row(context: Context, meeting: Publication) -> SafeString:
    """Return the row of a meeting, or of the notice in place of it, kept by its text, address, language and day."""
    template_name = "includes/notice_row.html" if meeting.days else "includes/meeting_row.html"
    inputs = {"path": meeting.path, "today": context.get("today", ""), "days": meeting.days}
    inputs |= {"configuration": meeting.configuration} if meeting.days else {}
    return render_part(context, template_name, meeting, inputs, lambda: {"meeting": meeting})


@register.simple_tag
@cache
def badge(code: str) -> SafeString:
    """Return the code of a configuration or another body, with its emblem if it has one."""
    return mark_safe(render_to_string("includes/badge.html", {"code": code}))  # noqa: S308


@register.filter
def has_emblem(code: str) -> bool:
    """Return True if static/img/emblems.svg has a symbol for this configuration."""
    return code in EMBLEM_CODES


@register.filter(name="has_ended")
def has_meeting_ended(document: MeetingDocument, today: dt.date | str) -> bool:
    """Return True if the meeting has ended. `today` is "" on pages that do not set it."""
    return isinstance(today, dt.date) and schedule.is_marked_ended(document, today)


@register.filter(name="plain_line")
def render_plain_line(text: str) -> str:
    """Return a document's rich text as one line of plain text."""
    return html_to_line(text)


@register.filter(name="rich")
def render_rich_text(text: str, above: int = 2) -> SafeString:
    """Return a document's rich text as safe HTML: it was sanitised when it was saved (`meetings.fields.richtext`).

    Its headings (h3, h4) get the levels that follow `above`, the level of the heading above the text.
    """
    if above != 2 and "<h" in text:
        for level in (4, 3):
            shown = min(above + level - 2, MAX_HEADING_LEVEL)
            text = text.replace(f"<h{level}>", f"<h{shown}>").replace(f"</h{level}>", f"</h{shown}>")
    return mark_safe(text)  # noqa: S308


@register.simple_tag(takes_context=True, name="term")
def link_term(context: Context, label: str, name: str) -> SafeString | str:
    """Return a label of ours, and at its first occurrence a link to its explanation in the glossary.

    `name` is the value of the label or the slug of the term. A part of a page that is kept has first occurrences of its
    own.
    """
    slug = SLUGS_BY_LABEL.get(name, name)
    linked: set[str] = context.dicts[0].setdefault("linked_terms", set())  # all included templates share it
    if slug not in TERMS or slug in linked:
        return label
    linked.add(slug)
    return build_term_link(reverse("glossary"), slug, str(label), get_language())


@lru_cache(MAX_KEPT_TERM_LINKS, typed=True)  # a safe text is not escaped, though it is equal to one that is not safe
def build_term_link(glossary: str, slug: str, label: str, _language: str | None) -> SafeString:
    spoken = _("%s (glossary)") % label  # in a list of links, “Documents” alone would promise documents
    link = '<a class="term" href="{}#{}" aria-label="{}">{}</a>'
    return format_html(link, glossary, slug, spoken, label)


@register.filter(name="with_parameter")
def add_parameter(path: str, parameter: str) -> str:
    """Return the path with one more query parameter, such as `points=1`."""
    return f"{path}{'&' if '?' in path else '?'}{parameter}"


@register.filter(name="next_level")
def get_next_heading_level(level: int) -> int:
    return min(level + 1, MAX_HEADING_LEVEL)


def format_lang_attribute(language: str) -> SafeString:
    """Return ` lang="fr"`, or an empty string if this is the language of the interface around it."""
    return NO_ATTRIBUTE if language == get_interface_language() else build_lang_attribute(language)


@lru_cache(MAX_KEPT_ATTRIBUTES)
def build_lang_attribute(language: str) -> SafeString:
    return format_html(' lang="{}"', language)


register.simple_tag(get_interface_language, name="interface_language")
register.simple_tag(get_page_language, name="page_language")
register.simple_tag(format_lang_attribute, name="lang")


@register.simple_tag(name="options")
def render_options(options: Sequence[FilterOption]) -> SafeString:
    """Return the option elements of a select field."""
    languages = {option.language for option in options}
    attributes = {each: format_lang_attribute(each) if each else "" for each in languages}
    elements = (
        f'<option value="{escape(option.value)}"{attributes[option.language]}{SELECTED * option.is_chosen}>'
        f"{escape(option.label)}</option>"
        for option in options
    )
    return mark_safe("\n".join(elements))  # noqa: S308 (all is escaped)


@register.simple_tag(name="lang_of")
def format_lang_of_text(document: Document, *path: Any) -> SafeString:
    """Return the lang attribute of a text of the document, or an empty string if it needs none.

    `path` is the path of the text in the document, as in `fallbacks`: `"agenda" item.id "text"`. On the page of a
    review, the text is also marked with its path.
    """
    return format_text_mark(path) + format_lang_attribute(get_text_language(document, *path))


@register.simple_tag(name="document_text")
def mark_document_text(text: str, document: Document, *path: Any) -> SafeString | str:
    """Return a text of the document for the middle of a sentence, in an element with its language if it needs one."""
    return mark_text(text, get_text_language(document, *path))


@register.simple_tag(name="text_with_lang")
def mark_text(text: str, language: str) -> SafeString | str:
    """Return any text for the middle of a sentence, in an element with its language if it needs one."""
    attribute = format_lang_attribute(language)
    return format_html("<span{}>{}</span>", attribute, text) if attribute else text


@register.simple_tag(name="mark_text")
def format_mark_of_text(*path: Any) -> SafeString:
    """Return the mark of a text that is the same in all languages, such as a name, for the review screen only."""
    return format_text_mark(path)


@register.simple_tag(name="lang_of_dates")
def format_lang_of_dates() -> SafeString:
    """Return the lang attribute of dates and times, which are in the page's language."""
    return format_lang_attribute(get_page_language())


@register.filter(name="name")
def get_configuration_name(configuration: Configuration) -> str:
    """Return the configuration's name in the page's language."""
    return configuration.get_name(get_page_language())


@register.filter(name="meeting_title")
def get_meeting_title(configuration: Configuration) -> str:
    """Return the title of the configuration's meetings in the page's language."""
    return configuration.get_meeting_title(get_page_language())


@register.simple_tag(name="lang_of_name")
def format_lang_of_name(configuration: Configuration) -> SafeString:
    return format_lang_attribute(configuration.get_name_language(get_page_language()))


@register.filter(name="numbered")
def enumerate_parts(parts: Iterable[Any]) -> list[tuple[int, Any]]:
    """Return each part with its index from 0, as in paths of `fallbacks`."""
    return list(enumerate(parts))


def render_time_element(machine: str, shown: str, language: str) -> SafeString:
    return format_html('<time datetime="{}"{}>{}</time>', machine, format_lang_attribute(language), shown)


def choose_language_of_dates(*, in_sentence: bool) -> str:
    """Return the language of the interface for the middle of its sentences, else that of the page."""
    return get_interface_language() if in_sentence else get_page_language()


@register.simple_tag(name="dates")
def render_dates(start: dt.date | None, end: dt.date | None, *, in_sentence: bool = False) -> SafeString:
    """Return the days with weekdays as time elements: “Thursday 15 – Friday 16 November 2018”; "" without a start."""
    language = choose_language_of_dates(in_sentence=in_sentence)
    if start is None:
        return mark_safe("")
    if end is None or end == start:
        return render_time_element(start.isoformat(), dates_in.format_weekday_date(start, language), language)
    days = zip((start, end), dates_in.format_weekday_range(start, end, language), strict=True)
    return format_html("{} – {}", *(render_time_element(day.isoformat(), shown, language) for day, shown in days))


@register.simple_tag(name="days")
def render_days(start: dt.date, end: dt.date | None, *, in_sentence: bool = False) -> SafeString:
    """Return the days without weekdays as one time element: “15–16 November 2018”."""
    language = choose_language_of_dates(in_sentence=in_sentence)
    return render_time_element(start.isoformat(), format_date_range_in(language, start, end), language)


@register.simple_tag(name="instant")
def render_instant(at: dt.datetime, *, in_sentence: bool = False) -> SafeString:
    """Return the time in Brussels as a time element: “14 September 2017, 18:00”."""
    language = choose_language_of_dates(in_sentence=in_sentence)
    local = at.astimezone(BRUSSELS)
    shown = dates_in.format_datetime(local.replace(second=0), language)
    return render_time_element(local.isoformat(timespec="seconds"), shown, language)


@register.filter(name="meeting_states")
def format_meeting_states(document: MeetingDocument | MeetingSummary) -> list[SafeString | str]:
    """Return in a few words what is not as planned: “Moved from 8 to 17 December 2026”, “Provisional”."""
    if is_called_off(document):
        is_cancelled = document.status == MeetingStatus.CANCELLED
        return [str(capfirst(document.status.label)) if is_cancelled else _("Postponed, no new date")]
    states: list[SafeString | str] = []
    if earlier := find_move(document):
        states.append(format_move(_("Moved from {before} to {after}"), earlier, document))
    if document.status == MeetingStatus.PROVISIONAL:
        states.append(str(capfirst(document.status.label)))
    return states


def format_move(sentence: str, earlier: EarlierDate, document: HasDates) -> SafeString:
    """Return the sentence with the dates of a moved meeting as time elements in place of `{before}` and `{after}`."""
    before, after = format_move_in_sentence(earlier, document)
    dates = {"before": (earlier.start_date, before), "after": (document.start_date, after)}
    language = get_interface_language()
    elements = {name: render_time_element(str(day), shown, language) for name, (day, shown) in dates.items()}
    return format_html(sentence, **elements)


@register.simple_tag(name="meeting_status")
def render_meeting_status(document: MeetingDocument) -> SafeString | str:
    """Return the sentence on the status of the meeting; empty if it takes place as planned."""
    if earlier := find_move(document):
        return format_move(_("This meeting has been moved from {before} to {after}."), earlier, document)
    return describe_status(document)


@register.simple_tag(name="day_and_time")
def render_day_and_time(at: dt.datetime, zone: str) -> SafeString:
    """Return the time in the time zone as a time element, for the middle of a sentence: “14 September, 18:00”."""
    local, language = at.astimezone(ZoneInfo(zone)), get_interface_language()
    day, clock = dates_in.format_month_and_day(local, language), local.time().replace(second=0)
    shown = f"{day}, {dates_in.format_clock(clock, language)}"
    return render_time_element(local.isoformat(), shown, language)


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


@register.simple_tag(name="point_day_and_time")
def render_point_day_and_time(
    document: MeetingDocument, point: Point, *, in_sentence: bool = False
) -> SafeString | str:
    """Return the point's time after its day, if the page does not say the day by itself.

    It does for a point on the only day of the meeting: “13:00”. Another has “Friday 15 September, about 13:00”. The
    day is in the language of the time, which may have words; `in_sentence`, it is in that of the interface.
    """
    time = render_point_time(document, point)
    if point.date is None or document.start_date == point.date == document.end_date:
        return time
    language = get_interface_language() if in_sentence else get_point_time_language(document, point)
    day = dates_in.format_weekday_and_day(point.date, language)
    shown = render_time_element(point.date.isoformat(), day, language)
    return format_html("{}, {}", shown, time) if time else shown


def get_point_time_language(document: MeetingDocument, point: Point) -> str:
    if point.time_text and not point.time:
        return get_text_language(document, "programme", point.id, "time_text")
    return format_time_and_language(point)[1]


@register.simple_tag(name="previous_slot")
def render_previous_slot(document: MeetingDocument, point: Point, slot: PreviousSlot) -> SafeString:
    """Return a former time and place of the point: “13:00, Press room 1”. The place is left out if it is the same."""
    path, was = ("programme", point.id, "previous", slot.number), slot.was
    parts: list[SafeString | str] = []
    if slot.has_other_day:
        parts.append(render_dates(was.date, was.date, in_sentence=True))
    if slot.as_point:
        parts.append(render_point_time(document, slot.as_point))
    elif was.time_text:
        parts.append(mark_document_text(was.time_text, document, *path, "time_text"))
    if was.place and was.place != point.place:
        parts.append(mark_document_text(was.place, document, *path, "place"))
    return format_html_join(", ", "{}", ((part,) for part in parts))
