"""Looking at the site at another time. The public process has nothing of it."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from meetings.journeys import begun

PRESENT_ONLY_PATHS = ("/admin/", "/preview/")
CONDITIONAL_HEADERS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")


class TimeTravelMiddleware:
    """Gives the request of somebody who is at another time the instant of there. It stands behind sign-in.

    Whoever has no session is not looked at. The admin and preview links stay at now. What a browser kept of another
    time is never confirmed to it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not request.path_info.startswith(PRESENT_ONLY_PATHS):
            self.start_time_travel(request)
        return self.get_response(request)

    @staticmethod
    def start_time_travel(request: HttpRequest) -> None:
        if time_travel := begun(request):
            request.travel, request.instant = time_travel, time_travel.at  # type: ignore[attr-defined]
            for condition in CONDITIONAL_HEADERS:
                request.META.pop(condition, None)
