"""What holds for every answer of the site."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any
from uuid import uuid4

from csp.utils import build_policy
from django.http import HttpRequest, HttpResponse
from django.middleware.http import ConditionalGetMiddleware
from django.urls import resolve, reverse
from django.utils import timezone

from council.errors import bad_request, precondition_failed
from council.health import PROBES
from council.logs import REQUEST_ID
from council.programs import is_for_programs
from meetings.conditional import AGAINST_CHANGES, OF_A_COPY
from meetings.links import add_links, link
from meetings.travel import journey_of

API_VERSION = "1"
GetResponse = Callable[[HttpRequest], HttpResponse]


class ProbeMiddleware:
    """Answers probes before anything else looks at the request. It stands first.

    A probe asks by an address and over plain HTTP, where everybody else is told to use the site's name and TLS. Its
    answer is constant and uses neither, so that a forged `Host` has nothing to work on.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in PROBES:
            answer: HttpResponse = resolve(request.path_info).func(request)
            return answer
        return self.get_response(request)


class RequestIdMiddleware:
    """Names each request: as the front server did, where what it sent is an id, else by a new one.

    An id in an answer and in the log is the same; a client's own is as good as ours.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.headers.get("X-Request-Id", "")
        request_id = sent if re.fullmatch(r"[A-Za-z0-9._-]{8,128}", sent) else uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        token = REQUEST_ID.set(request_id)
        try:
            response = self.get_response(request)
        finally:
            REQUEST_ID.reset(token)
        response["X-Request-Id"] = request_id
        return response


class ContentSecurityPolicyMiddleware:
    """The Content-Security-Policy of settings, the same for every answer, so that it is put together once."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.policy = build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        return response


class ConditionalMiddleware(ConditionalGetMiddleware):
    """Django's, which takes each answer's date apart, but for who asks nothing of it."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        if response.has_header("ETag") and not any(name in request.headers for name in (*OF_A_COPY, *AGAINST_CHANGES)):
            return response
        return super().process_response(request, response)


class InstantMiddleware:
    """Gives each request its one instant, and each answer the constant cache rule.

    What somebody sees at another time is kept by nobody, and says as of when it is.

    Everything in a request is as of `request.instant` (UTC), taken once here and passed down: two looks at the clock
    could see two different sites. `no-cache` lets caches keep an answer and ask each time whether it still holds (by
    ETag); it never counts down, since a countdown would betray that something is about to appear.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.instant = timezone.now()  # type: ignore[attr-defined]
        if request.path_info.startswith("/admin/") and "%00" in request.META["QUERY_STRING"]:
            response = bad_request(
                request
            )  # the admin hands it to the database, and PostgreSQL knows no such character
        else:
            response = self.get_response(request)
        if time_travel := journey_of(request):
            response["Cache-Control"] = "no-store"
            response["Council-As-Of"] = f"{time_travel.at:%Y-%m-%dT%H:%M:%SZ}"
            for name in ("ETag", "Last-Modified"):
                del response[name]
        if response.status_code == 412 and is_for_programs(request.path_info):
            response = precondition_failed(request)
        if request.path_info.startswith("/api/"):
            response = add_api_headers(response)
        if response.status_code >= 400:
            del response["ETag"]  # it names the request
        if response.status_code == 304:  # whose headers take the place of the kept answer's own (RFC 9111, 3.2)
            for name in ("Link", "Content-Length"):
                del response[name]
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-cache"
        return response


def add_api_headers(response: HttpResponse) -> HttpResponse:
    response["API-Version"] = API_VERSION
    add_links(response, *get_description_links())
    return response


@cache
def get_description_links() -> tuple[str, str]:
    return (
        link(reverse("api-schema"), "service-desc", type="application/json"),
        link(reverse("api-docs"), "service-doc", type="text/html"),
    )
