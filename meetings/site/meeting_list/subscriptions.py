"""Views of the calendar and the feed of all meetings, or of those that match the filters of the list."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from meetings.api.parameters import build_value_problem
from meetings.feeds.calendars.ical import CalendarInfo
from meetings.feeds.calendars.views import find_recent_meetings, render_daily_calendar
from meetings.feeds.views import MEETING_EDITIONS, build_newest_condition, conditional_by_etag, render_feed
from meetings.http.problems import build_parameter_problem
from meetings.i18n.languages import get_interface_language
from meetings.models import SubjectType
from meetings.site.meeting_list.selection import FILTER_NAMES, MeetingSelection
from meetings.site.publications import find_live_documents
from meetings.site.query_parameters import get_values


def meetings_calendar(request: HttpRequest) -> HttpResponse:
    """Return the calendar of the meetings that match. A withdrawn meeting has no properties but its configuration."""
    selection = build_selection(request)
    found = selection.apply_filters(find_recent_meetings(request))
    if selection.has_extra_filters:
        found = found.filter(edition__is_tombstone=False)
    path = reverse("meetings") + selection.filter_query
    return render_daily_calendar(
        request, CalendarInfo(format_title(selection), get_interface_language(), path, "council"), lambda: found
    )


@conditional_by_etag
def meetings_feed(request: HttpRequest) -> HttpResponse:
    """Return the feed of the meetings that match now, with their earlier editions.

    Only the feed of all meetings has notices of withdrawals.
    """
    selection = build_selection(request)
    found, name = MEETING_EDITIONS, "meetings"
    if selection.raw_filters:
        live = find_live_documents(request, SubjectType.MEETING)
        found, name = build_newest_condition(selection.apply_filters(live)), f"meetings{selection.filter_query}"
    return render_feed(request, found, format_title(selection), name, reverse("meetings") + selection.filter_query)


def build_selection(request: HttpRequest) -> MeetingSelection:
    """Return the selection of a subscription. Raise a Problem (400) for an invalid or repeated filter.

    A page can say that it ignored a filter; a calendar would just have other meetings than the subscriber wanted.
    """
    for name in FILTER_NAMES:
        if (count := len(get_values(request, name))) > 1:
            raise build_parameter_problem(name, _("%s appears %d times. Use it once.") % (name, count))
    selection = MeetingSelection(request, accepts_any_place=True)
    if selection.raw_filters:
        for name, errors in selection.filterset.form.errors.as_data().items():
            raise build_value_problem(name, errors[0], selection.raw_filters[name])
    return selection


def format_title(selection: MeetingSelection) -> str:
    """Return “Council meetings: Environment (ENV), Takes place”."""
    labels = ", ".join(selection.filter_labels)
    return f"{_('Council meetings')}: {labels}" if labels else _("Council meetings")
