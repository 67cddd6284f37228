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

from meetings.licence import get_licence
from meetings.links import add_link
from meetings.request_ids import get_request_id

PROBLEM_TYPE = "application/problem+json"


class ProblemType(StrEnum):
    """All types of problems, including those that the front server sends."""

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
    """A description of what went wrong. Rely on `type` and `status`; the wording may change."""

    type: Annotated[ProblemType, Meta(description="The type of the problem. It is stable, and its page says more.")]
    title: str
    status: Annotated[int, Meta(ge=400, le=599)]
    detail: Annotated[str, Meta(description="What is wrong with this request and how to correct it.")]
    parameter: Annotated[str, Meta(description="The parameter that is wrong.")] = ""
    nearest: Annotated[str, Meta(description="What you may have meant.")] = ""
    allowed: Annotated[list[str], Meta(description="The allowed values.")] = []
    known: Annotated[list[str] | UnsetType, Meta(description="The parameters of this address.")] = UNSET
    name: Annotated[str, Meta(description="The title of what was withdrawn.")] = ""
    id: Annotated[UUID | UnsetType, Meta(description="The id of the meeting or topic that was withdrawn.")] = UNSET
    request_id: Annotated[str, Meta(description="The id of this request in the site's log, as in `X-Request-Id`.")] = ""


class Problem(exceptions.APIException):
    """An error of the API, with a stable type, a title, a helpful detail, and members of its own."""

    def __init__(self, status: int, type_: ProblemType, title: str, detail: str, **members: Any) -> None:
        super().__init__(detail)
        self.status_code = status
        self.details = ProblemDetails(type=type_, title=title, status=status, detail=detail, **members)


def build_parameter_problem(name: str, detail: str, **members: Any) -> Problem:
    """Return the Problem (400) for a wrong parameter."""
    title = _("Wrong parameter")
    return Problem(400, ProblemType.BAD_PARAMETER, title, detail, parameter=name, **members)


def build_not_found_problem(hint: str = "", *, nearest: str = "") -> Problem:
    """Return the Problem (404) for an address that does not exist. `nearest` is the address the client may mean."""
    if nearest:
        hint = _("Did you mean %s?") % nearest
    detail = f"{_('There is nothing at this address.')} {hint}".strip()
    return Problem(404, ProblemType.NOT_FOUND, _("Not found"), detail, nearest=nearest)


def build_problem_response(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return the problem as the response of a plain view, with the licence in its headers as in every response."""
    details = msgspec.structs.replace(problem.details, request_id=get_request_id(request))
    answer = HttpResponse(msgspec.json.encode(details), status=problem.status_code, content_type=PROBLEM_TYPE)
    add_link(answer, get_licence().url, "license")
    return answer


def handle_api_exception(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Return the error of an API view as problem+json, or None to leave an unexpected one to the site's own handler.

    It is REST framework's EXCEPTION_HANDLER. The text of an exception never reaches the client unless it was written
    for clients.
    """
    if isinstance(error, Http404):
        error = build_not_found_problem()
    if not isinstance(error, Problem):
        return None
    details = msgspec.structs.replace(error.details, request_id=get_request_id(context["request"]._request))
    return Response(details, status=error.status_code, content_type=PROBLEM_TYPE)
