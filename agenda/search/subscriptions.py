"""Views of the calendar and the feed of a search: of what has all the words, now or later."""

from collections.abc import Collection

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from agenda.search.filters import SearchFilters, parse_filters
from agenda.search.queries import MatchMode, search_with_mode
from agenda.search.query_parser import MAX_QUERY_LENGTH, MAX_TERMS, SearchQuery, parse_query
from agenda.search.time_limit import refuse_long_search
from meetings.feeds.calendars.ical import CalendarInfo
from meetings.feeds.calendars.views import find_recent_meetings, render_daily_calendar
from meetings.feeds.views import build_newest_condition, conditional_by_etag, render_feed
from meetings.http.problems import Problem, ProblemType, build_parameter_problem
from meetings.i18n.languages import get_interface_language, get_page_language
from meetings.models import EditionDocument
from meetings.site.published_cache import list_configurations
from meetings.site.query_parameters import get_values


def search_calendar(request: HttpRequest) -> HttpResponse:
    """Return the calendar of the meetings that are found, or have an agenda item that is found."""
    query, filters = parse_search(request)

    def find() -> QuerySet[EditionDocument]:
        editions = find_editions(query, filters)
        return find_recent_meetings(request).filter(edition__in=editions, edition__is_tombstone=False)

    path = reverse("search") + filters.get_query_string()
    return render_daily_calendar(
        request, CalendarInfo(format_title(filters), get_interface_language(), path, "search"), find
    )


@conditional_by_etag
def search_feed(request: HttpRequest) -> HttpResponse:
    """Return the feed of the meetings and topics that are found, with their earlier editions."""
    query, filters = parse_search(request)
    editions = find_editions(query, filters)
    found = build_newest_condition(
        EditionDocument.objects.filter(edition__in=editions).in_language(get_page_language())
    )
    address = filters.get_query_string()
    return render_feed(request, found, format_title(filters), f"search{address}", reverse("search") + address)


def parse_search(request: HttpRequest) -> tuple[SearchQuery, SearchFilters]:
    """Return the query and the filters of a subscription. Raise a Problem (400) if they are invalid or too long."""
    language = get_page_language()
    query = parse_query(" ".join(get_values(request, "q")), language)
    filters = parse_filters(request, query.text, language, list_configurations(request))
    if filters.errors:
        raise Problem(ProblemType.BAD_PARAMETER, filters.errors[0])
    if query.was_cut:
        limits = {"words": MAX_TERMS, "characters": MAX_QUERY_LENGTH}
        message = _("q: the query has more than %(words)d words or %(characters)d characters. Use fewer.") % limits
        raise build_parameter_problem("q", message)
    if not query.terms:
        raise build_parameter_problem("q", _("q: enter at least one word to search for."))
    return query, filters


def find_editions(query: SearchQuery, filters: SearchFilters) -> Collection[str]:
    """Return the ids of the live editions in which a part has all the words.

    Unlike the page, a subscription never shows something similar instead.
    """
    with refuse_long_search():
        return {hit.edition for hit in search_with_mode(query.terms, filters.scope, MatchMode.ALL).hits}


def format_title(filters: SearchFilters) -> str:
    return _("Council meetings: search for “%s”") % filters.parameters["q"]
