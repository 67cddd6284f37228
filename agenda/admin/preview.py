"""Pages as readers would see them, for the press office: the working copy, and each edition as it was or will be."""

import datetime as dt
from typing import Any

from django.contrib.admin import ModelAdmin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from agenda.admin.screens import address_in
from agenda.admin.suppressing import closed
from agenda.drafts import Subject, digest_of_draft, draft_of, type_of
from agenda.pages import topic_context
from agenda.publishing import in_brussels
from agenda.rendering import meeting_context
from agenda.suppressing import standing_suppression
from meetings.clock import instant_of
from meetings.documents.shape import Document, MeetingDocument, Tombstone
from meetings.documents.text import InvalidDocument
from meetings.models import Edition, EditionDocument
from meetings.publications import Publication


def preview(desk: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    """The working copy, as last saved, in the page that it would become."""
    now = instant_of(request)
    back = address_in(desk, "change", subject.pk), _("Back to the working copy")
    try:
        document = draft_of(subject, now)
    except InvalidDocument as error:
        return page(request, None, now, _("There is no preview: %s") % error, back)
    number = Edition.objects.of(type_of(subject), subject.pk).visible(now).count() + 1
    publication = Publication(
        document=document,
        path="",
        language=document.language,
        languages=[document.language],
        edition=number,
        published_at=now,
        modified_at=now,
        change_note="",
        digest=digest_of_draft(document),
    )
    return page(request, publication, now, _("Preview of the working copy: not public"), back)


def edition_page(desk: ModelAdmin, request: HttpRequest, subject: Subject, edition: Edition) -> HttpResponse:
    """The edition as it was when it appeared, or as it will be; `?language=` chooses one that it has."""
    language = request.GET.get("language", "")
    held = EditionDocument.objects.filter(edition=edition).in_language(language).with_history().first()
    if held is None:
        raise Http404
    if instead := closed(desk, request, subject, edition, is_erased=not held.document.text):
        return instead
    pending = edition.available_from > instant_of(request)
    told = _("An edition still to come, on %s: not public") if pending else _("The edition of %s as it was")
    if standing_suppression(edition):
        told = _("The edition of %s as it was. It is taken out: readers get the reason only")
    back = address_in(desk, "editions", subject.pk), _("Back to the editions")
    return page(
        request,
        Publication.of(held),
        edition.available_from.replace(second=0),
        told % (in_brussels(edition.available_from) + _(" (Brussels time)")),
        back,
    )


def page(
    request: HttpRequest, publication: Publication | None, minute: dt.datetime, banner: str, back: tuple[str, str]
) -> HttpResponse:
    context: dict[str, Any] = {"banner": banner, "back": back}
    document: Document | None = publication.document if publication else None
    if publication is None:
        context |= {"page": "base.html"}
    elif isinstance(document, Tombstone):
        context |= {"page": "agenda/withdrawn.html", "tombstone": document, "at": publication.published_at}
    elif isinstance(document, MeetingDocument):
        context |= meeting_context(document, minute) | {"page": "agenda/meeting.html", "meeting": publication}
    else:
        context |= topic_context(request, publication) | {"page": "agenda/topic.html"}
    response = render(request, "admin/agenda/preview.html", context)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
