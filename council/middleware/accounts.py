"""Leave threads of the editors' process to others. The public process does not use this."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from council.middleware import Middleware
from council.middleware.limits import BUSY_RETRY_SECONDS, get_view_name
from council.middleware.slow_requests import Occupied, RunningRequests
from council.views.errors import render_error
from meetings.http.problems import ProblemType

SLOW_SECONDS = 2  # no screen takes as long, unless somebody wants it to
running_requests = RunningRequests(SLOW_SECONDS)


class SlowAccountMiddleware(Middleware):
    """Middleware that gives slow requests of one account up to half of the threads of a process.

    What goes beyond gets a 429. Only pages are refused: what somebody saves, approves or publishes counts, too, but is
    always done.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/admin/") or not request.user.is_authenticated:
            return self.get_response(request)
        account, view = str(request.user.pk), get_view_name(request.path_info)
        with running_requests.add(account, view, is_costly=False, is_calendar=False) as occupied:
            if occupied is Occupied.BY_NETWORK and request.method in ("GET", "HEAD"):
                detail = _("Pages that you have opened take long. Try again when one of them is there.")
                response = render_error(request, ProblemType.TOO_MANY_REQUESTS, detail)
                response["Retry-After"] = str(BUSY_RETRY_SECONDS)
                return response
            return self.get_response(request)
