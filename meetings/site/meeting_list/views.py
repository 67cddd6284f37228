"""Views of the list of meetings and of the month calendar. They read editions and reference data only."""

import datetime as dt
from collections.abc import Sequence
from secrets import token_hex
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from meetings.models import EditionDocument, SubjectType
from meetings.site.kept_parts import render_kept_page
from meetings.site.meeting_list import counts
from meetings.site.meeting_list.former_days import find_moved_meetings, find_notices_of_month, select_in_order
from meetings.site.meeting_list.month_calendar import build_weeks
from meetings.site.meeting_list.periods import (
    MAX_UPCOMING,
    build_year_links,
    group_by_period,
    select_past,
    select_upcoming,
)
from meetings.site.meeting_list.selection import MeetingSelection, Month
from meetings.site.publications import add_texts, build_publications, find_page
from meetings.site.query_parameters import add_robots_header
from meetings.site.withdrawal_notices import add_upcoming_notices

NOTICE_FILTERS = {"configuration", "takes_place"}
NEWER, OLDER = token_hex(), token_hex()
"""Placeholders for the cursors of kept pages, which nobody can guess. A cursor changes with each publication."""


def meetings(request: HttpRequest) -> HttpResponse:
    """Show the meetings that match: today's and upcoming ones, the next first; then past ones, the latest first.

    Past meetings are paginated. `?view=month` redirects to the calendar.
    """
    selection = MeetingSelection(request)
    if request.GET.get("view") == "month":
        return HttpResponseRedirect(reverse("meetings") + selection.calendar_month.path + selection.filter_query)
    page = find_page(request, selection.find_documents, select_past, selection.today)
    upcoming = [] if page.previous else find_upcoming(selection)
    rows = [*upcoming[:MAX_UPCOMING], *page.rows]
    upcoming_limit = MAX_UPCOMING if len(upcoming) > MAX_UPCOMING else 0

    def build_context(newer: object, older: object) -> dict[str, Any]:
        shown = add_texts(SubjectType.MEETING, rows)
        return {
            "selection": selection,
            "description": describe_selection(selection),
            "groups": group_by_period(build_publications(shown), selection.today),
            "upcoming_limit": upcoming_limit,
            "years": build_year_links(selection),
            "today": selection.today,
            "newer": newer,
            "older": older,
            "is_incomplete": len(shown) < len(rows),
        }

    if selection.raw_filters:
        response = render(request, "meetings/list.html", build_context(page.previous, page.next))
    else:
        found = [(row.document_id, row.edition_id) for row in rows]
        links, digest = (page.previous and NEWER, page.next and OLDER), selection.options_digest

        def build_kept_context() -> dict[str, Any]:
            context = build_context(*links)
            is_newer = selection.compute_options_digest() != digest  # something has just been published
            return context | {"is_incomplete": context["is_incomplete"] or is_newer}

        state = found, upcoming_limit, links, selection.today, digest
        cursors = (NEWER, page.previous), (OLDER, page.next)
        response = render_kept_page(request, "meetings/list.html", state, build_kept_context, cursors)
    return add_robots_header(response, selection.error_messages)


def find_upcoming(selection: MeetingSelection) -> Sequence[EditionDocument]:
    """Return the meetings of today and later that match, and the notices of those that take place without a page.

    Of such a meeting only the configuration is known besides, so no notice matches any other filter.
    """
    rows = selection.find_documents(select_upcoming, selection.today)
    filters = selection.valid_filters
    if filters.keys() - NOTICE_FILTERS or filters.get("takes_place", "true") != "true":
        return rows
    first, last = selection.period[:2] or (selection.today, dt.date.max)
    first = max(first, selection.today)
    return add_upcoming_notices(selection.request, rows, first, last, selection.configuration_slugs)


def describe_selection(selection: MeetingSelection, *, as_calendar: bool = False) -> str:
    """Return one sentence for search engines and link previews.

    It names the configuration and the period, which make another page of it.
    """
    chosen = [selection.configuration_name] if selection.configuration_name else []
    if selection.month:
        chosen.append(selection.month.name_in_sentence)
    elif selection.year:
        chosen.append(selection.year)
    if as_calendar:
        sentence = _("Calendar of meetings of the Council of the European Union: %s.")
        return sentence % ", ".join([*chosen[-1:], *chosen[:-1]])
    if chosen:
        sentence = _("Meetings of the Council of the European Union, with dates, places and agendas: %s.")
        return sentence % ", ".join(chosen)
    return _("Meetings of the Council of the European Union, with dates, places and agendas.")


def find_shown_months_beside(selection: MeetingSelection) -> list[Month]:
    """Return the nearest months before and after an empty one that have a meeting and a page."""
    assert selection.month
    found = counts.find_months_beside(
        selection.counts, selection.options.configuration, selection.month.year, selection.month.number
    )
    return [month for month in (Month(*each) for each in found) if month.is_shown(selection.today)]


def month(request: HttpRequest, year: str, month: str) -> HttpResponse:
    """Show the meetings of a month that match, as a calendar."""
    if not (1 <= int(month) <= 12 and Month(int(year), int(month)).is_shown(MeetingSelection(request).today)):
        raise Http404
    selection = MeetingSelection(request, Month(int(year), int(month)))
    assert selection.month
    rows = [
        *selection.find_documents(select_in_order),
        *find_moved_meetings(selection, selection.month),
        *find_notices_of_month(selection, selection.month),
    ]
    shown = build_publications({row.edition_id: row for row in rows}.values())
    earlier, later = selection.month.add_months(-1), selection.month.add_months(1)
    context = {
        "selection": selection,
        "month": selection.month,
        "description": describe_selection(selection, as_calendar=True),
        "weeks": build_weeks(selection.month, shown, selection.today),
        "months_beside": [] if shown else find_shown_months_beside(selection),
        "is_empty": not shown,
        "years": build_year_links(selection, selection.month),
        "earlier": earlier if earlier.is_shown(selection.today) else None,
        "later": later if later.is_shown(selection.today) else None,
        "this_month": Month(selection.today.year, selection.today.month),
    }
    return add_robots_header(render(request, "meetings/month.html", context), selection.error_messages)
