"""Whole documents in their envelope. Read-only, without a key, and without any knowledge of the working copy."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from meetings.answers import in_envelope
from meetings.api.endpoints import ID, Answer, Resource
from meetings.clock import instant_of
from meetings.documents.shape import Tombstone
from meetings.documents.text import read
from meetings.models import EditionDocument, SubjectType
from meetings.problems import Problem, ProblemType, not_found
from meetings.travel import open_texts


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

    def answers(self, rows: Iterable[EditionDocument]) -> list[Answer]:
        return [Answer(held.language, in_envelope(held, self.request)) for held in rows]

    def edition_of(self, key: Any) -> tuple[UUID, dt.datetime] | None:
        held = self.get_queryset().filter(edition__subject_id=key)
        return held.values_list("edition_id", "edition__available_from").first()

    def find(self, key: Any) -> EditionDocument:
        held = self.get_queryset().filter(edition__subject_id=key).first()
        if held is None:
            raise absence(self, {"edition__subject_type": self.subject_type, "edition__subject_id": key})
        return held


def absence(view: Resource, subject: dict[str, Any]) -> Exception:
    """Withdrawn is told apart from never seen; what is still to come is not."""
    buried = EditionDocument.objects.buried(view.at).in_language(view.language).select_related("document")
    held = buried.filter(**subject).order_by("-edition__available_from", "id").first()
    tombstone = read(held.document.text) if held else None
    if not isinstance(tombstone, Tombstone):
        return not_found()
    members = {"name": tombstone.title, "id": tombstone.id}
    return Problem(410, ProblemType.WITHDRAWN, _("Withdrawn"), tombstone.reason, **members)
