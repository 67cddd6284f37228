"""The page behind a preview link: the revision as readers would see it, or the same notice for all closed links.

It reads no session and has no link to the admin.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from agenda.marks import Mark
from agenda.models import PreviewLink
from agenda.previews import open_link
from agenda.revisions import documents_of_revision
from agenda.showing import Banner, publication_of, show_page
from meetings import marks
from meetings.audit import remote_address
from meetings.clock import instant_of
from meetings.models import Edition
from meetings.vocabulary import Language


def preview_page(request: HttpRequest, token: str) -> HttpResponse:
    link = open_link(token, remote_address(request), instant_of(request))
    response = render_preview(request, link) if link else render_closed_link(request)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


def render_preview(request: HttpRequest, link: PreviewLink) -> HttpResponse:
    """Render the revision in the language of the `language` parameter, or in its source language."""
    revision, now = link.revision, instant_of(request)
    documents = documents_of_revision(revision)
    language = request.GET.get("language", "")
    document = documents.get(language) or documents[revision.source_language]
    digest = next(row.document_id for row in revision.documents.all() if row.language == document.language)
    mark = Mark.of(revision.subject_type, revision.subject_id, digest, now)
    at = mark.until or now
    visible = Edition.objects.of(revision.subject_type, revision.subject_id).visible(now)
    publication = publication_of(document, digest, at=at, number=visible.count() + 1, languages=sorted(documents))
    message = _("Preview for %(recipient)s, until %(time)s. This page is not public. Do not share it.")
    message %= {"recipient": link.for_whom, "time": marks.brussels(link.expires_at)}
    others = [Language(row) for row in sorted(documents)] if len(documents) > 1 else []
    return show_page(
        request, publication, at, Banner(mark.words, message, languages=others, publication_date=mark.appears)
    )


def render_closed_link(request: HttpRequest) -> HttpResponse:
    return render(request, "agenda/no_preview.html", status=404)
