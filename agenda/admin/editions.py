"""Screens of the editions of a meeting or topic: the list, each edition, and what each changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from agenda.admin.preview_pages import render_edition
from agenda.admin.rendering import get_public_path, render_screen
from agenda.admin.suppression import render_suppressed
from agenda.documents.diff import DocumentChange, compare_documents
from agenda.workflow import format_instant
from agenda.workflow.drafts import Subject, get_edition_documents, get_subject_type
from meetings.access import Right, has_right
from meetings.clock import get_instant
from meetings.documents.choices import Language
from meetings.documents.encoding import decode_document
from meetings.documents.schema import Tombstone
from meetings.models import Edition, EditionDocument, Suppression


@dataclass(frozen=True)
class EditionListEntry:
    """An edition as one row of the list.

    `number` is the number that readers see, and 0 for a scheduled edition.
    """

    edition: Edition
    number: int
    state: str
    note: str
    is_pending: bool
    is_first: bool
    may_be_suppressed: bool

    @property
    def time(self) -> str:
        return format_instant(self.edition.available_from)

    @property
    def languages(self) -> list[Language]:
        return [Language(language) for language in self.edition.languages]


def list_editions(subject: Subject) -> list[Edition]:
    """Return all editions, oldest first."""
    return list(Edition.objects.for_subject(get_subject_type(subject), subject.pk))


def edition_list(
    model_admin: ModelAdmin, request: HttpRequest, subject: Subject, *, may_publish: bool, may_withdraw: bool
) -> HttpResponse:
    editions, now = list_editions(subject), get_instant(request)
    visible = [edition for edition in editions if edition.available_from <= now]
    last_withdrawal = max((n for n, edition in enumerate(visible) if edition.is_tombstone), default=-1)
    reasons = get_withdrawal_reasons([edition for edition in editions if edition.is_tombstone])
    suppressed = {
        suppression.edition_id: suppression.reason
        for suppression in Suppression.objects.active().filter(edition__in=editions)
    }
    erased = set(find_erased_editions(suppressed))
    may_suppress = has_right(request.user, Right.SUPPRESS, subject)

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
        EditionListEntry(
            edition,
            number=place + 1 if place < len(visible) else 0,
            state=describe_state(place, edition),
            note=reasons.get(edition.pk, edition.change_note),
            is_pending=place >= len(visible),
            is_first=place == 0,
            may_be_suppressed=may_suppress
            and place < len(visible) - 1
            and not edition.is_tombstone
            and edition.pk not in suppressed,
        )
        for place, edition in enumerate(editions)
    ]
    is_live = bool(visible) and not visible[-1].is_tombstone
    return render_screen(
        model_admin,
        request,
        subject,
        "editions.html",
        _("Published editions"),
        entries=entries[::-1],
        may_publish=may_publish,
        may_withdraw=may_withdraw,
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


def find_erased_editions(editions: Iterable[UUID]) -> QuerySet[EditionDocument, UUID]:
    """Return the ids of those editions in which the text of at least one language was erased."""
    erased = EditionDocument.objects.filter(edition__in=list(editions), document__text="")
    return erased.values_list("edition_id", flat=True)


def edition_detail(model_admin: ModelAdmin, request: HttpRequest, subject: Subject, edition_id: UUID) -> HttpResponse:
    return render_edition(model_admin, request, subject, get_edition_and_earlier(subject, edition_id)[0])


def get_edition_and_earlier(subject: Subject, edition_id: UUID) -> tuple[Edition, list[Edition]]:
    """Return the edition and those before it, oldest first. Raise Http404 if there is no such edition."""
    editions = list_editions(subject)
    for place, edition in enumerate(editions):
        if edition.pk == edition_id:
            return edition, editions[:place]
    raise Http404


def edition_changes(model_admin: ModelAdmin, request: HttpRequest, subject: Subject, edition_id: UUID) -> HttpResponse:
    """Show what the edition changed compared with the one before it, by language."""
    edition, earlier = get_edition_and_earlier(subject, edition_id)
    before = next((compared for compared in reversed(earlier) if not compared.is_tombstone), None)
    for compared in filter(None, (edition, before)):
        if response := render_suppressed(model_admin, request, subject, compared):
            return response
    return render_screen(
        model_admin,
        request,
        subject,
        "edition_changes.html",
        _("What changed"),
        edition=edition,
        time=format_instant(edition.available_from),
        before=before,
        before_time=before and format_instant(before.available_from),
        after_withdrawal=bool(earlier) and earlier[-1].is_tombstone,
        languages=compare_by_language(before, edition) if before and not edition.is_tombstone else [],
    )


def compare_by_language(before: Edition, edition: Edition) -> list[tuple[Language, list[DocumentChange] | None]]:
    """Compare the edition with the one before, by language.

    The changes are None for a language that the edition before did not have. Erased texts are left out.
    """
    old = {document.language: document for document in get_edition_documents(before)}
    return [
        (document.language, compare_documents(old[document.language], document) if document.language in old else None)
        for document in get_edition_documents(edition)
    ]
