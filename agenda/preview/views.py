"""Pages that are not live, as readers would see them, under a banner that says so, also on paper.

The page behind a preview link shows a revision, or the same notice for all closed links. It reads no session and has no
link to the admin.
"""

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from agenda.models import PreviewLink
from agenda.presentation.meeting_context import build_meeting_context
from agenda.presentation.topic_context import build_topic_context
from agenda.preview.links import find_open_link, open_link
from agenda.workflow.drafts import SubjectDocument
from agenda.workflow.revisions import get_revision_documents
from agenda.workflow.states import TextStatus
from meetings.clock import get_instant
from meetings.documents.choices import Language
from meetings.documents.schema import MeetingDocument, Tombstone
from meetings.documents.traversal import collect_images
from meetings.images.files import ADMIN_PATH
from meetings.images.sizes import list_file_names
from meetings.models import Edition
from meetings.site import status_labels
from meetings.site.images import build_file_response
from meetings.site.publications import Publication
from meetings.site.text_marks import mark_texts

SCRIPT = re.compile("<script.*?</script>", re.DOTALL)  # on pages of our own templates


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
        read_document=lambda: document,
        path="",
        language=document.language,
        source_language=document.source_language,
        languages=list(languages),
        edition=number,
        published_at=at,
        modified_at=at,
        change_note="",
        text_key=digest,
    )


def render_page(
    request: HttpRequest,
    publication: Publication | None,
    minute: dt.datetime,
    banner: Banner | None,
    images_path: str = ADMIN_PATH,
) -> HttpResponse:
    """Render the page of a publication under the banner, or the banner alone. The response must not be cached.

    `images_path` is the start of the addresses at which whoever sees the page can load its pictures.
    """
    template, context = "base.html", dict[str, Any]()
    with override(publication.language if publication else get_language()):
        if publication:
            template, context = get_template_and_context(request, publication, minute.replace(second=0, microsecond=0))
        response = render(request, template, context | {"banner": banner, "images_path": images_path})
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def render_page_to_review(request: HttpRequest, publication: Publication, minute: dt.datetime) -> str:
    """Return the page for a frame of the review screen: without the frame of the site, with the place of each text.

    It has no scripts, which the frame would refuse with an error.
    """
    with mark_texts():
        page = render_page(request, publication, minute, Banner()).content.decode()
    page = SCRIPT.sub("", page)
    return page.replace("</head>", render_to_string("admin/agenda/reviewed_page_head.html") + "</head>", 1)


def get_template_and_context(
    request: HttpRequest, publication: Publication, minute: dt.datetime
) -> tuple[str, dict[str, Any]]:
    document = publication.document
    if isinstance(document, Tombstone):
        return "agenda/withdrawn.html", {"tombstone": document, "edition": publication}
    if isinstance(document, MeetingDocument):
        return "agenda/meeting.html", build_meeting_context(publication, minute)
    return "agenda/topic.html", build_topic_context(request, publication)


def preview_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show the revision behind a preview link, or the notice for a closed link."""
    link = open_link(token, request.META.get("REMOTE_ADDR", ""), get_instant(request))
    response = render_preview(request, link) if link else render(request, "agenda/no_preview.html", status=404)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


def render_preview(request: HttpRequest, link: PreviewLink) -> HttpResponse:
    """Render the revision in the language of the `language` parameter, or in its source language."""
    revision, now = link.revision, get_instant(request)
    documents = get_revision_documents(revision)
    language = request.GET.get("language", "")
    document = documents.get(language) or documents[revision.source_language]
    digest = next(row.document_id for row in revision.documents.all() if row.language == document.language)
    mark = TextStatus.for_text(revision.subject_type, revision.subject_id, digest, now)
    at = mark.until or now
    visible = Edition.objects.for_subject(revision.subject_type, revision.subject_id).visible(now)
    publication = build_publication(document, digest, at=at, number=visible.count() + 1, languages=sorted(documents))
    message = _("Preview for %(recipient)s, until %(time)s. This page is not public. Do not share it.")
    message %= {"recipient": link.for_whom, "time": status_labels.format_brussels_time(link.expires_at)}
    others = [Language(row) for row in sorted(documents)] if len(documents) > 1 else []
    banner = Banner(mark.label, message, languages=others, publication_date=mark.publication_date)
    return render_page(request, publication, at, banner, images_path=f"{request.path}images/")


def preview_image(request: HttpRequest, token: str, digest: str, name: str) -> HttpResponse:
    """Return a file of a picture that the revision behind an open preview link shows. It is no visit of the link."""
    link = find_open_link(token, get_instant(request))
    documents = get_revision_documents(link.revision).values() if link else ()
    images = (image for document in documents for _link, image in collect_images(document))
    width = next((image.width for image in images if image.digest == digest), 0)
    if not width or name not in list_file_names(width):
        raise Http404
    response = build_file_response(digest, name)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
