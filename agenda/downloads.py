"""Addresses of the note to take away: `note.pdf`, `note.docx` and `note.txt` below that of a meeting."""

import hashlib
from http import HTTPStatus

from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils.translation import gettext as _

from agenda.exporting.forms import FORMS, Form
from agenda.exporting.imprint import Imprint
from agenda.exporting.typeset import CannotBeSet
from agenda.history import History
from agenda.pages import elsewhere
from meetings import marks
from meetings.answers import page_url
from meetings.conditional import matches_date, matches_tag, stamped, validator
from meetings.documents.shape import MeetingDocument
from meetings.licence import licence
from meetings.links import add_link, site_of
from meetings.models import EditionDocument, SubjectType
from meetings.publications import Publication, live_documents
from meetings.travel import journey_of

AT_MOST = 200  # files in a process, of some fifty kilobytes each; those that were asked for last
LARGEST = 300_000  # bytes of what is kept
AN_HOUR = 3600  # seconds

_kept = LocMemCache("downloads", {"TIMEOUT": AN_HOUR, "OPTIONS": {"MAX_ENTRIES": AT_MOST}})


def note(request: HttpRequest, configuration: str, dates: str, form: str) -> HttpResponse:
    """In the language of the address, else in the one that the note was written in, as the page has it."""
    address = f"meetings/{configuration}/{dates}/"
    held = live_documents(request, SubjectType.MEETING).filter(edition__address=address).first()
    if held is None:
        return elsewhere(request, address, f"note.{form}")
    return answer(request, FORMS[form], held, held)


def edition(request: HttpRequest, address: str, which: str) -> HttpResponse:
    """An edition as it was, as PDF."""
    live = live_documents(request, SubjectType.MEETING).filter(edition__address=address).first()
    if live is None:
        return elsewhere(request, address, f"editions/{which}/note.pdf")
    found = History(live).text(request, int(which))
    return found if isinstance(found, HttpResponse) else answer(request, FORMS["pdf"], found[1], live)


def mark_of(request: HttpRequest, held: EditionDocument, live: EditionDocument) -> str:
    """Over what is not live, or is seen as of another time: on paper nobody would know."""
    if held.edition_id != live.edition_id:
        return marks.no_longer_live()
    journey = journey_of(request)
    if journey is None:
        return ""
    if held.edition.available_from > journey.now:
        return marks.embargo(held.edition.available_from)
    return _("As of %s. Not public.") % marks.brussels(journey.at)


def answer(request: HttpRequest, form: Form, held: EditionDocument, live: EditionDocument) -> HttpResponse:
    """`live` is another edition's where `held` is a past one's, which by no date is newer when it is opened again."""
    publication = Publication.of(held)
    is_live = held.edition_id == live.edition_id
    address = live.edition.address + ("" if is_live else f"editions/{held.history.number}/")
    imprint = Imprint.of(held, publication, site_of(request), address, mark_of(request, held, live))
    state = (imprint, publication.digest, licence())
    known = validator(request, *state, modified=held.edition.available_from if is_live else None)
    if matches_tag(request, known) or matches_date(request, known):
        return stamped(HttpResponseNotModified(), known)
    try:
        content = kept_file(request, publication, imprint, form, str(state))
    except CannotBeSet:
        return not_to_be_had(request, publication, form)
    response = HttpResponse(content, content_type=form.content_type)
    response["Content-Disposition"] = f'inline; filename="{file_name(publication, imprint, form)}"'
    response["Content-Language"] = publication.language
    add_link(response, page_url(request, live.edition.address, publication.language), "canonical")
    add_link(response, licence().url, "license")
    return stamped(response, known)


def kept_file(request: HttpRequest, publication: Publication, imprint: Imprint, form: Form, state: str) -> bytes:
    """The same bytes for all who ask while nothing changes; what somebody sees of another time is made each time."""
    document = publication.document
    assert isinstance(document, MeetingDocument)
    if journey_of(request):
        return form.write(document, imprint)
    key = hashlib.blake2b(f"{form.name}\0{state}".encode(), digest_size=16).hexdigest()
    kept: bytes | None = _kept.get(key)
    if kept is not None:
        return kept
    content = form.write(document, imprint)
    if len(content) <= LARGEST:
        _kept.set(key, content)
    return content


def file_name(publication: Publication, imprint: Imprint, form: Form) -> str:
    """“jha-2017-09-14-en.pdf”, of a past edition “jha-2017-09-14-edition-1-en.pdf”."""
    parts = imprint.page.rstrip("/").partition("/meetings/")[2].replace("editions", "edition").split("/")
    return f"{'-'.join([*parts, publication.language])}.{form.name}"


def not_to_be_had(request: HttpRequest, publication: Publication, form: Form) -> HttpResponse:
    """The note holds what cannot be set, which the log tells: all else of it is there."""
    title = _("This note cannot be had as %(form)s") % {"form": form.label}
    detail = _("It has been recorded. The page has all of the note, and so have the note as text and as Word document.")
    told = {"status": HTTPStatus.SERVICE_UNAVAILABLE.value, "title": title, "detail": detail, "back": publication.path}
    return render(request, "error.html", told, status=HTTPStatus.SERVICE_UNAVAILABLE)


def draft(request: HttpRequest, publication: Publication, imprint: Imprint) -> HttpResponse:
    """What is not published, as PDF, for those who may see it: nobody keeps it."""
    form = FORMS["pdf"]
    assert isinstance(publication.document, MeetingDocument)
    try:
        response = HttpResponse(form.write(publication.document, imprint), content_type=form.content_type)
    except CannotBeSet:
        response = not_to_be_had(request, publication, form)
    else:
        response["Content-Disposition"] = (
            f'inline; filename="draft-{publication.digest[:8]}-{publication.language}.pdf"'
        )
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def forget() -> None:
    """For tests, whose clock stands still while their database begins anew."""
    _kept.clear()
