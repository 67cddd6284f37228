"""Errors of the API as problem+json (RFC 9457)."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from msgspec import UNSET, Meta, UnsetType
from rest_framework import exceptions
from rest_framework.response import Response

from meetings.http.licence import get_licence
from meetings.http.links import add_link
from meetings.http.problem_descriptions import PROBLEM_DESCRIPTIONS, ProblemType
from meetings.http.request_ids import get_request_id

PROBLEM_TYPE = "application/problem+json"


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
    takes_place: Annotated[
        bool | UnsetType,
        Meta(description="Whether the meeting that was withdrawn itself takes place, if the notice says so."),
    ] = UNSET
    request_id: Annotated[str, Meta(description="The id of this request in the site's log, as in `X-Request-Id`.")] = ""


class Problem(exceptions.APIException):
    """An error of the API: its type, which decides the status, a helpful detail, and members of its own.

    The title is that of the type, unless another is given. `retry_after` is in seconds.
    """

    def __init__(
        self, type_: ProblemType, detail: str, *, title: str = "", retry_after: int = 0, **members: Any
    ) -> None:
        super().__init__(detail)
        self.headers = {"Retry-After": str(retry_after)} if retry_after else {}
        meaning = PROBLEM_DESCRIPTIONS[type_]
        self.status_code, title = meaning.status, title or str(meaning.title)
        self.details = ProblemDetails(type=type_, title=title, status=meaning.status, detail=detail, **members)


def build_parameter_problem(name: str, detail: str, **members: Any) -> Problem:
    """Return the Problem (400) for a wrong parameter."""
    return Problem(ProblemType.BAD_PARAMETER, detail, parameter=name, **members)


def build_not_found_problem(hint: str = "", *, nearest: str = "") -> Problem:
    """Return the Problem (404) for an address that does not exist. `nearest` is the address the client may mean."""
    if nearest:
        hint = _("Did you mean %s?") % nearest
    detail = f"{_('There is nothing at this address.')} {hint}".strip()
    return Problem(ProblemType.NOT_FOUND, detail, nearest=nearest)


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
    response = Response(details, status=error.status_code, headers=error.headers, content_type=PROBLEM_TYPE)
    if error.headers:  # it is expected, and no error for the log
        response._has_been_logged = True  # type: ignore[attr-defined]
    return response
