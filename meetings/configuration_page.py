"""The page of a configuration: who they are, their next meeting, and all their meetings, year by year."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from meetings.browsing.choice import Month, within
from meetings.called_off import called_off
from meetings.clock import instant_of
from meetings.languages import page_language
from meetings.models import Configuration, Edition, EditionDocument, Presidency, SubjectType
from meetings.models.meeting import LONGEST
from meetings.pages import paged, publications, today_of
from meetings.publications import live_documents
from meetings.reference.delegations import country_name
from meetings.reference.remits import REMITS
from meetings.vocabulary import ConfigurationKind


def configuration(request: HttpRequest, slug: str) -> HttpResponse:
    """`?year=2017` lists the meetings of that year, else of this or its last year, or of the nearest that has any."""
    known = list(Configuration.objects.all())
    shown = next((one for one in known if one.slug == slug), None)
    if shown is None:
        raise Http404
    today = today_of(request)
    held = live_documents(request, SubjectType.MEETING).filter(edition__configuration=slug)
    years = years_of(slug, instant_of(request))
    is_past = bool(shown.valid_until and shown.valid_until < today)
    year = chosen_year(request, years, min(today, shown.valid_until or today))
    remit, month = REMITS.get(slug), Month(year, today.month if year == today.year else 1)
    context = {
        "configuration": shown,
        "today": today,
        "is_past": is_past,
        "remit": remit,
        "after": [one for one in known if remit and one.slug in remit.after],
        "next": publications(next_of(held, today)),
        "years": years,
        "year": year,
        "month": month if month.is_shown(today) else None,
        "others": [one for one in known if one.slug != slug and one.valid_on(today)],
    }
    of_year = within(held, dt.date(year, 1, 1), dt.date(year, 12, 31))
    return render(
        request, "meetings/configuration.html", context | presidency_of(shown, today) | paged(request, of_year)
    )


def years_of(slug: str, at: dt.datetime) -> list[int]:
    """Those that have a day of a meeting, the latest first."""
    live = Edition.objects.live(at).filter(configuration=slug).order_by()
    found = live.values_list("listed_on__year", "end_date__year").distinct()
    return sorted({year for years in found for year in years if year}, reverse=True)


def chosen_year(request: HttpRequest, years: list[int], day: dt.date) -> int:
    """That of the address, else the one that is nearest to this day. What is no year of theirs chooses nothing."""
    written = request.GET.get("year", "")
    if written in map(str, years):
        return int(written)
    return min(years, key=lambda year: abs(year - day.year), default=day.year)


def next_of(held: QuerySet[EditionDocument], today: dt.date) -> QuerySet[EditionDocument]:
    """The one that is on or comes next, and is not called off."""
    ahead = held.filter(edition__listed_on__gte=today - LONGEST, edition__end_date__gte=today)
    return ahead.exclude(called_off("edition__")).order_by("edition__listed_on", "edition__subject_id")[:1]


def presidency_of(shown: Configuration, today: dt.date) -> dict[str, Any]:
    """Who presides over the Council; of no other body, nor of what does not meet any more."""
    if shown.kind != ConfigurationKind.COUNCIL or not shown.valid_on(today):
        return {}
    presidency = Presidency.objects.on(today)
    return {"presidency": presidency, "country": presidency and country_name(presidency.country, page_language())}
