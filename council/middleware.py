"""Middleware for every response of the site."""

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
from meetings.conditional import CACHE_VALIDATION_HEADERS, PRECONDITION_HEADERS
from meetings.links import add_links, format_link
from meetings.travel import get_time_travel

API_VERSION = "1"
GetResponse = Callable[[HttpRequest], HttpResponse]


class ProbeMiddleware:
    """Answer health checks before any other middleware sees the request. This must be the first middleware.

    A health check uses an IP address and plain HTTP, while everybody else must use the site's name and TLS. Its
    response is constant and uses neither, so a forged `Host` has no effect.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in PROBES:
            answer: HttpResponse = resolve(request.path_info).func(request)
            return answer
        return self.get_response(request)


class RequestIdMiddleware:
    """Give each request an id: the one that the front server sent if it is valid, else a new one.

    The response and the log show the same id. An id that the client chose is accepted too.
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
    """Add the Content-Security-Policy from the settings. It is built once, since it is the same for every response."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.policy = build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        return response


class ConditionalMiddleware(ConditionalGetMiddleware):
    """Django's ConditionalGetMiddleware, skipped if the request has no condition, since parsing dates takes time."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        if response.has_header("ETag") and not any(
            name in request.headers for name in (*CACHE_VALIDATION_HEADERS, *PRECONDITION_HEADERS)
        ):
            return response
        return super().process_response(request, response)


class InstantMiddleware:
    """Set `request.instant`, the time that the whole request uses, and the `Cache-Control` of each response.

    `request.instant` (UTC) is read once here and passed down, because two readings of the clock could show two
    different states of the site. `no-cache` lets caches store a response and revalidate it each time (by ETag). It
    is never a `max-age` that counts down, since that would reveal that something is about to be published.

    The response to a user who travels in time is never stored, and `Council-As-Of` says which time it shows.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.instant = timezone.now()  # type: ignore[attr-defined]
        if request.path_info.startswith("/admin/") and "%00" in request.META["QUERY_STRING"]:
            response = bad_request(request)  # PostgreSQL does not accept this character in the admin's queries
        else:
            response = self.get_response(request)
        if time_travel := get_time_travel(request):
            response["Cache-Control"] = "no-store"
            response["Council-As-Of"] = f"{time_travel.at:%Y-%m-%dT%H:%M:%SZ}"
            for name in ("ETag", "Last-Modified"):
                del response[name]
        if response.status_code == 412 and is_for_programs(request.path_info):
            response = precondition_failed(request)
        if request.path_info.startswith("/api/"):
            response = add_api_headers(response)
        if response.status_code >= 400:
            del response["ETag"]  # the body contains the id of the request
        if response.status_code == 304:  # its headers replace those of the stored response (RFC 9111, section 3.2)
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
        format_link(reverse("api-schema"), "service-desc", type="application/json"),
        format_link(reverse("api-docs"), "service-doc", type="text/html"),
    )
