"""Middleware for time travel, which shows editors the site at another time. The public process does not use it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from council.middleware import Middleware
from meetings.http.time_travel_session import load_time_travel

PRESENT_ONLY_PATHS = ("/admin/", "/preview/")
CONDITIONAL_HEADERS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")


class TimeTravelMiddleware(Middleware):
    """Set `request.instant` to the chosen time if the user travels in time. It must come after authentication.

    Requests without a session cookie are not examined. The admin and preview links always show the present. We drop
    conditional headers, so that a response which the browser stored at another time is never confirmed with a 304.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not request.path_info.startswith(PRESENT_ONLY_PATHS):
            self.start_time_travel(request)
        return self.get_response(request)

    @staticmethod
    def start_time_travel(request: HttpRequest) -> None:
        if time_travel := load_time_travel(request):
            request.travel, request.instant = time_travel, time_travel.at  # type: ignore[attr-defined]
            for condition in CONDITIONAL_HEADERS:
                request.META.pop(condition, None)
