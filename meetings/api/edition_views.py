"""Serve whole documents in their envelope. This code is read-only and never sees the working copy."""

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from rest_framework.response import Response

from meetings.api.csv_tables import build_columns
from meetings.api.kept_answers import AnswerName, keep_answer, keep_detail, kept_answers, kept_details, name_detail
from meetings.api.pagination import KeysetPagination
from meetings.api.renderers import wrap_in_envelope
from meetings.api.views import Resource, ResourceAnswer
from meetings.clock import get_instant
from meetings.documents.decoding import can_decode_document, decode_document_or_none
from meetings.documents.schema import Tombstone
from meetings.editions.live_rows import (
    ListedRow,
    LiveDocumentRow,
    find_live_document,
    find_live_edition,
    list_live_editions,
    load_documents,
)
from meetings.editions.published_version import MAX_COMMIT_DELAY
from meetings.http.links import get_site_url
from meetings.http.problems import Problem, ProblemType, build_not_found_problem
from meetings.http.time_travel import exclude_suppressed, get_time_travel
from meetings.models import Appearance, EditionDocument, SubjectType, Suppression
from meetings.models.edition import EditionDocumentQuerySet, get_superseding_editions

UNFILTERED_PARAMETERS = {"computed", "cursor", "fields", "format", "lang", "limit"}  # they do not select rows
EDITION_COLUMNS = build_columns("html_url", "url", "language", "edition", "published_at", "modified_at", "change_note")


class EditionResource(Resource):
    """A resource whose entries are whole documents: meetings and topics."""

    queryset = EditionDocument.objects.none()  # a view that sets no scope of its own shows nothing
    subject_type: SubjectType

    def get_queryset(self) -> QuerySet[EditionDocument]:
        request = self.request._request
        live = exclude_suppressed(request, EditionDocument.objects.live(self.at, get_instant(request)))
        return live.in_language(self.language).filter(edition__subject_type=self.subject_type).with_history()

    @property
    def is_unfiltered(self) -> bool:
        """True for the most common request: the present state, without any filter. It has a fast path."""
        is_present = self.as_of is None and not get_time_travel(self.request._request)
        return is_present and set(self.request.query_params) <= UNFILTERED_PARAMETERS

    def find_rows(self) -> Any:
        paginator = KeysetPagination()
        limit = paginator.get_limit(self.request)
        if not self.is_unfiltered or limit not in (paginator.default_limit, paginator.max_limit):
            return super().find_rows()
        now = get_instant(self.request._request)
        return list_live_editions(self.subject_type, self.language, limit + 1, now=now, cursor=self.cursor)

    def build_answers(self, rows: Iterable[EditionDocument | LiveDocumentRow | ListedRow]) -> list[ResourceAnswer]:
        """Return the answers for the rows. Those whose text was just removed are left out, but the links lead on."""
        rows = list(rows)
        listed = [row.edition.id for row in rows if isinstance(row, ListedRow)]
        answers = self.load_answers(listed) if listed else {}
        for row in rows:
            if not isinstance(row, ListedRow) and can_decode_document(row.document.text, row.document_id):
                answers[row.edition_id] = ResourceAnswer(row.language, wrap_in_envelope(row, self.request))
        return [answers[row.edition.id] for row in rows if row.edition.id in answers]

    def load_answers(self, editions: Sequence[UUID]) -> dict[UUID, ResourceAnswer]:
        """Return the answers for live editions. This takes one query, and none if all are kept."""
        site = get_site_url(self.request._request)
        names = {edition: AnswerName(site, edition, self.language) for edition in editions}
        found = {edition: kept for edition, name in names.items() if (kept := kept_answers.get(name))}
        if missing := names.keys() - found.keys():
            for row in load_documents(missing, self.language):
                for answer in self.build_answers([row]):
                    found[row.edition_id] = answer
                    if self.is_settled(row):
                        keep_answer(names[row.edition_id], answer)
        return found

    def is_settled(self, row: EditionDocument | LiveDocumentRow) -> bool:
        """Return True if no edition can still become visible that appeared before that of the row (decision 36)."""
        return get_instant(self.request._request) - row.edition.available_from > MAX_COMMIT_DELAY

    def find_edition(self, key: Any) -> tuple[UUID, dt.datetime] | None:
        if self.is_unfiltered:
            return find_live_edition(self.subject_type, key, self.at, self.language)
        edition_documents = self.get_queryset().filter(edition__subject_id=key)
        return edition_documents.values_list("edition_id", "edition__available_from").first()

    def find(self, key: Any) -> EditionDocument | LiveDocumentRow:
        edition_document = (
            find_live_document(self.subject_type, key, self.at, self.language)
            if self.is_unfiltered
            else self.get_queryset().filter(edition__subject_id=key).first()
        )
        if edition_document is None:
            raise find_absence_problem(self, {"subject_type": self.subject_type, "subject_id": key})
        return edition_document

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self.find_kept_detail(request) or super().dispatch(request, *args, **kwargs)

    def find_kept_detail(self, request: HttpRequest) -> HttpResponse | None:
        """Return what was sent to such a request before, if the edition that it shows is live."""
        name = name_detail(request) if self.detail else None
        kept = kept_details.get(name) if name else None
        answer = kept_answers.get(kept.answer) if kept else None
        if kept is None or answer is None:
            return None
        live = find_live_edition(self.subject_type, kept.subject, get_instant(request), kept.answer.language)
        is_live = live is not None and live[0] == kept.answer.edition
        return HttpResponse(bytes(answer.body), headers=kept.headers) if is_live else None

    def build_detail_from_row(self, row: EditionDocument | LiveDocumentRow) -> Response:
        response = super().build_detail_from_row(row)
        name = name_detail(self.request._request)
        if name and self.is_settled(row):
            answer = AnswerName(get_site_url(self.request._request), row.edition_id, self.language)
            keep_answer(answer, ResourceAnswer(response["Content-Language"], response.data))
            keep = partial(keep_detail, name, row.edition.subject_id, answer)
            response.add_post_render_callback(keep)
        return response


