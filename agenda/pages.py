"""The page of a meeting and of a topic: found by the address an edition stores, rendered from its document alone."""

import datetime as dt
import re
from typing import Any, NamedTuple, Self

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agenda.rendering import meeting_context
from agenda.timeline import timeline
from meetings.answers import html_path
from meetings.browsing.choice import Month
from meetings.called_off import called_off
from meetings.clock import instant_of, minute_of
from meetings.documents.shape import MeetingDocument, Tombstone
from meetings.documents.text import read
from meetings.models import Appearance, Edition, EditionDocument, IndexedTopic, SubjectType
from meetings.pages import publications, today_of
from meetings.paging import Page
from meetings.past import last_change
from meetings.publications import Publication, live_documents

MOST_STAGES = 100  # of a topic's way; the list of meetings has all of them


class Neighbour(NamedTuple):
    address: str
    start_date: dt.date
    end_date: dt.date

    @property
    def path(self) -> str:
        return html_path(self.address, get_language() or "")


class Stood(NamedTuple):
    """Whose meeting an address is of, and in which month, by the address alone; empty of a topic's."""

    configuration: str = ""
    month: Month | None = None

    @classmethod
    def at(cls, address: str) -> Self:
        found = re.fullmatch(r"meetings/([^/]+)/([0-9]{4})/([0-9]{2})/.*", address)
        return cls(found[1], Month(int(found[2]), int(found[3]))) if found else cls()


def meeting(request: HttpRequest, configuration: str, dates: str) -> HttpResponse:
    address = f"meetings/{configuration}/{dates}/"
    held = live_documents(request, SubjectType.MEETING).filter(edition__address=address).first()
    if held is None:
        return elsewhere(request, address)
    publication = Publication.of(held)
    assert isinstance(publication.document, MeetingDocument)
    around = neighbours(publication.document, instant_of(request))
    context = meeting_context(publication, minute_of(request)) | around | {"change": last_change(held)}
    return show(request, "agenda/meeting.html", publication, context)


def neighbours(document: MeetingDocument, at: dt.datetime) -> dict[str, Neighbour | None]:
    """The configuration's meetings before and after this one, each of a day's in turn; none of one without a date.

    What is called off is nobody's next meeting.
    """
    first, own = document.start_date, document.id
    if first is None:
        return {}
    live = Edition.objects.live(at).filter(configuration=document.configuration.slug, end_date__isnull=False)
    held = live.exclude(called_off())
    before = Q(listed_on__lt=first) | Q(listed_on=first, subject_id__lt=own)
    after = Q(listed_on__gt=first) | Q(listed_on=first, subject_id__gt=own)
    earlier = held.filter(before, listed_on__lte=first).order_by("-listed_on", "-subject_id")
    later = held.filter(after, listed_on__gte=first).order_by("listed_on", "subject_id")
    rows = (found.values_list(*Neighbour._fields).first() for found in (earlier, later))
    return dict(zip(("earlier", "later"), (row and Neighbour(*row) for row in rows), strict=True))


def show(
    request: HttpRequest, template: str, publication: Publication, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page that is about one text, which says of itself what language that is in."""
    response = render(request, template, {"publication": publication} | context, status=status)
    response["Content-Language"] = publication.language
    return response


def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """A topic's text, and every meeting that took it up."""
    address = f"topics/{slug}/"
    held = live_documents(request, SubjectType.TOPIC).filter(edition__address=address).first()
    if held is None:
        return elsewhere(request, address)
    publication = Publication.of(held)
    context = topic_context(request, publication) | {"change": last_change(held)}
    return show(request, "agenda/topic.html", publication, context)


def topic_context(request: HttpRequest, topic: Publication) -> dict[str, Any]:
    taken_up = IndexedTopic.objects.filter(topic_id=topic.document.id).values("edition")
    held = live_documents(request, SubjectType.MEETING).filter(edition__in=taken_up)
    page = Page(held, at=instant_of(request), limit=MOST_STAGES)
    stages = timeline(publications(page.rows), topic.document.id, today_of(request))
    return {"topic": topic, "document": topic.document, "stages": stages, "has_older": page.next is not None}


def topics(request: HttpRequest) -> HttpResponse:
    """All topics by title."""
    found = publications(live_documents(request, SubjectType.TOPIC)[:500])
    context = {
        "topics": sorted(found, key=lambda topic: topic.document.title),
        "description": _(
            "Files that the Council of the European Union comes back to, with every meeting that took them up."
        ),
    }
    return render(request, "agenda/topics.html", context)


def elsewhere(request: HttpRequest, address: str, below: str = "") -> HttpResponse:
    """What stands at an address that nobody live claims: the way to where it moved, a notice, or nothing (404).

    `below` is the rest of an address under that of the meeting or topic: it moves and goes with it.
    """
    standing = stood_at(address, instant_of(request))
    if not standing.is_tombstone:
        return HttpResponseRedirect(html_path(standing.address, get_language() or "") + below)
    return withdrawn(request, standing)


def stood_at(address: str, at: dt.datetime) -> Edition:
    """What stands now for the meeting or topic that was at the address last. Raises Http404."""
    seen = Appearance.objects.filter(address=address, available_from__lte=at)
    last = seen.order_by("-available_from", "id").first()
    if last is None:
        raise Http404
    standing = Edition.objects.standing(at).of(last.subject_type, last.subject_id).get()
    if standing.address == address and not standing.is_tombstone:
        raise Http404  # as of an earlier time, whose text was taken out since
    return standing


def withdrawn(request: HttpRequest, edition: Edition, now_at: str = "") -> HttpResponse:
    """The notice of a withdrawal; `now_at` is where its meeting or topic was published again.

    The reason is one for all languages, as it was written.
    """
    tombstone = tombstone_of(edition)
    stood = Stood.at(edition.address)
    month = stood.month if stood.month and stood.month.is_shown(today_of(request)) else None
    context = {"tombstone": tombstone, "edition": edition, "now_at": now_at, "stood": stood, "month": month}
    response = render(request, "agenda/withdrawn.html", context, status=410)
    response["Content-Language"] = tombstone.language
    return response


def tombstone_of(edition: Edition) -> Tombstone:
    """The notice that a withdrawal's edition holds, in the language of the page where it has one."""
    held = EditionDocument.objects.filter(edition=edition).in_language(get_language() or "").select_related("document")
    tombstone = read(held.get().document.text)
    assert isinstance(tombstone, Tombstone)
    return tombstone
