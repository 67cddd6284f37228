"""Preview pages for the press office: the working copy, each revision and each edition as readers would see it."""

from dataclasses import dataclass

from django.contrib.admin import ModelAdmin
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from agenda.admin.rendering import get_admin_url
from agenda.admin.suppression import render_suppressed
from agenda.export.imprint import Imprint
from agenda.preview.rendering import Banner, build_publication, render_page
from agenda.site import downloads
from agenda.workflow.drafts import Subject, SubjectDocument, build_draft, compute_draft_digest, get_subject_type
from agenda.workflow.states import TextStatus, get_review_label
from agenda.workflow.suppression import get_active_suppression
from meetings.clock import get_instant
from meetings.documents.choices import Language
from meetings.documents.encoding import InvalidDocument
from meetings.documents.schema import MeetingDocument
from meetings.models import Edition, EditionDocument
from meetings.site import status_labels
from meetings.site.publications import Publication

PDF_PARAMETER = "pdf"  # query parameter that requests the preview as PDF


@dataclass(frozen=True)
class PreviewText:
    """A document to preview, with its digest and the languages that can be chosen."""

    document: SubjectDocument
    digest: str
    languages: list[Language]


def preview(model_admin: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    """Show the working copy as last saved, as a page; `?language=` chooses another language."""
    now, source = get_instant(request), subject.source_language
    language = request.GET.get("language", source)
    if language not in Language.values:
        raise Http404
    back = get_admin_url(model_admin, "change", subject.pk), _("Back to the draft")
    if language != source:
        back = get_admin_url(model_admin, "translate", subject.pk, language), _("Back to the translation")
    try:
        document = build_draft(subject, now, language=language)
    except InvalidDocument as error:
        return render_page(
            request, None, now, Banner(status_labels.get_draft_label(), _("This cannot be previewed: %s") % error, back)
        )
    message = _("This is the draft as last saved.")
    languages = [*map(Language, dict.fromkeys((source, language)))]
    return render_text(
        request, subject, PreviewText(document, compute_draft_digest(document), languages), message, back
    )


def render_text(
    request: HttpRequest, subject: Subject, text: PreviewText, message: str, back: tuple[str, str]
) -> HttpResponse:
    """Render a text as the page of the next edition, or of the scheduled edition that has this text."""
    document, digest, languages = text.document, text.digest, text.languages
    now = get_instant(request)
    mark = TextStatus.for_text(get_subject_type(subject), subject.pk, digest, now)
    words = mark.label
    if words == status_labels.get_draft_label() and (review := get_review_label(subject, document.language, digest)):
        words = f"{words}, {review}"
    number = Edition.objects.for_subject(get_subject_type(subject), subject.pk).visible(now).count() + 1
    at = mark.until or now
    publication = build_publication(document, digest, at=at, number=number, languages=languages)
    if isinstance(document, MeetingDocument) and PDF_PARAMETER in request.GET:
        return downloads.draft_pdf(request, publication, Imprint(at=at, status_label=words))
    message = message if words else f"{message} {_('It is identical to the published edition.')}"
    pdf = f"?{PDF_PARAMETER}&language={document.language}" if isinstance(document, MeetingDocument) else ""
    banner = Banner(words, message, back, languages if len(languages) > 1 else [], mark.publication_date, pdf)
    return render_page(request, publication, at, banner)


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
    now = get_instant(request)
    time, appears = status_labels.format_brussels_time(edition.available_from), ""
    if edition.available_from > now:
        mark, message = (
            status_labels.format_embargo(edition.available_from),
            _("This edition is scheduled and not public yet."),
        )
        appears = status_labels.format_appearance(edition.available_from)
    else:
        is_live = Edition.objects.current(now).filter(pk=edition.pk).exists()
        mark, message = "" if is_live else status_labels.get_past_label(), _("This is the edition of %s.") % time
    languages = [Language(language) for language in edition.languages]
    back = get_admin_url(model_admin, "editions", subject.pk), _("Back to the published editions")
    if get_active_suppression(edition):
        message += " " + _("It was removed from the site: readers only see the reason.")
    banner = Banner(mark, message, back, languages if len(languages) > 1 else [], appears)
    return render_page(request, Publication.from_row(shown), edition.available_from, banner)
