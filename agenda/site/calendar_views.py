"""Views of the calendar of one meeting, and of the calendar of all meetings on a topic."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agenda.site.redirects import redirect_or_refuse, redirect_to_edition, resolve_old_address
from meetings.clock import get_instant
from meetings.documents.encoding import decode_document
from meetings.documents.schema import MeetingDocument
from meetings.feeds.calendars.ical import CalendarInfo
from meetings.feeds.calendars.queries import find_current_meetings, list_latest
from meetings.feeds.calendars.views import render_meetings_calendar
from meetings.i18n.page_paths import get_page_path
from meetings.models import IndexedTopic, SubjectType
from meetings.models.edition import has_address
from meetings.site.publications import find_live_document


def meeting_calendar(request: HttpRequest, configuration: str, dates: str) -> HttpResponse:
    """Return the calendar of a meeting.

    A withdrawn meeting still has one, so that subscribers learn of the withdrawal. Its page is a 410.
    """
    address = f"meetings/{configuration}/{dates}/"
    current = find_current_meetings(request)
    edition_document = current.filter(has_address(address, edition="edition__"), edition__is_tombstone=False).first()
    if edition_document is None:
        edition = resolve_old_address(address, get_instant(request))
        if not edition.is_tombstone:
            return redirect_to_edition(request, edition, "meeting.ics")
        edition_document = current.get(edition=edition)
    document = decode_document(edition_document.document.text)
    path = get_page_path(edition_document.edition.address, get_language() or "")
    file = "-".join((configuration, *dates.split("/")))
    if isinstance(document, MeetingDocument):
        info = CalendarInfo(document.title, document.language, path, file)
    else:
        info = CalendarInfo(_("Withdrawn: %s") % document.title, document.language, path, file)
    return render_meetings_calendar(request, info, [edition_document])


def topic_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the calendar of the meetings on a topic. A withdrawn meeting is not in it: its topics are not public."""
    address = f"topics/{slug}/"
    edition_document = find_live_document(request, SubjectType.TOPIC, address)
    if edition_document is None:
        return redirect_or_refuse(request, address, "calendar.ics")
    edition_ids = IndexedTopic.objects.filter(topic_id=edition_document.edition.subject_id).values("edition")
    title = decode_document(edition_document.document.text).title
    info = CalendarInfo(title, edition_document.language, get_page_path(address, get_language() or ""), slug)
    found = list_latest(find_current_meetings(request).filter(edition__in=edition_ids))
    return render_meetings_calendar(request, info, found)
