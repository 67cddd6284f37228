"""The list of meetings and the calendar of a month. They read editions and reference data only."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from meetings.browsing.choice import Choice, Month
from meetings.browsing.gone import that_left, withdrawn
from meetings.browsing.lists import MOST_AHEAD, coming, is_past, parted, years
from meetings.browsing.months import weeks
from meetings.browsing.telling import description_of
from meetings.pages import paged, publications

MOST_OF_A_MONTH = 300  # meetings; there are some twenty
ALONG_DAYS = ("edition__listed_on", "edition__subject_id")


def meetings(request: HttpRequest) -> HttpResponse:
    """Those that fit: of today and to come, the next first; then those past, the latest first, twenty a page.

    `?view=month` leads to the calendar.
    """
    choice = Choice(request)
    if request.GET.get("view") == "month":
        return HttpResponseRedirect(reverse("meetings") + choice.shown_month.path + choice.query)
    page = paged(request, choice.meetings.filter(is_past(choice.today)))
    ahead = [] if page["newer"] else publications(coming(choice.meetings, choice.today))
    context = {
        "choice": choice,
        "description": description_of(choice),
        "parts": parted([*ahead[:MOST_AHEAD], *page.pop("meetings")], choice.today),
        "most_ahead": MOST_AHEAD if len(ahead) > MOST_AHEAD else 0,
        "years": years(choice),
        "today": choice.today,
    } | page
    return listed_if_read(choice, render(request, "meetings/list.html", context))


def listed_if_read(choice: Choice, response: HttpResponse) -> HttpResponse:
    """There is no end of what cannot be read: search engines need not keep a page for each."""
    if choice.mistakes:
        response["X-Robots-Tag"] = "noindex"
    return response


def month(request: HttpRequest, year: str, month: str) -> HttpResponse:
    """A month's meetings that fit what is chosen, as a calendar."""
    asked = Choice(request)
    if not (1 <= int(month) <= 12 and Month(int(year), int(month)).is_shown(asked.today)):
        raise Http404
    choice = Choice(request, Month(int(year), int(month)))
    assert choice.month
    questions = (choice.meetings, that_left(choice, choice.month), withdrawn(choice, choice.month))
    found = [one for rows in questions for one in rows.order_by(*ALONG_DAYS)[:MOST_OF_A_MONTH]]
    shown = publications({one.edition_id: one for one in found}.values())
    earlier, later = choice.month.moved(-1), choice.month.moved(1)
    context = {
        "choice": choice,
        "month": choice.month,
        "description": description_of(choice, as_calendar=True),
        "weeks": weeks(choice.month, shown, choice.today),
        "is_empty": not shown,
        "years": years(choice, choice.month),
        "earlier": earlier if earlier.is_shown(choice.today) else None,
        "later": later if later.is_shown(choice.today) else None,
        "this_month": Month(choice.today.year, choice.today.month),
    }
    return listed_if_read(choice, render(request, "meetings/month.html", context))
