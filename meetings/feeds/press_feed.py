"""The feed of press conferences and live streams: an entry for each, which is updated when it changes."""

import datetime as dt
from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from meetings.api.resource_urls import build_page_url
from meetings.clock import get_instant, get_today
from meetings.documents.schedule import (
    find_live_streams,
    get_point_day,
    is_for_press,
    list_sort_instants,
    select_live_streams,
    takes_place,
)
from meetings.documents.schema import MeetingDocument, Point
from meetings.feeds.atom import strip_invalid_xml
from meetings.feeds.calendars.queries import (
    CalendarMeeting,
    ProgrammeHistory,
    ProgrammeRun,
    find_current_meetings,
    list_latest,
    load_calendar_meetings,
    load_programme_histories,
)
from meetings.feeds.filters import PRESS_TITLES, get_choice
from meetings.feeds.views import write_feed
from meetings.http.conditional_get import add_validator_headers, build_daily_validator, confirm_unchanged
from meetings.i18n import date_formats
from meetings.i18n.event_texts import (
    format_event_time,
    format_place,
    format_point_state,
    format_point_title,
    join_nonempty,
    list_earlier_times,
    use_language,
)
from meetings.i18n.languages import get_page_language
from meetings.models import EditionDocument
from meetings.models.base import MAX_DISTANCE_FROM_MEETING
from meetings.models.meeting import MAX_MEETING_DURATION

DAY = dt.timedelta(days=1)
FORTNIGHT = dt.timedelta(days=14)


def press_feed(request: HttpRequest) -> HttpResponse:
    """Return the feed of those from yesterday to the end of the coming fortnight, in the order of time.

    `?kind=press_conference` has only press conferences and briefings, `?kind=live` only live streams.
    """
    kind = get_choice(request, "kind", PRESS_TITLES)
    validator = build_daily_validator(request, by_date=False)
    if unchanged := confirm_unchanged(request, validator):
        return unchanged
    at, today = get_instant(request), get_today(request)
    first, last = today - DAY, today + FORTNIGHT
    meetings = load_calendar_meetings(list_latest(find_meetings_near(request, first, last)), at)
    histories = load_programme_histories(meetings, at)
    found = [
        (sorted_at, entry)
        for meeting in meetings
        for sorted_at, day, entry in build_point_entries(request, meeting, histories[meeting.id], kind)
        if first <= day <= last
    ]
    entries = [entry for _sorted_at, entry in sorted(found, key=itemgetter(0))]
    name, path = (f"press/{kind}", f"{reverse('press')}?kind={kind}") if kind else ("press", reverse("press"))
    return add_validator_headers(write_feed(request, str(PRESS_TITLES[kind]), name, path, entries), validator)


def find_meetings_near(request: HttpRequest, first: dt.date, last: dt.date) -> QuerySet[EditionDocument]:
    """Return the current documents of the meetings that can have a point from `first` to `last`."""
    before, after = MAX_DISTANCE_FROM_MEETING
    period = (first - MAX_MEETING_DURATION - after, last + before)
    return find_current_meetings(request).filter(edition__listed_on__range=period)


def build_point_entries(
    request: HttpRequest, meeting: CalendarMeeting, history: ProgrammeHistory, kind: str
) -> Iterator[tuple[dt.datetime, dt.date, dict[str, Any]]]:
    """Yield an entry for each press conference and live stream, after the instant to sort it by and its day.

    With `kind`, only for those of the kind (`is_for_press`).
    """
    document, edition = meeting.document, meeting.edition_document.edition
    if not isinstance(document, MeetingDocument):
        return
    instants = list_sort_instants(document, edition.listed_on)
    for point, sorted_at in zip(document.programme, instants, strict=True):
        day = get_point_day(document, point)
        if day and is_for_press(point, kind):
            pages = {
                language: build_page_url(request, edition.address, language, f"point-{point.id}")
                for language in (get_page_language(), *edition.languages)
            }
            with use_language(document.language):
                yield sorted_at, day, build_point_entry(meeting, document, point, pages, history)


def build_point_entry(
    meeting: CalendarMeeting,
    document: MeetingDocument,
    point: Point,
    pages: Mapping[str, str],
    history: ProgrammeHistory,
) -> dict[str, Any]:
    """Return the arguments of the feed's `add_item`. `pages` are the point's addresses, the reader's language first."""
    happens = takes_place(document, point)
    streams = [link.url for link in find_live_streams(document, point)]
    title = format_point_title(point, document.title)
    when = format_point_day_and_time(document, point)
    summary = join_nonempty(
        document.title,
        join_nonempty(point.place, format_place(document.place)),
        format_point_state(point),
        *list_earlier_times(point),
        *(f"{_('Streamed live')}: {address}" for address in streams),
        by="\n",
    )
    [page, *_others] = pages.values()
    return {
        "title": strip_invalid_xml(f"{title if happens else _('Cancelled: %s') % title}, {when}"),
        "link": page,
        "description": None,
        "unique_id": f"urn:uuid:{point.id}",
        "pubdate": meeting.edition_document.history.published_at,
        "updateddate": find_last_change(point, history),
        "language": document.language,
        "alternates": [(each, pages[each]) for each in meeting.edition_document.edition.languages],
        "summary": (document.language, strip_invalid_xml(summary)),
        "category": (document.language, document.configuration.slug, strip_invalid_xml(document.configuration.name)),
        "streams": streams,
    }


def format_point_day_and_time(document: MeetingDocument, point: Point) -> str:
    day = get_point_day(document, point)
    return join_nonempty(date_formats.format_day(day, get_page_language()) if day else "", format_event_time(point))


def find_last_change(point: Point, history: ProgrammeHistory) -> dt.datetime:
    """Return when the point became what it is now, apart from its texts in other languages.

    Of the editions that are read, it is the first of those since which neither the point nor the date, place and status
    of the meeting has changed.
    """
    since = history.runs[-1].since
    newest = find_facts(history.runs[-1], point)
    for run in reversed(history.runs[:-1]):
        if newest is None or find_facts(run, point) != newest:
            break
        since = run.since
    return since


def find_facts(run: ProgrammeRun, point: Point) -> object:
    """Return all that an entry says about the point in a run of editions; None if nobody may read them."""
    programme = run.programme
    if programme is None:
        return None
    same = next((each for each in programme.programme if each.id == point.id), None)
    streams = select_live_streams(programme.links)
    return same and (same, programme.start_date, programme.status, programme.place, programme.timezone, streams)
