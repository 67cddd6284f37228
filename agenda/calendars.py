"""The calendar of one meeting, and of a topic: of the meetings that take it up."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agenda.pages import stood_at
from agenda.subscriptions import elsewhere, moved
from meetings.answers import html_path
from meetings.calendars.entries import latest, standing_meetings
from meetings.calendars.pages import about_of, calendar
from meetings.clock import instant_of
from meetings.documents.shape import MeetingDocument
from meetings.documents.text import read
from meetings.languages import language_of_words
from meetings.models import IndexedTopic, SubjectType
from meetings.publications import live_documents


def meeting(request: HttpRequest, configuration: str, dates: str) -> HttpResponse:
    """Of one that was withdrawn, too: whoever has it in a calendar has to learn of it there. Its page is gone (410)."""
    address = f"meetings/{configuration}/{dates}/"
    standing = standing_meetings(request)
    held = standing.filter(edition__address=address, edition__is_tombstone=False).first()
    if held is None:
        edition = stood_at(address, instant_of(request))
        if not edition.is_tombstone:
            return moved(request, edition, "meeting.ics")
        held = standing.get(edition=edition)
    document = read(held.document.text)
    told = (document.title, document.language) if isinstance(document, MeetingDocument) else neutral()
    path = html_path(held.edition.address, get_language() or "")
    file = "-".join((configuration, *dates.split("/")))
    return calendar(request, about_of(request, *told, path, file), [held])


def neutral() -> tuple[str, str]:
    return _("Withdrawn"), language_of_words()


def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """A meeting that was withdrawn is not in it: what it took up was withdrawn with it."""
    address = f"topics/{slug}/"
    held = live_documents(request, SubjectType.TOPIC).filter(edition__address=address).first()
    if held is None:
        return elsewhere(request, address, "calendar.ics")
    taken_up = IndexedTopic.objects.filter(topic_id=held.edition.subject_id).values("edition")
    title = read(held.document.text).title
    about = about_of(request, title, held.language, html_path(address, get_language() or ""), slug)
    return calendar(request, about, latest(standing_meetings(request).filter(edition__in=taken_up)))
