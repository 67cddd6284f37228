"""Whole documents in their envelope. Read-only, without a key, and without any knowledge of the working copy."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from meetings.answers import in_envelope
from meetings.api.endpoints import ID, Answer, Resource
from meetings.clock import instant_of
from meetings.documents.legible import is_legible, legible
from meetings.documents.shape import Tombstone
from meetings.models import Appearance, EditionDocument, SubjectType, Suppression
from meetings.models.edition import EditionDocumentQuerySet, later_editions
from meetings.paging import KeysetPagination
from meetings.problems import Problem, ProblemType, not_found
from meetings.standing import Standing, live_document, live_documents, live_edition
from meetings.travel import journey_of, open_texts

PLAIN = {"cursor", "fields", "format", "lang", "limit"}  # parameters that choose no rows


class EditionResource(Resource):
    queryset = EditionDocument.objects.none()  # without a scope of its own a view shows nothing
    subject_type: SubjectType
    key = ID
    lookup_value_converter = "uuid"
    lookup_url_kwarg = ID.name

    def get_queryset(self) -> QuerySet[EditionDocument]:
        request = self.request._request
        live = open_texts(request, EditionDocument.objects.live(self.at, instant_of(request)))
        return live.in_language(self.language).filter(edition__subject_type=self.subject_type).with_history()

    @property
    def is_plain(self) -> bool:
        """Whether the answer is what most ask for: of now, and nothing filtered."""
        of_now = self.as_of is None and not journey_of(self.request._request)
        return of_now and set(self.request.query_params) <= PLAIN

    def found(self) -> Any:
        paginator = KeysetPagination()
        limit = paginator.limit(self.request)
        if not self.is_plain or limit not in (paginator.default_limit, paginator.max_limit):
            return super().found()
        now, cursor = instant_of(self.request._request), paginator.cursor(self.request, self.ordering)
        return live_documents(self.subject_type, self.language, limit + 1, now=now, cursor=cursor)

    def answers(self, rows: Iterable[EditionDocument | Standing]) -> list[Answer]:
        sound = (held for held in rows if is_legible(held.document.text, held.document_id))
        return [Answer(held.language, in_envelope(held, self.request)) for held in sound]

    def edition_of(self, key: Any) -> tuple[UUID, dt.datetime] | None:
        if self.is_plain:
            return live_edition(self.subject_type, key, self.at, self.language)
        held = self.get_queryset().filter(edition__subject_id=key)
        return held.values_list("edition_id", "edition__available_from").first()

    def find(self, key: Any) -> EditionDocument | Standing:
        held = (
            live_document(self.subject_type, key, self.at, self.language)
            if self.is_plain
            else self.get_queryset().filter(edition__subject_id=key).first()
        )
        if held is None:
            raise absence(self, {"subject_type": self.subject_type, "subject_id": key})
        return held


def absence(view: Resource, subject: dict[str, Any]) -> Problem:
    """Withdrawn, or taken out by now, is told apart from never seen; what is still to come is not.

    `subject` says which, by columns of editions. What was withdrawn after the view's instant is gone as of that
    instant, too, though it may have come back since.
    """
    of_subject = {f"edition__{column}": value for column, value in subject.items()}
    first = "edition__available_from" if view.as_of else "-edition__available_from"
    tombstones = withdrawals(view.at, instant_of(view.request._request)).in_language(view.language)
    held = tombstones.filter(**of_subject).select_related("document").order_by(first, "id").first()
    tombstone = legible(held.document.text, held.document_id) if held else None
    if held and not isinstance(tombstone, Tombstone):  # it cannot be read, and it is withdrawn all the same
        return gone(_("Withdrawn"), _("It was withdrawn."))
    if isinstance(tombstone, Tombstone):
        return gone(_("Withdrawn"), tombstone.reason, name=tombstone.title, id=tombstone.id)
    closed = Suppression.objects.standing().filter(
        ~Exists(later_editions(view.at, "edition__")), edition__available_from__lte=view.at, **of_subject
    )
    suppression = closed.select_related("edition").first() if view.as_of else None
    return gone(_("Taken out"), suppression.reason, id=suppression.edition.subject_id) if suppression else not_found()


def gone(title: str, reason: str, **members: Any) -> Problem:
    return Problem(410, ProblemType.WITHDRAWN, title, reason, **members)


def withdrawals(at: dt.datetime, now: dt.datetime) -> EditionDocumentQuerySet:
    """The tombstones up to `now` over what stood at `at`, or that stood there themselves."""
    same = {name: OuterRef(f"edition__{name}") for name in ("subject_type", "subject_id")}
    appeared = Appearance.objects.filter(**same, available_from__lte=at)
    return EditionDocument.objects.filter(
        Exists(appeared),
        ~Exists(appeared.filter(available_from__gt=OuterRef("edition__available_from"))),
        edition__is_tombstone=True,
        edition__available_from__lte=now,
    )
