"""Preview pages for the press office: the working copy, each revision and each edition as readers would see it."""

from dataclasses import dataclass

from django.contrib.admin import ModelAdmin
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from agenda import downloads
from agenda.admin.screens import get_admin_url
from agenda.admin.suppressing import render_suppressed
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

PDF_PARAMETER = "pdf"  # query parameter that requests the preview as PDF


@dataclass(frozen=True)
class PreviewText:
    """A document to preview, with its digest and the languages that can be chosen."""

    document: SubjectDocument
    digest: str
    languages: list[Language]


def preview(model_admin: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    """Show the working copy as last saved, as a page; `?language=` chooses another language."""
    now, source = instant_of(request), subject.source_language
    language = request.GET.get("language", source)
    if language not in Language.values:
        raise Http404
    back = get_admin_url(model_admin, "change", subject.pk), _("Back to the draft")
    if language != source:
        back = get_admin_url(model_admin, "translate", subject.pk, language), _("Back to the translation")
    try:
        document = draft_of(subject, now, language=language)
    except InvalidDocument as error:
        return show_page(request, None, now, Banner(marks.draft(), _("This cannot be previewed: %s") % error, back))
    message = _("This is the draft as last saved.")
    languages = [*map(Language, dict.fromkeys((source, language)))]
    return render_text(request, subject, PreviewText(document, digest_of_draft(document), languages), message, back)


def render_text(
    request: HttpRequest, subject: Subject, text: PreviewText, message: str, back: tuple[str, str]
) -> HttpResponse:
    """Render a text as the page of the next edition, or of the scheduled edition that has this text."""
    document, digest, languages = text.document, text.digest, text.languages
    now = instant_of(request)
    mark = Mark.of(type_of(subject), subject.pk, digest, now)
    words = mark.words
    if words == marks.draft() and (review := review_of(subject, document.language, digest)):
        words = f"{words}, {review}"
    number = Edition.objects.of(type_of(subject), subject.pk).visible(now).count() + 1
    at = mark.until or now
    publication = publication_of(document, digest, at=at, number=number, languages=languages)
    if isinstance(document, MeetingDocument) and PDF_PARAMETER in request.GET:
        return downloads.draft(request, publication, Imprint(at=at, mark=words))
    message = message if words else f"{message} {_('It is identical to the published version.')}"
    pdf = f"?{PDF_PARAMETER}&language={document.language}" if isinstance(document, MeetingDocument) else ""
    banner = Banner(words, message, back, languages if len(languages) > 1 else [], mark.appears, pdf)
    return show_page(request, publication, at, banner)


def render_edition(model_admin: ModelAdmin, request: HttpRequest, subject: Subject, edition: Edition) -> HttpResponse:
    """Render the edition as it was when it was published, or as it will be.

    `?language=` chooses one of its languages.
    """
    editions = EditionDocument.objects.filter(edition=edition).in_language(request.GET.get("language", ""))
    shown = editions.with_history().first()
    if shown is None:
        raise Http404
    if instead := render_suppressed(model_admin, request, subject, edition, is_erased=not shown.document.text):
        return instead
    now = instant_of(request)
    time, appears = marks.brussels(edition.available_from), ""
    if edition.available_from > now:
        mark, message = marks.embargo(edition.available_from), _("This version is scheduled and not public yet.")
        appears = marks.appears(edition.available_from)
    else:
        is_live = Edition.objects.standing(now).filter(pk=edition.pk).exists()
        mark, message = "" if is_live else marks.no_longer_live(), _("This is the version of %s.") % time
    languages = [Language(language) for language in edition.languages]
    back = get_admin_url(model_admin, "editions", subject.pk), _("Back to the published versions")
    if standing_suppression(edition):
        message += " " + _("It was removed from the site: readers only see the reason.")
    banner = Banner(mark, message, back, languages if len(languages) > 1 else [], appears)
    return show_page(request, Publication.of(shown), edition.available_from, banner)
