"""Views of the downloads of a meeting: `note.pdf`, `note.docx` and `note.txt` below its address."""

import hashlib
from http import HTTPStatus

from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from agenda.export.errors import TooManyFilesError, TypesettingError
from agenda.export.formats import NOTE_FORMATS, NoteFormat
from agenda.export.imprint import Imprint
from agenda.site.edition_history import EditionPages
from agenda.site.redirects import redirect_or_gone
from meetings.api.resource_urls import build_page_url
from meetings.documents.schema import MeetingDocument
from meetings.http.conditional_get import add_validator_headers, build_validator, confirm_unchanged
from meetings.http.licence import get_licence
from meetings.http.links import add_link, get_site_url
from meetings.http.time_travel import get_time_travel
from meetings.i18n.page_paths import get_page_path
from meetings.models import EditionDocument, SubjectType
from meetings.site import status_labels
from meetings.site.publications import Publication, find_live_document

MAX_CACHED_FILES = 200  # per process, some fifty kilobytes each; the least recently used are dropped
MAX_CACHED_FILE_SIZE = 300_000  # bytes
CACHE_SECONDS = 3600  # seconds
RETRY_AFTER_SECONDS = 30

_file_cache = LocMemCache("downloads", {"TIMEOUT": CACHE_SECONDS, "OPTIONS": {"MAX_ENTRIES": MAX_CACHED_FILES}})


def note(request: HttpRequest, configuration: str, dates: str, form: str) -> HttpResponse:
    """Return the note as a file, in the language of the address, else in the source language, as on the page."""
    address = f"meetings/{configuration}/{dates}/"
    edition_document = find_live_document(request, SubjectType.MEETING, address)
    if edition_document is None:
        return redirect_or_gone(request, address, f"note.{form}")
    return render_file(request, NOTE_FORMATS[form], edition_document, edition_document)


def edition_pdf(request: HttpRequest, address: str, which: str) -> HttpResponse:
    """Return a past edition as PDF."""
    live = find_live_document(request, SubjectType.MEETING, address)
    if live is None:
        return redirect_or_gone(request, address, f"editions/{which}/note.pdf")
    found = EditionPages(live).find_text(request, int(which))
    return found if isinstance(found, HttpResponse) else render_file(request, NOTE_FORMATS["pdf"], found[1], live)


def get_status_label(request: HttpRequest, edition_document: EditionDocument, live: EditionDocument) -> str:
    """Return the label to print on a text that is not live or is seen during time travel; empty for a live text.

    On paper, nothing else would show it.
    """
    if edition_document.edition_id != live.edition_id:
        return status_labels.get_past_label()
    time_travel = get_time_travel(request)
    if time_travel is None:
        return ""
    if edition_document.edition.available_from > time_travel.now:
        return status_labels.format_embargo(edition_document.edition.available_from)
    return _("As on %s. Not public.") % status_labels.format_brussels_time(time_travel.at)


def render_file(
    request: HttpRequest, note_format: NoteFormat, edition_document: EditionDocument, live: EditionDocument
) -> HttpResponse:
    """Render the document as a file, or return 304 if the client has it already.

    `live` is the live document if `edition_document` belongs to a past edition. A past edition has no Last-Modified
    header: if a suppressed edition is restored, no date would be newer.
    """
    publication = Publication.from_row(edition_document)
    is_live = edition_document.edition_id == live.edition_id
    address = live.edition.address + ("" if is_live else f"editions/{edition_document.history.number}/")
    imprint = Imprint(
        at=edition_document.edition.available_from,
        status_label=get_status_label(request, edition_document, live),
        site_url=get_site_url(request),
        page_url=get_site_url(request) + get_page_path(address, publication.language),
        edition_number=publication.edition,
        published_at=publication.published_at,
        modified_at=publication.modified_at,
        change_note=publication.change_note,
        change_language=publication.source_language,
    )
    state = (imprint, publication.text_key, get_licence())
    etag = build_validator(request, *state, modified=edition_document.edition.available_from if is_live else None)
    if unchanged := confirm_unchanged(request, etag, is_valid=True):
        return unchanged
    try:
        content = get_or_render_file(request, publication, imprint, note_format, str(state))
    except TypesettingError as error:
        return render_unavailable(request, publication, note_format, error)
    response = HttpResponse(content, content_type=note_format.content_type)
    response["Content-Disposition"] = f'inline; filename="{build_file_name(publication, imprint, note_format)}"'
    response["Content-Language"] = str(publication.language)
    add_link(response, build_page_url(request, live.edition.address, publication.language), "canonical")
    add_link(response, get_licence().url, "license")
    return add_validator_headers(response, etag)


def get_or_render_file(
    request: HttpRequest, publication: Publication, imprint: Imprint, note_format: NoteFormat, state: str
) -> bytes:
    """Return the file from the cache or render it. During time travel it is rendered each time."""
    document = publication.document
    assert isinstance(document, MeetingDocument)
    if get_time_travel(request):
        return note_format.render(document, imprint)
    key = hashlib.blake2b(f"{note_format.name}\0{state}".encode(), digest_size=16).hexdigest()
    cached: bytes | None = _file_cache.get(key)
    if cached is not None:
        return cached
    content = note_format.render(document, imprint)
    if len(content) <= MAX_CACHED_FILE_SIZE:
        _file_cache.set(key, content)
    return content


def build_file_name(publication: Publication, imprint: Imprint, note_format: NoteFormat) -> str:
    """Return, for example, “jha-2017-09-14-en.pdf”, or “jha-2017-09-14-edition-1-en.pdf” for a past edition."""
    parts = imprint.page_url.rstrip("/").partition("/meetings/")[2].replace("editions", "edition").split("/")
    return f"{'-'.join([*parts, publication.language])}.{note_format.name}"


def render_unavailable(
    request: HttpRequest, publication: Publication, note_format: NoteFormat, error: TypesettingError
) -> HttpResponse:
    """Render an error page for a note that cannot be typeset, or not at the moment. The log contains the reason."""
    title = _("This agenda is not available as %(format)s") % {"format": note_format.label}
    detail = _(
        "We have recorded the problem. You can read the agenda on its page, or download it as text or Word document."
    )
    if isinstance(error, TooManyFilesError):
        detail = _("Many files are being made at the moment. Please try again in half a minute.")
    context = {"status": 503, "title": title, "detail": detail, "back": publication.path}
    response = render(request, "error.html", context, status=HTTPStatus.SERVICE_UNAVAILABLE)
    if isinstance(error, TooManyFilesError):
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def draft_pdf(request: HttpRequest, publication: Publication, imprint: Imprint) -> HttpResponse:
    """Return an unpublished text as PDF for those who may see it. It must not be cached."""
    note_format, file_name = NOTE_FORMATS["pdf"], f"draft-{publication.text_key[:8]}-{publication.language}.pdf"
    assert isinstance(publication.document, MeetingDocument)
    try:
        content = note_format.render(publication.document, imprint)
    except TypesettingError as error:
        response = render_unavailable(request, publication, note_format, error)
    else:
        response = HttpResponse(content, content_type=note_format.content_type)
        response["Content-Disposition"] = f'inline; filename="{file_name}"'
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def clear_file_cache() -> None:
    """Empty the cache. Tests need this, since they start with a new database at the same instant."""
    _file_cache.clear()
