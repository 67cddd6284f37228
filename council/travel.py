"""Looking at the site at another time. The public process has nothing of it."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from meetings.journeys import load_time_travel

AT_NOW = ("/admin/", "/preview/")
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")


class TravelMiddleware:
    """Gives the request of somebody who is at another time the instant of there. It stands behind sign-in.

    Whoever has no session is not looked at. The admin and preview links stay at now. What a browser kept of another
    time is never confirmed to it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not request.path_info.startswith(AT_NOW):
            self.depart(request)
        return self.get_response(request)

    @staticmethod
    def depart(request: HttpRequest) -> None:
        if journey := load_time_travel(request):
            request.travel, request.instant = journey, journey.at  # type: ignore[attr-defined]
            for condition in CONDITIONS:
                request.META.pop(condition, None)
