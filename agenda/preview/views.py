"""The page behind a preview link: the revision as readers would see it, or the same notice for all closed links.

It reads no session and has no link to the admin.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from agenda.models import PreviewLink
from agenda.preview.links import open_link
from agenda.preview.rendering import Banner, build_publication, render_page
from agenda.workflow.revisions import get_revision_documents
from agenda.workflow.states import TextStatus
from meetings.clock import get_instant
from meetings.documents.choices import Language
from meetings.models import Edition
from meetings.site import status_labels


def preview_page(request: HttpRequest, token: str) -> HttpResponse:
    link = open_link(token, request.META.get("REMOTE_ADDR", ""), get_instant(request))
    response = render_preview(request, link) if link else render_closed_link(request)
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
    return render_page(
        request, publication, at, Banner(mark.label, message, languages=others, publication_date=mark.publication_date)
    )


def render_closed_link(request: HttpRequest) -> HttpResponse:
    return render(request, "agenda/no_preview.html", status=404)
