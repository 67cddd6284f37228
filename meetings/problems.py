"""Errors of the API as problem+json (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from msgspec import Meta
from rest_framework import exceptions
from rest_framework.response import Response

PROBLEM_TYPE = "application/problem+json"


class ProblemDetails(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What went wrong. Go by `type` and `status`; the words may change."""

    type: Annotated[str, Meta(description="Which problem it is: stable, and a name only.")]
    title: str
    status: Annotated[int, Meta(ge=400, le=599)]
    detail: Annotated[str, Meta(description="What is wrong with this request, and how to mend it.")]
    parameter: Annotated[str, Meta(description="The parameter that is wrong.")] = ""
    nearest: Annotated[str, Meta(description="What was perhaps meant instead.")] = ""
    allowed: Annotated[list[str], Meta(description="The values that there are.")] = []
    name: Annotated[str, Meta(description="The title of what was withdrawn.")] = ""
    id: Annotated[str, Meta(description="The id of the meeting or topic that was withdrawn.")] = ""

    @classmethod
    def of(cls, status: int, type_: str, title: str, detail: str, **members: Any) -> "ProblemDetails":
        return cls(type=f"/api/problems/{type_}/", title=title, status=status, detail=detail, **members)


class Problem(exceptions.APIException):
    """An error with a stable type, a title, a detail that helps, and members of its own."""

    def __init__(self, status: int, type_: str, title: str, detail: str, **members: Any) -> None:
        super().__init__(detail)
        self.status_code = status
        self.details = ProblemDetails.of(status, type_, title, detail, **members)


def bad_parameter(name: str, detail: str, **members: Any) -> Problem:
    return Problem(400, "bad-parameter", _("A parameter is wrong"), detail, parameter=name, **members)


def not_found(detail: str = "", **members: Any) -> Problem:
    return Problem(404, "not-found", _("Not found"), detail or _("There is nothing at this address."), **members)


def problem_of(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Any error of an API view as problem+json. What is not expected here is left to the site's own handler.

    The text of an exception never reaches the answer, unless it was written for it.
    """
    if isinstance(error, Http404):
        error = not_found()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    if isinstance(error, exceptions.NotAcceptable):
        detail = _("The API answers in application/json, and its errors in application/problem+json: accept the first.")
        error = Problem(406, "not-acceptable", _("Not acceptable"), detail)
    if not isinstance(error, Problem):
        type_, title = error.default_code.replace("_", "-"), HTTPStatus(error.status_code).phrase
        error = Problem(error.status_code, type_, title, str(error.detail))
    return Response(error.details, status=error.status_code, content_type=PROBLEM_TYPE)
