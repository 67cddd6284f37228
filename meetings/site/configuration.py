"""The page of a configuration: what it is, its next meeting, and all its meetings, year by year."""

import datetime as dt
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from meetings.clock import get_instant, get_today
from meetings.database.prepared_query import fetch_rows
from meetings.documents.choices import ConfigurationKind
from meetings.editions.index_rows import build_called_off_condition
from meetings.editions.keyset import EARLIEST_FIRST
from meetings.i18n.languages import get_page_language
from meetings.models import Configuration, Edition, EditionDocument, Presidency, SubjectType
from meetings.models.meeting import MAX_MEETING_DURATION
from meetings.reference.configurations import CONFIGURATIONS_BY_SLUG, SUCCESSORS
from meetings.reference.delegations import get_country_name
from meetings.site.meeting_list.selection import Month, build_period, filter_by_period
from meetings.site.publications import build_publications, find_page, select_live_documents
from meetings.site.query_parameters import describe_repeated_parameters, describe_unknown_value, get_single_value
from meetings.site.withdrawal_notices import add_upcoming_notices


def configuration(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the configuration with its meetings of a year: of `?year=2017`, or else of the nearest year that has any."""
    configurations = list(Configuration.objects.all())
    shown = next((configuration for configuration in configurations if configuration.slug == slug), None)
    if shown is None:
        raise Http404
    today = get_today(request)
    find_meetings = partial(select_live_documents, request, SubjectType.MEETING)
    years = find_years(slug, get_instant(request))
    is_past = bool(shown.valid_until and shown.valid_until < today)
    year = get_chosen_year(request, years, min(today, shown.valid_until or today))
    month = Month(year, today.month if year == today.year else 1)
    successors = [configuration for configuration in configurations if configuration.slug in SUCCESSORS.get(slug, ())]
    others = [other for other in configurations if other.slug != slug and other.is_in_force_on(today)]
    context = {
        "configuration": shown,
        "today": today,
        "is_past": is_past,
        "has_remit": slug in CONFIGURATIONS_BY_SLUG,
        "successors": successors,
        "next": build_publications(
            add_upcoming_notices(
                request, find_meetings(select_next, slug, today, today - MAX_MEETING_DURATION), today, slugs=[slug]
            )
        ),
        "messages": describe_unknown_year(request, years),
        "years": years,
        "year": year,
        "month": month if month.is_shown(today) else None,
        "others": others,
    }
    period = build_period(dt.date(year, 1, 1), dt.date(year, 12, 31))
    context |= build_presidency_context(shown, today)
    page = find_page(request, find_meetings, select_by_period, slug, *period)
    context |= {"meetings": build_publications(page.rows), "newer": page.previous, "older": page.next}
    return render(request, "meetings/configuration.html", context)


def find_years(slug: str, at: dt.datetime) -> list[int]:
    """Return the years in which the configuration has a meeting, the latest first."""
    return sorted({year for years in fetch_rows(find_pairs_of_years, slug, at) for year in years if year}, reverse=True)


def find_pairs_of_years(slug: Any, at: Any) -> QuerySet[Any, Any]:
    live = Edition.objects.live(at).filter(configuration=slug).order_by()
    return live.values_list("listed_on__year", "end_date__year").distinct()


def get_chosen_year(request: HttpRequest, years: list[int], day: dt.date) -> int:
    """Return the year in the address if it is one of `years`, or else the one of them that is nearest to `day`."""
    typed = get_single_value(request, "year")
    if typed in map(str, years):
        return int(typed)
    return min(years, key=lambda year: abs(year - day.year), default=day.year)


def describe_unknown_year(request: HttpRequest, years: list[int]) -> list[str]:
    """Return what the page says of a year in the address that is none of `years`."""
    name = _("Year")
    unknown = describe_unknown_value(request, "year", name, [*map(str, years)])
    return [*unknown, *describe_repeated_parameters(request, {"year": name})]


def select_next(live: QuerySet[EditionDocument], slug: Any, today: Any, earliest: Any) -> QuerySet[EditionDocument]:
    """Return the meeting that is on today or comes next and is not called off: one row or none."""
    upcoming = live.filter(edition__configuration=slug, edition__listed_on__gte=earliest, edition__end_date__gte=today)
    return upcoming.exclude(build_called_off_condition("edition__")).order_by(*EARLIEST_FIRST)[:1]


def select_by_period(
    live: QuerySet[EditionDocument], slug: Any, first: Any, last: Any, earliest: Any
) -> QuerySet[EditionDocument]:
    return filter_by_period(live.filter(edition__configuration=slug), first, last, earliest)


def build_presidency_context(shown: Configuration, today: dt.date) -> dict[str, Any]:
    """Return who presides over the Council; nothing for other bodies and for configurations that no longer meet."""
    if shown.kind != ConfigurationKind.COUNCIL or not shown.is_in_force_on(today):
        return {}
    presidency = Presidency.objects.find_by_day(today)
    return {
        "presidency": presidency,
        "country": presidency and get_country_name(presidency.country, get_page_language()),
    }
