"""Middleware for every response of the site."""

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from council.middleware import Middleware
from council.program_paths import is_for_programs
from council.views.errors import bad_request, precondition_failed
from meetings.clock import INSTANT
from meetings.http.links import add_links, format_link
from meetings.http.time_travel import get_time_travel

API_VERSION = "1"


class InstantMiddleware(Middleware):
    """Set `request.instant`, the time that the whole request uses, and the `Cache-Control` of each response.

    `request.instant` (UTC) is read once, in the cache of responses or else here, and passed down, because two readings
    of the clock could show two different states of the site. `no-cache` lets caches store a response and revalidate it
    each time (by ETag). It is never a `max-age` that counts down, since that would reveal that something is about to be
    published.

    The response to a user who travels in time is never stored, and `Council-As-Of` says which time it shows.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.instant = request.META.get(INSTANT) or timezone.now()  # type: ignore[attr-defined]
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
            response["API-Version"] = API_VERSION
            add_links(response, *get_description_links())
        if response.status_code >= 400:
            del response["ETag"]  # the body contains the id of the request
        if response.status_code == 304:  # its headers replace those of the stored response (RFC 9111, section 3.2)
            for name in ("Link", "Content-Length"):
                del response[name]
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store" if request.path_info.startswith("/admin/") else "no-cache"
        return response


@cache
def get_description_links() -> tuple[str, str]:
    return (
        format_link(reverse("api-schema"), "service-desc", type="application/json"),
        format_link(reverse("api-docs"), "service-doc", type="text/html"),
    )
