"""Screens of the texts of a meeting or topic: preview of the draft, each edition as a page, its removal."""

from http import HTTPStatus
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agenda.admin.screen import Screen
from agenda.admin.steps.forms import ReasonField
from agenda.dashboard.admin_urls import admin_url
from agenda.documents.checks import format_names
from agenda.export.imprint import Imprint
from agenda.preview.views import Banner, build_publication, render_page
from agenda.site import downloads
from agenda.workflow.drafts import (
    SubjectDocument,
    build_draft,
    compute_draft_digest,
    get_subject_type,
)
from agenda.workflow.errors import WorkflowError
from agenda.workflow.removed_places import find_editions_with_earlier_words, find_own_words, find_texts_with
from agenda.workflow.states import TextStatus, format_release_state, get_review_label
from agenda.workflow.suppression import (
    find_releases_that_repeat,
    find_text_that_stays,
    get_active_suppression,
    refuse_unsuppressible,
    suppress,
)
from agenda.workflow.transactions import format_instant
from meetings.access import Right
from meetings.documents.choices import Language
from meetings.documents.encoding import InvalidDocument
from meetings.documents.schema import MeetingDocument
from meetings.i18n.languages import get_own_name
from meetings.models import Edition, EditionDocument, Meeting
from meetings.site import status_labels
from meetings.site.publications import Publication

PDF_PARAMETER = "pdf"  # query parameter that requests the preview as PDF


def preview(screen: Screen) -> HttpResponse:
    """Show the working copy as last saved, as a page; `?language=` chooses another language."""
    source = screen.subject.source_language
    language = screen.request.GET.get("language", source)
    if language not in Language.values:
        raise Http404
    back = admin_url(screen.subject, "change"), _("Back to the draft")
    if language != source:
        back = admin_url(screen.subject, "translate", language), _("Back to the translation")
    try:
        document = build_draft(screen.subject, screen.now, language=language)
    except InvalidDocument as error:
        banner = Banner(status_labels.get_draft_label(), _("This cannot be previewed: %s") % error, back)
        return render_page(screen.request, None, screen.now, banner)
    languages = [*map(Language, dict.fromkeys((source, language)))]
    message = _("This is the draft as last saved.")
    return render_text(screen, document, compute_draft_digest(document), languages, message=message, back=back)


def render_text(
    screen: Screen,
    document: SubjectDocument,
    digest: str,
    languages: list[Language],
    *,
    message: str,
    back: tuple[str, str],
) -> HttpResponse:
    """Render a document as the page of the next edition, or of the scheduled edition that has this text.

    `languages` can be chosen.
    """
    subject = screen.subject
    mark = TextStatus.for_text(get_subject_type(subject), subject.pk, digest, screen.now)
    words = mark.label
    if words == status_labels.get_draft_label() and (review := get_review_label(subject, document.language, digest)):
        words = f"{words}, {review}"
    number = screen.editions.visible(screen.now).count() + 1
    at = mark.until or screen.now
    publication = build_publication(document, digest, at=at, number=number, languages=languages)
    if isinstance(document, MeetingDocument) and PDF_PARAMETER in screen.request.GET:
        return downloads.draft_pdf(screen.request, publication, Imprint(at=at, status_label=words))
    message = message if words else f"{message} {_('It is identical to the published edition.')}"
    pdf = f"?{PDF_PARAMETER}&language={document.language}" if isinstance(document, MeetingDocument) else ""
    banner = Banner(words, message, back, languages if len(languages) > 1 else [], mark.publication_date, pdf)
    return render_page(screen.request, publication, at, banner)


