"""What holds for every answer of the site."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import resolve
from django.utils import timezone

from council.errors import bad_request
from council.health import PROBES
from meetings.travel import journey_of

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


class AnswerMiddleware:
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
        if journey := journey_of(request):
            response["Cache-Control"] = "no-store"
            response["Council-As-Of"] = f"{journey.at:%Y-%m-%dT%H:%M:%SZ}"
            for name in ("ETag", "Last-Modified"):
                del response[name]
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-cache"
        return response
