"""The addresses of day-sheets: `/en/day/2017-09-14/`, and `/en/day/` for today."""

import datetime as dt
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from meetings.clock import minute_of
from meetings.conditional import Validator, by_day, by_minute, confirmed, stamped
from meetings.day_sheet.finding import DAY, meetings_between, next_day
from meetings.day_sheet.gone import past_points
from meetings.day_sheet.reading import NoSuchDay, read_day
from meetings.day_sheet.sheets import Sheet, sheet_of
from meetings.languages import page_language
from meetings.pages import today_of
from meetings.typed import YEARS

LONGEST = 60


def today(request: HttpRequest) -> HttpResponse:
    """Today's in Brussels; `?date=` leads to another day, as the form there asks."""
    return elsewhere(request) or of(request, today_of(request))


def day(request: HttpRequest, day: str) -> HttpResponse:
    """A day that is written otherwise than 2017-09-14 leads to its one address."""
    if led := elsewhere(request):
        return led
    try:
        read = read_day(day, page_language(), today_of(request))
    except NoSuchDay as error:
        return no_such_day(request, day, error, HTTPStatus.NOT_FOUND)
    return of(request, read) if day == read.isoformat() else led_to(read)


def elsewhere(request: HttpRequest) -> HttpResponse | None:
    typed = request.GET.get("date", "").strip()
    if not typed:
        return None
    try:
        return led_to(read_day(typed, page_language(), today_of(request)))
    except NoSuchDay as error:
        return no_such_day(request, typed, error, HTTPStatus.BAD_REQUEST)


def led_to(day: dt.date) -> HttpResponse:
    return HttpResponseRedirect(reverse("day", args=[day.isoformat()]))


def no_such_day(request: HttpRequest, typed: str, error: NoSuchDay, status: int) -> HttpResponse:
    context = {"typed": typed[:LONGEST], "told": str(error), "near": error.near, "today": today_of(request)}
    return render(request, "meetings/no_such_day.html", context, status=status)


def of(request: HttpRequest, day: dt.date) -> HttpResponse:
    known = known_by(request, day)
    if unchanged := confirmed(request, known):
        return unchanged
    context = context_of(request, day) | {"etag": known.etag}
    response = render(request, "meetings/day.html", context)
    if not (context["sheet"].meetings or context["sheet"].withdrawn):  # of such days there is no end
        response["X-Robots-Tag"] = "noindex, nofollow"
    return stamped(response, known)


def known_by(request: HttpRequest, day: dt.date) -> Validator:
    """The clock speaks on the sheets of today, and of the days around it where it is today elsewhere."""
    is_near = abs(day - today_of(request)) <= DAY
    return by_minute(request, day) if is_near else by_day(request, day, by_date=False)


def context_of(request: HttpRequest, day: dt.date) -> dict[str, Any]:
    """All that is told follows from what `known_by` says, so the time is told of near days only."""
    minute, today = minute_of(request), today_of(request)
    past = past_points(request, day)
    sheet = sheet_of(meetings_between(request, day, day, {one.meeting for one in past}), day, minute, past)
    return {
        "day": day,
        "today": today,
        "is_today": day == today,
        "is_over": day < today,
        "is_renewed": day >= today or not all(entry.is_over for entry in sheet.entries),
        "minute": minute if abs(day - today) <= DAY else None,
        "sheet": sheet,
        "before": day - DAY if (day - DAY).year in YEARS else None,
        "after": day + DAY if (day + DAY).year in YEARS else None,
        "next": next_day(request, day, running(sheet)),
        "newest": newest_of(sheet),
    }


def running(sheet: Sheet) -> list[Any]:
    return [one.document for one in sheet.meetings if not one.is_called_off]


def newest_of(sheet: Sheet) -> dt.datetime | None:
    """When the newest edition on it appeared: what a sheet on paper is compared by."""
    shown = [*(one.publication for one in sheet.meetings), *(one.publication for one in sheet.withdrawn)]
    return max((at for one in shown if (at := one.available_from)), default=None)