def edition_detail(screen: Screen, edition_id: UUID) -> HttpResponse:
    """Show the edition as it was when it was published, or as it will be; `?language=` chooses a language."""
    edition = get_object_or_404(screen.editions, pk=edition_id)
    documents = EditionDocument.objects.filter(edition=edition).in_language(screen.request.GET.get("language", ""))
    shown = documents.with_history().first()
    if shown is None:
        raise Http404
    if instead := render_suppressed(screen, edition, is_erased=not shown.document.text):
        return instead
    appears = ""
    if edition.available_from > screen.now:
        mark = status_labels.format_embargo(edition.available_from)
        message = _("This edition is scheduled and not public yet.")
        appears = status_labels.format_appearance(edition.available_from)
    else:
        is_live = Edition.objects.current(screen.now).filter(pk=edition.pk).exists()
        mark = "" if is_live else status_labels.get_past_label()
        message = _("This is the edition of %s.") % status_labels.format_brussels_time(edition.available_from)
    if get_active_suppression(edition):
        message += " " + _("It was removed from the site: readers only see the reason.")
    languages = [Language(language) for language in edition.languages]
    back = admin_url(screen.subject, "history"), _("Back to the history")
    banner = Banner(mark, message, back, languages if len(languages) > 1 else [], appears)
    return render_page(screen.request, Publication.from_row(shown), edition.available_from, banner)


class SuppressForm(forms.Form):
    reason = ReasonField(
        label=gettext_lazy("Public reason"),
        help_text=gettext_lazy(
            "Readers will see this instead of the text. Do not repeat the content that you are removing."
        ),
        missing=gettext_lazy("Enter the public reason."),
    )


def render_suppressed(screen: Screen, edition: Edition, *, is_erased: bool | None = None) -> HttpResponse | None:
    """Return a notice to show instead of the edition's text, or None if the user may read the text.

    Suppressed texts are for users with the right to suppress; erased texts are gone for everybody.
    """
    suppression = get_active_suppression(edition)
    if suppression and is_erased is None:
        is_erased = not edition.documents.exclude(document__text="").exists()
    if not is_erased and (suppression is None or screen.may(Right.SUPPRESS)):
        return None
    return screen.render(
        "suppressed.html",
        _("Removed from the site"),
        status=HTTPStatus.GONE,
        edition=edition,
        suppression=suppression,
        is_erased=is_erased,
    )


def suppress_step(screen: Screen, edition_id: UUID) -> HttpResponse:
    """Ask for the reason, show what readers will see, and suppress a past edition when confirmed."""
    edition = screen.editions.filter(pk=edition_id).first()
    form = SuppressForm(screen.posted)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        if edition is None:
            raise WorkflowError(_("This edition no longer exists."))
        refuse_unsuppressible(edition)
        time = format_instant(edition.available_from)
        if reason and "confirmed" in form.data:
            on_hold = suppress(screen.subject, edition, by=screen.by, reason=reason)
            template = _("Removed the edition of %(time)s (Brussels time) from the site. “%(reason)s”")
            screen.log(template % {"time": time, "reason": reason})
            messages.success(screen.request, _("The edition of %s (Brussels time) was removed from the site.") % time)
            if on_hold:
                message = ngettext(
                    "Put on hold: %s. Cancel it, and submit and publish the meeting again.",
                    "Put on hold: %s. Cancel or resume each. Meetings that have the title or the place must be "
                    "submitted and published again.",
                    len(on_hold),
                )
                messages.warning(screen.request, message % format_names([str(release) for release in on_hold]))
            return screen.redirect_to("history")
    except WorkflowError as error:
        messages.error(screen.request, str(error))
        return screen.redirect_to("history")
    return screen.render(
        "suppress.html",
        _("Remove an edition from the site"),
        edition=edition,
        number=screen.editions.visible(edition.available_from).count(),
        time=time,
        form=form,
        reason=reason,
        elsewhere=[
            (format_instant(document.edition.available_from), get_own_name(document.language))
            for document in find_text_that_stays(edition)
        ],
        with_its_place=[
            (format_instant(other.available_from), words)
            for other, words in find_editions_with_earlier_words(edition, screen.now)
            if other.available_from <= screen.now
        ],
        to_correct=list_texts_to_correct(screen, edition),
        on_hold=[
            (release, format_release_state(release, screen.now), admin_url(release, "change"))
            for release in find_releases_that_repeat(edition, screen.now)
        ],
    )


def list_texts_to_correct(screen: Screen, edition: Edition) -> list[str]:
    """Return the texts of the draft that name a place which is removed with an edition."""
    if not isinstance(screen.subject, Meeting):
        return []
    try:
        draft = build_draft(screen.subject, screen.now)
    except InvalidDocument:  # its screens say why; nothing of it can be published
        return []
    assert isinstance(draft, MeetingDocument)
    return find_texts_with(draft, find_own_words(edition, screen.now))
