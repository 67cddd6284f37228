"""Views of the daily schedule: `/en/day/2017-09-14/`, and `/en/day/` for today."""

import datetime as dt
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from meetings.clock import get_minute_near, get_today
from meetings.forms.fields import VALID_YEARS
from meetings.i18n.languages import get_page_language
from meetings.site.daily_schedule.day_parser import NoSuchDayError, parse_day
from meetings.site.daily_schedule.former_entries import find_past_points
from meetings.site.daily_schedule.queries import DAY, find_meetings_between, find_next_day
from meetings.site.daily_schedule.schedule import DailySchedule, build_daily_schedule

MAX_SHOWN_LENGTH = 60


def today(request: HttpRequest) -> HttpResponse:
    """Show the schedule of today in Brussels. The form sends `?date=`, which redirects to another day."""
    return redirect_to_typed_day(request) or render_daily_schedule(request, get_today(request))


def day(request: HttpRequest, day: str) -> HttpResponse:
    """Show the schedule of a day. Other ways to write a day than 2017-09-14 redirect to that address."""
    if redirect := redirect_to_typed_day(request):
        return redirect
    try:
        date = parse_day(day, get_page_language(), get_today(request))
    except NoSuchDayError as error:
        return render_no_such_day(request, day, error, HTTPStatus.NOT_FOUND)
    return render_daily_schedule(request, date) if day == date.isoformat() else redirect_to_day(date)


def redirect_to_typed_day(request: HttpRequest) -> HttpResponse | None:
    """Redirect to the day in `?date=`, or explain what is wrong with it; return None without the parameter."""
    typed = request.GET.get("date", "").strip()
    if not typed:
        return None
    try:
        return redirect_to_day(parse_day(typed, get_page_language(), get_today(request)))
    except NoSuchDayError as error:
        return render_no_such_day(request, typed, error, HTTPStatus.BAD_REQUEST)


def redirect_to_day(day: dt.date) -> HttpResponse:
    return HttpResponseRedirect(reverse("day", args=[day.isoformat()]))


def render_no_such_day(request: HttpRequest, typed: str, error: NoSuchDayError, status: int) -> HttpResponse:
    context = {
        "typed": typed[:MAX_SHOWN_LENGTH],
        "error": str(error),
        "suggestions": error.suggestions,
        "today": get_today(request),
    }
    return render(request, "meetings/no_such_day.html", context, status=status)


def render_daily_schedule(request: HttpRequest, day: dt.date) -> HttpResponse:
    """Return the schedule. Empty days are kept out of search engines."""
    context = build_schedule_context(request, day)
    response = render(request, "meetings/day.html", context)
    if not (context["schedule"].meetings or context["schedule"].withdrawn):  # there is no end of such days
        response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def build_schedule_context(request: HttpRequest, day: dt.date) -> dict[str, Any]:
    """Return the template's context. Only near days follow the clock: yesterday to tomorrow are today somewhere."""
    now, today = get_minute_near(request, [day]), get_today(request)
    past_points = find_past_points(request, day)
    meetings = find_meetings_between(request, day, day, {point.meeting for point in past_points})
    schedule = build_daily_schedule(meetings, day, now, past_points)
    running = [meeting.document for meeting in schedule.meetings if not meeting.is_called_off]
    return {
        "day": day,
        "today": today,
        "is_today": day == today,
        "is_over": day < today,
        "is_refreshed": day >= today or not all(entry.is_over for entry in schedule.entries),
        "now": now if abs(day - today) <= DAY else None,
        "schedule": schedule,
        "before": day - DAY if (day - DAY).year in VALID_YEARS else None,
        "after": day + DAY if (day + DAY).year in VALID_YEARS else None,
        "next": find_next_day(request, day, running),
        "newest": get_newest_edition_time(schedule),
    }


def get_newest_edition_time(schedule: DailySchedule) -> dt.datetime | None:
    """Return when the newest edition on the schedule was published, to compare a printed copy with the screen."""
    shown = [*(meeting.publication for meeting in schedule.meetings), *schedule.withdrawn]
    return max((at for publication in shown if (at := publication.available_from)), default=None)