def find_absence_problem(view: Resource, subject: dict[str, Any]) -> Problem:
    """Return the Problem for a subject that the view does not have: withdrawn, suppressed (410) or unknown (404).

    A subject under embargo is a 404 like one that never existed. `subject` selects it by columns of editions. What was
    withdrawn after the view's instant is also a 410 as of that instant, even if it has been published again since.
    """
    of_subject = {f"edition__{column}": value for column, value in subject.items()}
    first = "edition__available_from" if view.as_of else "-edition__available_from"
    tombstones = find_tombstones(view.at, get_instant(view.request._request)).in_language(view.language)
    notice = tombstones.filter(**of_subject).select_related("document").order_by(first, "id").first()
    tombstone = decode_document_or_none(notice.document.text, notice.document_id) if notice else None
    if isinstance(tombstone, Tombstone):
        more = {} if tombstone.takes_place is None else {"takes_place": tombstone.takes_place}
        return build_gone_problem(_("Withdrawn"), tombstone.reason, name=tombstone.title, id=tombstone.id, **more)
    if notice:  # it cannot be read, but the withdrawal holds
        return build_gone_problem(_("Withdrawn"), _("It has been withdrawn."))
    suppressions = Suppression.objects.active().filter(
        ~Exists(get_superseding_editions(view.at, "edition__")), edition__available_from__lte=view.at, **of_subject
    )
    suppression = suppressions.select_related("edition").first() if view.as_of else None
    if suppression is None:
        return build_not_found_problem()
    return build_gone_problem(_("Removed"), suppression.reason, id=suppression.edition.subject_id)


def build_gone_problem(title: str, reason: str, **members: Any) -> Problem:
    return Problem(ProblemType.WITHDRAWN, reason, title=title, **members)


def find_tombstones(at: dt.datetime, now: dt.datetime) -> EditionDocumentQuerySet:
    """Return the tombstones, up to `now`, of subjects that were live or withdrawn at `at`."""
    same = {name: OuterRef(f"edition__{name}") for name in ("subject_type", "subject_id")}
    appeared = Appearance.objects.filter(**same, available_from__lte=at)
    return EditionDocument.objects.filter(
        Exists(appeared),
        ~Exists(appeared.filter(available_from__gt=OuterRef("edition__available_from"))),
        edition__is_tombstone=True,
        edition__available_from__lte=now,
    )
