"""The numbers and states of all editions of a meeting or topic, in a constant number of queries."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from agenda.admin.screen import Screen, get_public_path
from agenda.workflow.states import annotate_publishers
from meetings.access import Right
from meetings.documents.encoding import decode_document
from meetings.documents.schema import Tombstone
from meetings.models import Edition, EditionDocument, Suppression


@dataclass(frozen=True)
class EditionState:
    """`number` is that which readers see; 0 for a scheduled edition. `before` is the edition that it is compared with.

    `reason` is the public reason of a withdrawal. `edition` has `published_by`, the name of the person.
    """

    edition: Any
    number: int
    label: str
    reason: str
    before: UUID | None
    is_pending: bool
    may_be_suppressed: bool


class EditionStates:
    """All editions of the subject of a screen, by id. `is_live`: the last public one is not a withdrawal."""

    def __init__(self, screen: Screen) -> None:
        editions: list[Any] = list(annotate_publishers(screen.editions))
        self.visible = [edition for edition in editions if edition.available_from <= screen.now]
        self.last_withdrawal = max((n for n, edition in enumerate(self.visible) if edition.is_tombstone), default=-1)
        self.is_live = bool(self.visible) and not self.visible[-1].is_tombstone
        self.live_path = get_public_path(self.visible[-1].address) if self.is_live else ""
        self.has_before = self.is_live and len(self.visible) - self.last_withdrawal > 2
        self.suppressed: dict[UUID, str] = {
            suppression.edition_id: suppression.reason
            for suppression in Suppression.objects.active().filter(edition__in=editions)
        }
        erased = EditionDocument.objects.filter(edition__in=list(self.suppressed), document__text="")
        self.erased = set(erased.values_list("edition_id", flat=True)) if self.suppressed else set()
        reasons = get_withdrawal_reasons([edition for edition in editions if edition.is_tombstone])
        may_suppress, before, self.states = screen.may(Right.SUPPRESS), None, dict[UUID, EditionState]()
        for place, edition in enumerate(editions):
            is_pending = place >= len(self.visible)
            self.states[edition.pk] = EditionState(
                edition,
                number=place + 1,
                label=self.describe(place, edition, is_pending=is_pending),
                reason=reasons.get(edition.pk, ""),
                before=before,
                is_pending=is_pending,
                may_be_suppressed=may_suppress
                and place < len(self.visible) - 1
                and not edition.is_tombstone
                and edition.pk not in self.suppressed,
            )
            before = before if edition.is_tombstone else edition.pk

    def describe(self, place: int, edition: Edition, *, is_pending: bool) -> str:
        if edition.pk in self.suppressed:
            is_erased = edition.pk in self.erased
            template = _("Removed from the site and erased: %s") if is_erased else _("Removed from the site: %s")
            return template % self.suppressed[edition.pk]
        if edition.is_tombstone:
            return _("Withdrawal, scheduled") if is_pending else _("Withdrawal")
        if is_pending:
            return _("Scheduled")
        if place < self.last_withdrawal:
            return _("Earlier, not on the site")
        return _("Live") if place == len(self.visible) - 1 else _("Earlier")


def get_withdrawal_reasons(tombstones: list[Edition]) -> dict[UUID, str]:
    rows = EditionDocument.objects.filter(edition__in=tombstones).select_related("document", "edition")
    documents = {
        row.edition_id: decode_document(row.document.text)
        for row in (rows if tombstones else ())
        if row.language == row.edition.source_language
    }
    return {edition: tombstone.reason for edition, tombstone in documents.items() if isinstance(tombstone, Tombstone)}
