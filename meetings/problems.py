"""Errors of the API as problem+json (RFC 9457)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from msgspec import UNSET, Meta, UnsetType
from rest_framework import exceptions
from rest_framework.response import Response

from meetings.licence import licence
from meetings.links import add_link
from meetings.request_ids import request_id_of

PROBLEM_TYPE = "application/problem+json"


class ProblemType(StrEnum):
    """All there are, those included that the server before the site answers."""

    BAD_PARAMETER = "/api/problems/bad-parameter/"
    BAD_REQUEST = "/api/problems/bad-request/"
    FORBIDDEN = "/api/problems/forbidden/"
    NOT_FOUND = "/api/problems/not-found/"
    METHOD_NOT_ALLOWED = "/api/problems/method-not-allowed/"
    NOT_ACCEPTABLE = "/api/problems/not-acceptable/"
    WITHDRAWN = "/api/problems/withdrawn/"
    PRECONDITION_FAILED = "/api/problems/precondition-failed/"
    URI_TOO_LONG = "/api/problems/uri-too-long/"
    TOO_MANY_REQUESTS = "/api/problems/too-many-requests/"
    HEADER_TOO_LARGE = "/api/problems/header-too-large/"
    SERVER_ERROR = "/api/problems/server-error/"
    UNAVAILABLE = "/api/problems/unavailable/"


class ProblemDetails(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What went wrong. Go by `type` and `status`; the words may change."""

    type: Annotated[ProblemType, Meta(description="Which problem it is: stable; its page says more.")]
    title: str
    status: Annotated[int, Meta(ge=400, le=599)]
    detail: Annotated[str, Meta(description="What is wrong with this request, and how to mend it.")]
    parameter: Annotated[str, Meta(description="The parameter that is wrong.")] = ""
    nearest: Annotated[str, Meta(description="What was perhaps meant instead.")] = ""
    allowed: Annotated[list[str], Meta(description="The values that there are.")] = []
    known: Annotated[list[str] | UnsetType, Meta(description="The parameters that there are at this address.")] = UNSET
    name: Annotated[str, Meta(description="The title of what was withdrawn.")] = ""
    id: Annotated[UUID | UnsetType, Meta(description="The id of the meeting or topic that was withdrawn.")] = UNSET
    request_id: Annotated[str, Meta(description="Names this request in the site's log, as `X-Request-Id` does.")] = ""


class Problem(exceptions.APIException):
    """An error with a stable type, a title, a detail that helps, and members of its own."""

    def __init__(self, status: int, type_: ProblemType, title: str, detail: str, **members: Any) -> None:
        super().__init__(detail)
        self.status_code = status
        self.details = ProblemDetails(type=type_, title=title, status=status, detail=detail, **members)


def bad_parameter(name: str, detail: str, **members: Any) -> Problem:
    title = _("A parameter is wrong")
    return Problem(400, ProblemType.BAD_PARAMETER, title, detail, parameter=name, **members)


def not_found(hint: str = "", *, nearest: str = "") -> Problem:
    """`nearest` is the address that was perhaps meant."""
    if nearest:
        hint = _("Did you mean %s?") % nearest
    detail = f"{_('There is nothing at this address.')} {hint}".strip()
    return Problem(404, ProblemType.NOT_FOUND, _("Not found"), detail, nearest=nearest)


def plain_answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The problem as the answer of a plain view; its licence is named as in every answer."""
    details = msgspec.structs.replace(problem.details, request_id=request_id_of(request))
    answer = HttpResponse(msgspec.json.encode(details), status=problem.status_code, content_type=PROBLEM_TYPE)
    add_link(answer, licence().url, "license")
    return answer


def problem_of(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Any error of an API view as problem+json. What is not expected here is left to the site's own handler.

    The text of an exception never reaches the answer, unless it was written for it.
    """
    if isinstance(error, Http404):
        error = not_found()
    if not isinstance(error, Problem):
        return None
    details = msgspec.structs.replace(error.details, request_id=request_id_of(context["request"]._request))
    return Response(details, status=error.status_code, content_type=PROBLEM_TYPE)
