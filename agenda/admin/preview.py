"""Pages as readers would see them, for the press office: the working copy, each revision, and each edition."""

from dataclasses import dataclass

from django.contrib.admin import ModelAdmin
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from agenda import downloads
from agenda.admin.screens import address_in
from agenda.admin.suppressing import closed
from agenda.drafts import Subject, SubjectDocument, digest_of_draft, draft_of, type_of
from agenda.exporting.imprint import Imprint
from agenda.marks import Mark, review_of
from agenda.showing import Banner, publication_of, show_page
from agenda.suppressing import standing_suppression
from meetings import marks
from meetings.clock import instant_of
from meetings.documents.shape import MeetingDocument
from meetings.documents.text import InvalidDocument
from meetings.models import Edition, EditionDocument
from meetings.publications import Publication
from meetings.vocabulary import Language

PDF = "pdf"  # asks for the same as PDF


@dataclass(frozen=True)
class Text:
    """A document that is shown, with its digest, and the languages that there are beside it."""

    document: SubjectDocument
    digest: str
    languages: list[Language]


def preview(desk: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    """The working copy, as last saved, in the page that it would become; `?language=` in another language."""
    now, source = instant_of(request), subject.source_language
    language = request.GET.get("language", source)
    if language not in Language.values:
        raise Http404
    back = address_in(desk, "change", subject.pk), _("Back to the working copy")
    if language != source:
        back = address_in(desk, "translate", subject.pk, language), _("Back to the translation")
    try:
        document = draft_of(subject, now, language=language)
    except InvalidDocument as error:
        return show_page(request, None, now, Banner(marks.draft(), _("There is no preview: %s") % error, back))
    told = _("The working copy, as last saved.")
    languages = [*map(Language, dict.fromkeys((source, language)))]
    return text_page(request, subject, Text(document, digest_of_draft(document), languages), told, back)


def text_page(request: HttpRequest, subject: Subject, text: Text, told: str, back: tuple[str, str]) -> HttpResponse:
    """A text of the meeting or topic as the next edition, or as the one still to come that holds it."""
    document, digest, languages = text.document, text.digest, text.languages
    now = instant_of(request)
    mark = Mark.of(type_of(subject), subject.pk, digest, now)
    words = mark.words
    if words == marks.draft() and (review := review_of(subject, document.language, digest)):
        words = f"{words}, {review}"
    number = Edition.objects.of(type_of(subject), subject.pk).visible(now).count() + 1
    at = mark.until or now
    publication = publication_of(document, digest, at=at, number=number, languages=languages)
    if isinstance(document, MeetingDocument) and PDF in request.GET:
        return downloads.draft(request, publication, Imprint(at=at, mark=words))
    told = told if words else f"{told} {_('It says just what is live.')}"
    pdf = f"?{PDF}&language={document.language}" if isinstance(document, MeetingDocument) else ""
    banner = Banner(words, told, back, languages if len(languages) > 1 else [], mark.appears, pdf)
    return show_page(request, publication, at, banner)


def edition_page(desk: ModelAdmin, request: HttpRequest, subject: Subject, edition: Edition) -> HttpResponse:
    """The edition as it was when it appeared, or as it will be; `?language=` chooses one that it has."""
    held = EditionDocument.objects.filter(edition=edition).in_language(request.GET.get("language", ""))
    shown = held.with_history().first()
    if shown is None:
        raise Http404
    if instead := closed(desk, request, subject, edition, is_erased=not shown.document.text):
        return instead
    now = instant_of(request)
    time, appears = marks.brussels(edition.available_from), ""
    if edition.available_from > now:
        mark, told = marks.embargo(edition.available_from), _("An edition still to come: not public.")
        appears = marks.appears(edition.available_from)
    else:
        is_live = Edition.objects.standing(now).filter(pk=edition.pk).exists()
        mark, told = "" if is_live else marks.no_longer_live(), _("The edition of %s as it was.") % time
    languages = [Language(language) for language in edition.languages]
    back = address_in(desk, "editions", subject.pk), _("Back to the editions")
    if standing_suppression(edition):
        told += " " + _("It is taken out: readers get the reason only.")
    banner = Banner(mark, told, back, languages if len(languages) > 1 else [], appears)
    return show_page(request, Publication.of(shown), edition.available_from, banner)
