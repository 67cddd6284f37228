"""Screens of the texts of a meeting or topic: preview of the draft, list of editions, each edition, its removal."""

from http import HTTPStatus
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.admin.publication_outlook import compare_by_language
from agenda.admin.screen import Screen, get_public_path
from agenda.admin.steps.forms import ReasonField
from agenda.dashboard.admin_urls import admin_url
from agenda.export.imprint import Imprint
from agenda.preview.views import Banner, build_publication, render_page
from agenda.site import downloads
from agenda.workflow.drafts import (
    SubjectDocument,
    build_draft,
    compute_draft_digest,
    get_edition_documents,
    get_subject_type,
)
from agenda.workflow.errors import WorkflowError
from agenda.workflow.states import TextStatus, get_review_label
from agenda.workflow.suppression import (
    find_same_text_elsewhere,
    get_active_suppression,
    refuse_unsuppressible,
    suppress,
)
from agenda.workflow.transactions import format_instant
from meetings.access import Right
from meetings.documents.choices import Language
from meetings.documents.encoding import InvalidDocument, decode_document
from meetings.documents.schema import MeetingDocument, Tombstone
from meetings.i18n.languages import get_own_name
from meetings.models import Edition, EditionDocument, Suppression
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


def edition_list(screen: Screen) -> HttpResponse:
    editions = list(screen.editions)
    visible = [edition for edition in editions if edition.available_from <= screen.now]
    last_withdrawal = max((n for n, edition in enumerate(visible) if edition.is_tombstone), default=-1)
    reasons = get_withdrawal_reasons([edition for edition in editions if edition.is_tombstone])
    suppressed = {
        suppression.edition_id: suppression.reason
        for suppression in Suppression.objects.active().filter(edition__in=editions)
    }
    erased_documents = EditionDocument.objects.filter(edition__in=list(suppressed), document__text="")
    erased = set(erased_documents.values_list("edition_id", flat=True))
    may_suppress = screen.may(Right.SUPPRESS)

    def describe_state(place: int, edition: Edition) -> str:
        pending = place >= len(visible)
        if edition.pk in suppressed:
            template = (
                _("Removed from the site and erased: %s") if edition.pk in erased else _("Removed from the site: %s")
            )
            return template % suppressed[edition.pk]
        if edition.is_tombstone:
            return _("Withdrawal, scheduled") if pending else _("Withdrawal")
        if pending:
            return _("Scheduled")
        if place < last_withdrawal:
            return _("Earlier, not on the site")
        return _("Live") if place == len(visible) - 1 else _("Earlier")

    entries = [
        {
            "edition": edition,
            "number": place + 1 if place < len(visible) else 0,  # as readers see it; 0 for a scheduled edition
            "state": describe_state(place, edition),
            "note": reasons.get(edition.pk, edition.change_note),
            "languages": [Language(language) for language in edition.languages],
            "may_be_suppressed": may_suppress
            and place < len(visible) - 1
            and not edition.is_tombstone
            and edition.pk not in suppressed,
        }
        for place, edition in enumerate(editions)
    ]
    is_live = bool(visible) and not visible[-1].is_tombstone
    return screen.render(
        "editions.html",
        _("Published editions"),
        entries=entries[::-1],
        may_publish=screen.may(Right.PUBLISH),
        may_withdraw=screen.may(Right.WITHDRAW),
        live_path=get_public_path(visible[-1].address) if is_live else "",
        has_before=len(visible) - last_withdrawal > 2,
    )


def get_withdrawal_reasons(tombstones: list[Edition]) -> dict[UUID, str]:
    rows = EditionDocument.objects.filter(edition__in=tombstones).select_related("document", "edition")
    documents = {
        row.edition_id: decode_document(row.document.text)
        for row in rows
        if row.language == row.edition.source_language
    }
    return {edition: tombstone.reason for edition, tombstone in documents.items() if isinstance(tombstone, Tombstone)}


def edition_detail(screen: Screen, edition_id: UUID) -> HttpResponse:
    """Show the edition as it was when it was published, or as it will be; `?language=` chooses a language."""
    edition = get_edition_and_earlier(screen, edition_id)[0]
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
    back = admin_url(screen.subject, "editions"), _("Back to the published editions")
    banner = Banner(mark, message, back, languages if len(languages) > 1 else [], appears)
    return render_page(screen.request, Publication.from_row(shown), edition.available_from, banner)


def get_edition_and_earlier(screen: Screen, edition_id: UUID) -> tuple[Edition, list[Edition]]:
    """Return the edition and those before it, oldest first. Raise Http404 if there is no such edition."""
    editions = list(screen.editions)
    for place, edition in enumerate(editions):
        if edition.pk == edition_id:
            return edition, editions[:place]
    raise Http404


def edition_changes(screen: Screen, edition_id: UUID) -> HttpResponse:
    """Show what the edition changed compared with the one before it, by language."""
    edition, earlier = get_edition_and_earlier(screen, edition_id)
    before = next((compared for compared in reversed(earlier) if not compared.is_tombstone), None)
    for compared in filter(None, (edition, before)):
        if response := render_suppressed(screen, compared):
            return response
    return screen.render(
        "edition_changes.html",
        _("What changed"),
        edition=edition,
        before=before,
        after_withdrawal=bool(earlier) and earlier[-1].is_tombstone,
        differences=compare_by_language(get_edition_documents(before), get_edition_documents(edition))
        if before and not edition.is_tombstone
        else {},
    )


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
            suppress(screen.subject, edition, by=screen.by, reason=reason)
            template = _("Removed the edition of %(time)s (Brussels time) from the site. “%(reason)s”")
            screen.log(template % {"time": time, "reason": reason})
            messages.success(screen.request, _("The edition of %s (Brussels time) was removed from the site.") % time)
            return screen.redirect_to("editions")
    except WorkflowError as error:
        messages.error(screen.request, str(error))
        return screen.redirect_to("editions")
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
            for document in find_same_text_elsewhere(edition)
        ],
    )
