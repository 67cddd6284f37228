"""All editions of a meeting or topic: the list, each as it was, and what each changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from agenda.admin.preview import edition_page
from agenda.admin.screens import public_path, show
from agenda.admin.suppressing import closed
from agenda.comparing import Change, compare
from agenda.drafts import Subject, documents_of, type_of
from agenda.publishing import in_brussels
from meetings.clock import instant_of
from meetings.documents.shape import Tombstone
from meetings.documents.text import read
from meetings.models import Edition, EditionDocument, Suppression
from meetings.rights import Right, may
from meetings.vocabulary import Language


@dataclass(frozen=True)
class Entry:
    """An edition in the list. `number` is what readers see, and 0 for one still to come."""

    edition: Edition
    number: int
    state: str
    note: str
    is_pending: bool
    is_first: bool
    may_be_suppressed: bool

    @property
    def time(self) -> str:
        return in_brussels(self.edition.available_from)

    @property
    def languages(self) -> list[Language]:
        return [Language(language) for language in self.edition.languages]


def history(subject: Subject) -> list[Edition]:
    """Oldest first."""
    return list(Edition.objects.of(type_of(subject), subject.pk))


def editions_list(
    desk: ModelAdmin, request: HttpRequest, subject: Subject, *, may_publish: bool, may_withdraw: bool
) -> HttpResponse:
    editions, now = history(subject), instant_of(request)
    visible = [edition for edition in editions if edition.available_from <= now]
    last_withdrawal = max((n for n, edition in enumerate(visible) if edition.is_tombstone), default=-1)
    reasons = reasons_of([edition for edition in editions if edition.is_tombstone])
    taken_out = {one.edition_id: one.reason for one in Suppression.objects.standing().filter(edition__in=editions)}
    erased = set(editions_erased(taken_out))
    may_suppress = may(request.user, Right.SUPPRESS, subject)

    def state(place: int, edition: Edition) -> str:
        pending = place >= len(visible)
        if edition.pk in taken_out:
            told = _("Taken out, and erased: %s") if edition.pk in erased else _("Taken out: %s")
            return told % taken_out[edition.pk]
        if edition.is_tombstone:
            return _("Withdrawal, to come") if pending else _("Withdrawal")
        if pending:
            return _("To come")
        if place < last_withdrawal:
            return _("Earlier, no longer shown")
        return _("Live") if place == len(visible) - 1 else _("Earlier")

    entries = [
        Entry(
            edition,
            number=place + 1 if place < len(visible) else 0,
            state=state(place, edition),
            note=reasons.get(edition.pk, edition.change_note),
            is_pending=place >= len(visible),
            is_first=place == 0,
            may_be_suppressed=may_suppress
            and place < len(visible) - 1
            and not edition.is_tombstone
            and edition.pk not in taken_out,
        )
        for place, edition in enumerate(editions)
    ]
    is_live = bool(visible) and not visible[-1].is_tombstone
    return show(
        desk,
        request,
        subject,
        "editions.html",
        _("Editions"),
        entries=entries[::-1],
        may_publish=may_publish,
        may_withdraw=may_withdraw,
        live_path=public_path(visible[-1].address) if is_live else "",
        has_before=len(visible) - last_withdrawal > 2,
    )


def reasons_of(tombstones: list[Edition]) -> dict[UUID, str]:
    held = EditionDocument.objects.filter(edition__in=tombstones).select_related("document", "edition")
    documents = {one.edition_id: read(one.document.text) for one in held if one.language == one.edition.source_language}
    return {edition: found.reason for edition, found in documents.items() if isinstance(found, Tombstone)}


def editions_erased(editions: Iterable[UUID]) -> QuerySet[EditionDocument, UUID]:
    """Those of the editions in which the text of some language was erased."""
    held = EditionDocument.objects.filter(edition__in=list(editions), document__text="")
    return held.values_list("edition_id", flat=True)


def one_edition(desk: ModelAdmin, request: HttpRequest, subject: Subject, edition_id: UUID) -> HttpResponse:
    return edition_page(desk, request, subject, found(subject, edition_id)[0])


def found(subject: Subject, edition_id: UUID) -> tuple[Edition, list[Edition]]:
    """The edition, and those before it, oldest first."""
    editions = history(subject)
    for place, edition in enumerate(editions):
        if edition.pk == edition_id:
            return edition, editions[:place]
    raise Http404


def edition_changes(desk: ModelAdmin, request: HttpRequest, subject: Subject, edition_id: UUID) -> HttpResponse:
    """What the edition changed against the one before it, language by language."""
    edition, earlier = found(subject, edition_id)
    before = next((one for one in reversed(earlier) if not one.is_tombstone), None)
    for one in filter(None, (edition, before)):
        if told := closed(desk, request, subject, one):
            return told
    return show(
        desk,
        request,
        subject,
        "edition_changes.html",
        _("What changed"),
        edition=edition,
        time=in_brussels(edition.available_from),
        before=before,
        before_time=before and in_brussels(before.available_from),
        after_withdrawal=bool(earlier) and earlier[-1].is_tombstone,
        languages=changes_by_language(before, edition) if before and not edition.is_tombstone else [],
    )


def changes_by_language(before: Edition, edition: Edition) -> list[tuple[Language, list[Change] | None]]:
    """None for a language that the edition before did not have, or has no more. What was erased is left out."""
    old = {document.language: document for document in documents_of(before)}
    return [
        (document.language, compare(old[document.language], document) if document.language in old else None)
        for document in documents_of(edition)
    ]
