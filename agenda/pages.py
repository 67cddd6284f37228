"""Views of the pages of meetings and topics.

The edition is found by the address that it stores; the page is rendered from its document alone.
"""

import datetime as dt
import re
from typing import Any, NamedTuple, Self

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agenda.rendering import build_meeting_context
from agenda.timeline import build_timeline
from meetings.answers import get_page_path
from meetings.browsing.choice import Month
from meetings.called_off import build_called_off_condition
from meetings.clock import get_instant, get_minute
from meetings.documents.shape import MeetingDocument, Tombstone
from meetings.documents.text import decode_document
from meetings.models import Appearance, Edition, EditionDocument, IndexedTopic, SubjectType
from meetings.pages import build_publications, get_today
from meetings.paging import KeysetPage
from meetings.past import find_last_change
from meetings.publications import Publication, find_live_documents

MAX_STAGES = 100  # on the page of a topic; the list of meetings has all of them


class NeighbouringMeeting(NamedTuple):
    address: str
    start_date: dt.date
    end_date: dt.date

    @property
    def path(self) -> str:
        return get_page_path(self.address, get_language() or "")


class AddressParts(NamedTuple):
    """The configuration and the month of a meeting, parsed from its address alone; empty for a topic's address."""

    configuration: str = ""
    month: Month | None = None

    @classmethod
    def parse(cls, address: str) -> Self:
        found = re.fullmatch(r"meetings/([^/]+)/([0-9]{4})/([0-9]{2})/.*", address)
        return cls(found[1], Month(int(found[2]), int(found[3]))) if found else cls()


def meeting(request: HttpRequest, configuration: str, dates: str) -> HttpResponse:
    address = f"meetings/{configuration}/{dates}/"
    edition_document = find_live_documents(request, SubjectType.MEETING).filter(edition__address=address).first()
    if edition_document is None:
        return redirect_or_gone(request, address)
    publication = Publication.from_row(edition_document)
    assert isinstance(publication.document, MeetingDocument)
    context = build_meeting_context(publication, get_minute(request))
    context |= find_neighbours(publication.document, get_instant(request))
    context["change"] = find_last_change(edition_document)
    return render_document_page(request, "agenda/meeting.html", publication, context)


def find_neighbours(document: MeetingDocument, at: dt.datetime) -> dict[str, NeighbouringMeeting | None]:
    """Return the previous and next meetings of the configuration; an empty dictionary for a meeting without a date.

    Meetings on the same day follow each other by id. Meetings that are called off are skipped.
    """
    first, own = document.start_date, document.id
    if first is None:
        return {}
    live = Edition.objects.live(at).filter(configuration=document.configuration.slug, end_date__isnull=False)
    going_ahead = live.exclude(build_called_off_condition())
    before = Q(listed_on__lt=first) | Q(listed_on=first, subject_id__lt=own)
    after = Q(listed_on__gt=first) | Q(listed_on=first, subject_id__gt=own)
    earlier = going_ahead.filter(before, listed_on__lte=first).order_by("-listed_on", "-subject_id")
    later = going_ahead.filter(after, listed_on__gte=first).order_by("listed_on", "subject_id")
    rows = (editions.values_list(*NeighbouringMeeting._fields).first() for editions in (earlier, later))
    neighbours = (row and NeighbouringMeeting(*row) for row in rows)
    return dict(zip(("previous_meeting", "next_meeting"), neighbours, strict=True))


def render_document_page(
    request: HttpRequest, template: str, publication: Publication, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render a page about one text, with the language of the text in the Content-Language header."""
    response = render(request, template, {"publication": publication} | context, status=status)
    response["Content-Language"] = publication.language
    return response


def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the text of a topic and the meetings that had it on their agenda."""
    address = f"topics/{slug}/"
    edition_document = find_live_documents(request, SubjectType.TOPIC).filter(edition__address=address).first()
    if edition_document is None:
        return redirect_or_gone(request, address)
    publication = Publication.from_row(edition_document)
    context = build_topic_context(request, publication) | {"change": find_last_change(edition_document)}
    return render_document_page(request, "agenda/topic.html", publication, context)


def build_topic_context(request: HttpRequest, topic: Publication) -> dict[str, Any]:
    """Return the template context of a topic page, with its timeline."""
    editions = IndexedTopic.objects.filter(topic_id=topic.document.id).values("edition")
    meetings = find_live_documents(request, SubjectType.MEETING).filter(edition__in=editions)
    page = KeysetPage(meetings, at=get_instant(request), limit=MAX_STAGES)
    stages = build_timeline(build_publications(page.rows), topic.document.id, get_today(request))
    return {"topic": topic, "document": topic.document, "stages": stages, "has_older": page.next is not None}


def topics(request: HttpRequest) -> HttpResponse:
    """List all topics by title."""
    found = build_publications(find_live_documents(request, SubjectType.TOPIC)[:500])
    context = {
        "topics": sorted(found, key=lambda topic: topic.document.title),
        "description": _("Topics that the Council of the European Union returns to, and the meetings on each topic."),
    }
    return render(request, "agenda/topics.html", context)


def redirect_or_gone(request: HttpRequest, address: str, below: str = "") -> HttpResponse:
    """Answer a request for an address that no live edition has: redirect to the current one, 410 if withdrawn, or 404.

    `below` is the rest of the path after the address of the meeting or topic; it is added to the redirect.
    """
    current = resolve_old_address(address, get_instant(request))
    if not current.is_tombstone:
        return HttpResponseRedirect(get_page_path(current.address, get_language() or "") + below)
    return render_withdrawn(request, current)


def resolve_old_address(address: str, at: dt.datetime) -> Edition:
    """Return the current edition of the meeting or topic that last had the address.

    Raises Http404 if there never was one, or if its text is suppressed: then the edition still has the address.
    """
    appearances = Appearance.objects.filter(address=address, available_from__lte=at)
    last = appearances.order_by("-available_from", "id").first()
    if last is None:
        raise Http404
    current = Edition.objects.current(at).for_subject(last.subject_type, last.subject_id).get()
    if current.address == address and not current.is_tombstone:
        raise Http404  # seen during time travel to an edition that has since been suppressed
    return current


def render_withdrawn(request: HttpRequest, edition: Edition, republished_path: str = "") -> HttpResponse:
    """Render the notice of a withdrawal.

    `republished_path` is the page of the meeting or topic if it has been published again. The reason is shown in the
    language in which it was written, on pages in any language.
    """
    tombstone = get_tombstone(edition)
    parts = AddressParts.parse(edition.address)
    context = {
        "tombstone": tombstone,
        "edition": edition,
        "republished_path": republished_path,
        "configuration_slug": parts.configuration,
        "month": parts.month if parts.month and parts.month.is_shown(get_today(request)) else None,
    }
    response = render(request, "agenda/withdrawn.html", context, status=410)
    response["Content-Language"] = tombstone.language
    return response


def get_tombstone(edition: Edition) -> Tombstone:
    """Return the notice of a withdrawal, in the language of the page if available."""
    documents = EditionDocument.objects.filter(edition=edition).in_language(get_language() or "")
    tombstone = decode_document(documents.select_related("document").get().document.text)
    assert isinstance(tombstone, Tombstone)
    return tombstone
