"""The public, read-only API over editions. It needs no key and knows nothing of the working copy."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from meetings.answers import Problem, in_envelope
from meetings.clock import instant_of
from meetings.documents.shape import Tombstone
from meetings.documents.text import read
from meetings.filters import MeetingFilter, language_of, refuse_unknown
from meetings.models import EditionDocument, SubjectType
from meetings.paging import KeysetPagination


class EditionViewSet(GenericViewSet[EditionDocument]):
    """Whole documents in their envelope: a list, and one by its id."""

    queryset = EditionDocument.objects.none()  # without a scope of its own a view shows nothing
    subject_type: SubjectType
    lookup_value_converter = "uuid"
    lookup_url_kwarg = "id"

    def parameters(self) -> tuple[str, ...]:
        """The parameters of a list that are no filters."""
        return (*KeysetPagination.parameters, "lang")

    def get_queryset(self) -> QuerySet[EditionDocument]:
        at = KeysetPagination().instant(self.request)
        language = language_of(self.request)
        live = EditionDocument.objects.live(at, instant_of(self.request._request)).in_language(language)
        return live.filter(edition__subject_type=self.subject_type).with_history()

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response([in_envelope(held, request) for held in page or ()])

    def retrieve(self, request: Request, id: Any) -> Response:
        refuse_unknown(request, ("lang",))
        held = self.get_queryset().filter(edition__subject_id=id).first()
        if held is None:
            raise self.absence(request, id)
        response = Response(in_envelope(held, request))
        response["Content-Language"] = held.language
        return response

    def absence(self, request: Request, id: Any) -> Exception:
        """Withdrawn is told apart from never seen; what is still to come is not."""
        buried = (
            EditionDocument.objects.buried(instant_of(request._request))
            .in_language(language_of(request))
            .select_related("document")
        )
        held = buried.filter(edition__subject_type=self.subject_type, edition__subject_id=id).first()
        tombstone = read(held.document.text) if held else None
        if not isinstance(tombstone, Tombstone):
            return Http404()
        return Problem(410, "withdrawn", _("Withdrawn"), tombstone.reason, name=tombstone.title, id=str(tombstone.id))


class MeetingViewSet(EditionViewSet):
    subject_type = SubjectType.MEETING
    filterset_class = MeetingFilter


class TopicViewSet(EditionViewSet):
    subject_type = SubjectType.TOPIC
