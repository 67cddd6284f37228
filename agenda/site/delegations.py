"""Views of delegations: the list, and the page, calendar and feed of one delegation.

All delegations that the reference data knows have a page, also if no meeting names them.
"""

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from agenda.presentation.delegations import Role, count_requests, find_delegation_meetings, find_years
from meetings.clock import get_today
from meetings.feeds.calendars.ical import CalendarInfo
from meetings.feeds.calendars.views import find_recent_meetings, render_daily_calendar
from meetings.feeds.views import conditional_by_etag, render_feed
from meetings.i18n.languages import get_page_language
from meetings.i18n.text_folding import fold_words
from meetings.models import IndexedDelegation, Presidency
from meetings.reference.delegations import DELEGATIONS, DELEGATIONS_BY_CODE, get_country_name
from meetings.reference.presidencies import PRESIDENCY_ORDER
from meetings.site.configuration import describe_unknown_year, get_chosen_year

MEMBER_STATES = frozenset(PRESIDENCY_ORDER)
"""The present member states: each of them has its turn."""


def delegation_page(request: HttpRequest, delegation: str) -> HttpResponse:
    """Show what the delegation did in a year: in that of `?year=`, or else in the nearest year with a meeting."""
    code, today = get_code(delegation), get_today(request)
    name = get_country_name(code, get_page_language())
    years = find_years(request, code)
    year = get_chosen_year(request, years, today)
    meetings = find_delegation_meetings(request, code, year)
    context = {
        "delegation": delegation,
        "name": name,
        "is_associated": DELEGATIONS_BY_CODE[code].associated,
        "presidencies": Presidency.objects.filter(country=code).order_by("-year", "-half"),
        "today": today,
        "messages": describe_unknown_year(request, years),
        "years": years,
        "year": year,
        "requests": meetings[Role.REQUEST],
        "supports": meetings[Role.SUPPORT],
        "chaired": meetings[Role.CHAIR],
        "description": _("What %(country)s asked for in the Council of the European Union, and what it chaired.")
        % {"country": name},
    }
    return render(request, "agenda/delegation.html", context)


def delegation_list(request: HttpRequest) -> HttpResponse:
    """List the delegations by name, with the number of items that each asked for this year."""
    year, language = get_today(request).year, get_page_language()
    counts = count_requests(request, year)
    rows = [(get_country_name(each.code, language), each.code, counts.get(each.code, 0)) for each in DELEGATIONS]
    rows.sort(key=lambda row: fold_words(row[0]))
    context = {
        "year": year,
        "members": [row for row in rows if row[1] in MEMBER_STATES],
        "others": [row for row in rows if row[1] not in MEMBER_STATES],
        "description": _("What each delegation asked for in the Council of the European Union."),
    }
    return render(request, "agenda/delegations.html", context)


@conditional_by_etag
def delegation_feed(request: HttpRequest, delegation: str) -> HttpResponse:
    """Return the feed of the meetings that name the delegation. A withdrawn meeting is not in it."""
    code = get_code(delegation)
    editions = IndexedDelegation.objects.filter(code=code).readable().values("edition")
    name, path = get_country_name(code, get_page_language()), reverse("delegation", args=[delegation])
    return render_feed(request, Q(pk__in=editions), name, f"delegations/{delegation}", path)


def delegation_calendar(request: HttpRequest, delegation: str) -> HttpResponse:
    """Return the calendar of the meetings that name the delegation. A withdrawn meeting is not in it."""
    code, language = get_code(delegation), get_page_language()
    path = reverse("delegation", args=[delegation])
    info = CalendarInfo(get_country_name(code, language), language, path, f"delegation-{delegation}")
    editions = IndexedDelegation.objects.filter(code=code).values("edition")
    return render_daily_calendar(request, info, lambda: find_recent_meetings(request).filter(edition__in=editions))


def get_code(delegation: str) -> str:
    """Return the code of the delegation that has this name in addresses. Raise Http404 for an unknown one."""
    code = delegation.upper()
    if code not in DELEGATIONS_BY_CODE:
        raise Http404
    return code
