"""Answers of the API: documents as they are stored, in their envelope, and errors as problem+json (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from meetings.models import EditionDocument

PROBLEM_TYPE = "application/problem+json"


class DocumentRenderer(BaseRenderer):
    """JSON in UTF-8. Stored documents go out byte for byte as msgspec.Raw; nothing is parsed or built again."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return msgspec.json.encode(data)


def in_envelope(held: EditionDocument, request: Request) -> msgspec.Raw:
    """The stored document and its envelope as one flat object. `held` comes from `with_history`."""
    edition = held.edition
    envelope = {
        "url": request.build_absolute_uri(reverse(f"{edition.subject_type}-detail", args=[edition.subject_id])),
        "html_url": request.build_absolute_uri(html_path(edition.address, held.language)),
        "edition": held.number,
        "languages": edition.languages,
        "published_at": held.published_at,
        "modified_at": held.modified_at,
        "digest": held.document_id,
        "change_note": edition.change_note,
    }
    return msgspec.Raw(held.document.text[:-1].encode() + b"," + msgspec.json.encode(envelope)[1:])


def html_path(address: str, language: str) -> str:
    """The path of a page: in the language where the interface has it, else in the site's first language."""
    shown = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    return f"/{shown}/{address}"


class Problem(exceptions.APIException):
    """An error with a stable type, a title, a detail that helps, and members of its own."""

    def __init__(self, status: int, type_: str, title: str, detail: str, **members: Any) -> None:
        super().__init__(detail)
        self.status_code = status
        self.body = {"type": f"/api/problems/{type_}/", "title": title, "status": status, "detail": detail, **members}


def bad_parameter(name: str, detail: str, **members: Any) -> Problem:
    return Problem(400, "bad-parameter", _("A parameter is wrong"), detail, parameter=name, **members)


def problem_of(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Any error of an API view as problem+json. What is not expected here is left to the site's own handler.

    The text of an exception never reaches the answer, unless it was written for it.
    """
    if isinstance(error, Http404):
        error = Problem(404, "not-found", _("Not found"), _("There is nothing at this address."))
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    if not isinstance(error, Problem):
        type_, title = error.default_code.replace("_", "-"), HTTPStatus(error.status_code).phrase
        error = Problem(error.status_code, type_, title, str(error.detail))
    headers = {"Allow": ", ".join(context["view"].allowed_methods)} if error.status_code == 405 else None
    return Response(error.body, status=error.status_code, content_type=PROBLEM_TYPE, headers=headers)
