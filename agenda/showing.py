"""Render pages that are not live as readers would see them, under a banner that says so, also on paper."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, override

from agenda.drafts import SubjectDocument
from agenda.pages import build_topic_context
from agenda.rendering import build_meeting_context
from meetings.documents.shape import MeetingDocument, Tombstone
from meetings.publications import Publication
from meetings.vocabulary import Language


@dataclass(frozen=True)
class Banner:
    """The banner over a page.

    `status` is the prominent label, `message` more text, `back_link` an address and its label. `publication_date`
    replaces the date of publication on the page; `pdf` is the address of the same text as PDF.
    """

    status: str = ""
    message: str = ""
    back_link: tuple[str, str] | None = None
    languages: Collection[Language] = field(default_factory=list)
    publication_date: str = ""
    pdf: str = ""


def build_publication(
    document: SubjectDocument, digest: str, *, at: dt.datetime, number: int, languages: Collection[str]
) -> Publication:
    """Return the document as if it were published at this instant as edition `number`."""
    return Publication(
        document=document,
        path="",
        language=document.language,
        source_language=document.source_language,
        languages=list(languages),
        edition=number,
        published_at=at,
        modified_at=at,
        change_note="",
        digest=digest,
    )


def render_page(
    request: HttpRequest, publication: Publication | None, minute: dt.datetime, banner: Banner
) -> HttpResponse:
    """Render the page of a publication under the banner, or the banner alone. The response must not be cached."""
    template, context = "base.html", dict[str, Any]()
    with override(publication.language if publication else get_language()):
        if publication:
            template, context = get_template_and_context(request, publication, minute.replace(second=0, microsecond=0))
        response = render(request, template, context | {"banner": banner})
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def get_template_and_context(
    request: HttpRequest, publication: Publication, minute: dt.datetime
) -> tuple[str, dict[str, Any]]:
    document = publication.document
    if isinstance(document, Tombstone):
        return "agenda/withdrawn.html", {"tombstone": document, "edition": publication}
    if isinstance(document, MeetingDocument):
        return "agenda/meeting.html", build_meeting_context(publication, minute)
    return "agenda/topic.html", build_topic_context(request, publication)
