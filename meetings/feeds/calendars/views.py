"""Views of the calendars of all meetings and of a configuration. `?points=1` adds programme points with a time."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import wraps
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from meetings.clock import get_instant, get_today
from meetings.documents.schema import MeetingDocument
from meetings.feeds.calendars.cache import get_cached_calendar
from meetings.feeds.calendars.history import ProgrammeHistory, load_programme_histories
from meetings.feeds.calendars.meeting_events import build_meeting_event, get_edition_url
from meetings.feeds.calendars.meetings import (
    CalendarMeeting,
    find_current_meetings,
    list_latest,
    load_calendar_meetings,
)
from meetings.feeds.calendars.point_events import PointEvents
from meetings.feeds.calendars.rendering import CalendarInfo, build_calendar_response, render_ics
from meetings.feeds.calendars.vevent_writer import CalendarEvent
from meetings.http.conditional_get import (
    View,
    add_validator_headers,
    build_daily_validator,
    conditional,
    confirm_unchanged,
)
from meetings.http.licence import get_licence
from meetings.http.problems import build_parameter_problem
from meetings.i18n.event_texts import use_language
from meetings.i18n.languages import get_interface_language, get_page_language
from meetings.models import Configuration, EditionDocument
from meetings.reference.delegations import DEFAULT_LANGUAGE

POINTS_PARAMETER, YES_WORDS, NO_WORDS = "points", ("1", "true", "yes"), ("0", "false", "no")
PAST_PERIOD = dt.timedelta(days=365)


def all_meetings_calendar(request: HttpRequest) -> HttpResponse:
    about = build_calendar_info(
        request, _("Council meetings"), get_interface_language(), reverse("meetings"), "council"
    )
    return render_daily_calendar(request, about, find_recent_meetings(request))


def configuration_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    council_configuration = Configuration.objects.filter(slug=slug).first()
    if council_configuration is None:
        raise Http404
    language = get_page_language() if council_configuration.has_name_in(get_page_language()) else DEFAULT_LANGUAGE
    about = build_calendar_info(
        request,
        council_configuration.get_meeting_title(language),
        language,
        reverse("configuration", args=[slug]),
        slug,
    )
    return render_daily_calendar(request, about, find_recent_meetings(request).filter(edition__configuration=slug))


def render_daily_calendar(request: HttpRequest, about: CalendarInfo, found: QuerySet[EditionDocument]) -> HttpResponse:
    points = includes_points(request)
    validator = build_daily_validator(request, about.name, by_date=not points)
    if unchanged := confirm_unchanged(request, validator):
        return unchanged
    text = get_cached_calendar(
        request, validator, lambda: build_ics(request, about, list_latest(found)), includes_past=points
    )
    return add_validator_headers(build_calendar_response(about, text), validator)


def conditional_calendar(view: View) -> View:
    """Decorate the view of a calendar: with points, compare ETags only.

    Points come from past editions, too. When a suppressed text becomes readable again, no date changes.
    """
    by_tag, by_date = conditional(view, by_date=False), conditional(view)

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return (by_tag if includes_points(request) else by_date)(request, *args, **kwargs)

    return answer


def includes_points(request: HttpRequest) -> bool:
    """Return True if the request asks for programme points. Raise a Problem (400) for any other value."""
    value = request.GET.get(POINTS_PARAMETER, NO_WORDS[0])
    if value.casefold() in (*YES_WORDS, *NO_WORDS):
        return value.casefold() in YES_WORDS
    allowed = [*YES_WORDS, *NO_WORDS]
    raise build_parameter_problem(
        POINTS_PARAMETER, _("points must be one of: %s.") % ", ".join(allowed), allowed=allowed
    )


def find_recent_meetings(request: HttpRequest) -> QuerySet[EditionDocument]:
    """Return the current documents of meetings from a year ago on, including all future ones."""
    return find_current_meetings(request).filter(edition__listed_on__gte=get_today(request) - PAST_PERIOD)


def build_calendar_info(request: HttpRequest, name: str, language: str, path: str, file: str) -> CalendarInfo:
    terms = get_licence()
    summary = _("Agendas of the meetings of the Council of the European Union, published by its press office.")
    return CalendarInfo(
        name=name,
        description=f"{summary} {terms.attribution}, {terms.name}: {terms.url}",
        description_language=get_interface_language(),
        language=language,
        source=request.build_absolute_uri(),
        url=request.build_absolute_uri(path),
        file=file,
    )


def render_calendar(request: HttpRequest, about: CalendarInfo, found: Sequence[EditionDocument]) -> HttpResponse:
    return build_calendar_response(about, build_ics(request, about, found))


def build_ics(request: HttpRequest, about: CalendarInfo, found: Sequence[EditionDocument]) -> bytes:
    at, site = get_instant(request), request.build_absolute_uri("/")
    meetings = load_calendar_meetings(found, at)
    histories = load_programme_histories(meetings, at) if includes_points(request) else {}
    return render_ics(about, [event for meeting in meetings for event in build_events(meeting, histories, site)])


def build_events(
    meeting: CalendarMeeting, histories: Mapping[UUID, ProgrammeHistory], site: str
) -> list[CalendarEvent]:
    """Return the event of the meeting, and those of its points if `histories` has them.

    Events are in the language of the document; a notice is in the language of the page.
    """
    document, page = meeting.document, get_edition_url(meeting.edition_document.edition, site)
    if document is None:
        return []
    with use_language(document.language if isinstance(document, MeetingDocument) else get_page_language()):
        events = [build_meeting_event(meeting, document, page)]
        if history := histories.get(meeting.edition_document.edition.subject_id):
            events += PointEvents(meeting, document, history, page)
    return events
