"""Leave threads of the editors' process to others. The public process does not use this."""

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from council.middleware import Middleware
from council.views.errors import render_error
from meetings.http.problems import ProblemType

SLOW_SECONDS = 2  # no screen takes as long, unless somebody wants it to
REMEMBERED_SECONDS = 10
MAX_READING_THREADS, MAX_THREADS = 2, 3  # of the four that each process has
RETRY_SECONDS = 5


class SlowAccountMiddleware(Middleware):
    """Middleware that sends a 429 to an account of which a request takes two seconds, or took them just now.

    It has three threads of a process then, and two for pages that are only read, so that somebody can save meanwhile.
    """

    lock = threading.Lock()
    begun: defaultdict[int, list[float]] = defaultdict(list)
    """When the running requests of each account began."""
    slow_until: dict[int, float] = {}
    """Until when an account is remembered as slow."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/admin/") or not request.user.is_authenticated:
            return self.get_response(request)
        most = MAX_READING_THREADS if request.method in ("GET", "HEAD") else MAX_THREADS
        with self.count(request.user.pk) as (running, is_slow):
            if running < most or not is_slow:
                return self.get_response(request)
        response = refuse(request)
        response["Retry-After"] = str(RETRY_SECONDS)
        return response

    @contextmanager
    def count(self, account: int) -> Iterator[tuple[int, bool]]:
        """Count a request of the account while the block runs. Yield how many others it has, and whether it is slow."""
        now = time.monotonic()
        with self.lock:
            others = self.begun[account]
            is_slow = now < self.slow_until.get(account, now) or any(now - begun > SLOW_SECONDS for begun in others)
            running = len(others)
            others.append(now)
        try:
            yield running, is_slow
        finally:
            end = time.monotonic()
            with self.lock:
                self.begun[account].remove(now)
                if not self.begun[account]:
                    del self.begun[account]
                if end - now > SLOW_SECONDS:
                    self.slow_until[account] = end + REMEMBERED_SECONDS
                for known in [known for known, until in self.slow_until.items() if until <= end]:
                    del self.slow_until[known]


def refuse(request: HttpRequest) -> HttpResponse:
    """Return a 429: JSON for what the note editor sends, else a page."""
    detail = _("Other pages that you opened are still loading. Nothing was changed. Try again in a few seconds.")
    if request.content_type == "application/json":
        return JsonResponse({"message": detail}, status=HTTPStatus.TOO_MANY_REQUESTS)
    back = request.get_full_path()
    return render_error(request, ProblemType.TOO_MANY_REQUESTS, detail, title=_("One moment"), back=back)
