"""Build calendars of meetings; the views of those of a configuration and of press conferences.

`?points=1` adds programme points with a time, `?cancelled=0` leaves out everything that is cancelled.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from meetings.clock import get_instant, get_today
from meetings.documents.schema import MeetingDocument
from meetings.feeds.calendars.events import build_events, build_press_events
from meetings.feeds.calendars.ical import CalendarEvent, CalendarInfo, EventStatus, build_calendar_response
from meetings.feeds.calendars.queries import (
    find_current_meetings,
    list_latest,
    load_calendar_meetings,
    load_programme_histories,
)
from meetings.feeds.filters import PRESS_TITLES, get_choice
from meetings.http.conditional_get import (
    View,
    add_validator_headers,
    build_daily_validator,
    conditional,
    confirm_unchanged,
)
from meetings.http.problems import build_parameter_problem
from meetings.i18n.languages import get_interface_language, get_page_language
from meetings.models import Configuration, EditionDocument

YES_WORDS, NO_WORDS = ("1", "true", "yes"), ("0", "false", "no")
PAST_PERIOD = dt.timedelta(days=365)
RECENT_PERIOD, COMING_PERIOD = dt.timedelta(days=60), dt.timedelta(days=183)


def configuration_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    configuration = get_object_or_404(Configuration, slug=slug)
    language = configuration.get_name_language(get_page_language())
    title, path = configuration.get_meeting_title(language), reverse("configuration", args=[slug])
    found = find_recent_meetings(request).filter(edition__configuration=slug)
    return render_daily_calendar(request, CalendarInfo(title, language, path, slug), lambda: found)


def press_calendar(request: HttpRequest) -> HttpResponse:
    """Return the press conferences and everything that is streamed live, without the meetings themselves.

    `?kind=press_conference` has only the former, `?kind=live` only the latter.
    """
    includes_points(request)  # it has them anyway; an invalid value is a 400, as in other calendars
    kind = get_choice(request, "kind", PRESS_TITLES)
    path = reverse("press") + (f"?kind={kind}" if kind else "")
    info = CalendarInfo(str(PRESS_TITLES[kind]), get_interface_language(), path, "press-conferences")
    validator = build_daily_validator(request, info.name, by_date=False)
    if unchanged := confirm_unchanged(request, validator):
        return unchanged
    at, site = get_instant(request), request.build_absolute_uri("/")
    found = find_meetings_since(request, RECENT_PERIOD).filter(
        edition__listed_on__lte=get_today(request) + COMING_PERIOD
    )
    meetings = load_calendar_meetings(list_latest(found), at)
    histories = load_programme_histories(meetings, at)
    events = [event for meeting in meetings for event in build_press_events(meeting, histories[meeting.id], site, kind)]
    return add_validator_headers(render_events(request, info, events), validator)


def find_recent_meetings(request: HttpRequest) -> QuerySet[EditionDocument]:
    """Return the current documents of meetings from a year ago on, including all future ones."""
    return find_meetings_since(request, PAST_PERIOD)


def find_meetings_since(request: HttpRequest, period: dt.timedelta) -> QuerySet[EditionDocument]:
    return find_current_meetings(request).filter(edition__listed_on__gte=get_today(request) - period)


def render_daily_calendar(
    request: HttpRequest, info: CalendarInfo, find: Callable[[], QuerySet[EditionDocument]]
) -> HttpResponse:
    """Return the calendar of the meetings that `find` returns. It is only called if the client has not got it yet."""
    includes_cancelled(request)  # an invalid value is a 400, also for a conditional request
    validator = build_daily_validator(request, info.name, by_date=not includes_points(request))
    if unchanged := confirm_unchanged(request, validator, is_valid=True):
        return unchanged
    return add_validator_headers(render_meetings_calendar(request, info, list_latest(find())), validator)


def render_meetings_calendar(
    request: HttpRequest,
    info: CalendarInfo,
    found: Sequence[EditionDocument],
    describe: Callable[[MeetingDocument], str] | None = None,
) -> HttpResponse:
    """Return the calendar of the meetings. `describe` returns what the description of a meeting's event begins with."""
    at, site = get_instant(request), request.build_absolute_uri("/")
    meetings = load_calendar_meetings(found, at)
    histories = load_programme_histories(meetings, at) if includes_points(request) else {}
    events = [event for meeting in meetings for event in build_events(meeting, histories, site, describe)]
    return render_events(request, info, events)


def render_events(request: HttpRequest, info: CalendarInfo, events: Sequence[CalendarEvent]) -> HttpResponse:
    if not includes_cancelled(request):
        events = [event for event in events if event.status != EventStatus.CANCELLED]
    return build_calendar_response(request, info, events)


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
    """Return True if the request asks for programme points."""
    return is_switched_on(request, "points", NO_WORDS[0])


def includes_cancelled(request: HttpRequest) -> bool:
    """Return True unless the request asks for a calendar without cancelled events."""
    return is_switched_on(request, "cancelled", YES_WORDS[0])


def is_switched_on(request: HttpRequest, name: str, default: str) -> bool:
    """Return whether a parameter says yes. Raise a Problem (400) if it says neither yes nor no, or several things."""
    typed, allowed = request.GET.getlist(name) or [default], [*YES_WORDS, *NO_WORDS]
    if len(set(typed)) > 1:
        raise build_parameter_problem(name, _("%s appears %d times. Use it once.") % (name, len(typed)))
    value = typed[0].casefold()
    if value in allowed:
        return value in YES_WORDS
    detail = _("%(name)s must be one of: %(values)s.") % {"name": name, "values": ", ".join(allowed)}
    raise build_parameter_problem(name, detail, allowed=allowed)
