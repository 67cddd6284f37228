"""Leave threads of the editors' process to others. The public process does not use this."""

import re
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
MAX_SLOW_THREADS = 2  # half of the four that each process has
RETRY_SECONDS = 5
EDITOR_QUESTION = re.compile(r"/change/(?:changes|preview|publication|read)/$")
"""The address of what the note editor posts although it saves nothing."""


class SlowAccountMiddleware(Middleware):
    """Middleware that sends a 429 for screens and `EDITOR_QUESTION` if two requests of the account take two seconds.

    What somebody saves, approves or publishes counts, too, but is always done.
    """

    lock = threading.Lock()
    begun: defaultdict[int, list[float]] = defaultdict(list)  # when the running requests of each account began

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/admin/") or not request.user.is_authenticated:
            return self.get_response(request)
        with self.count(request.user.pk) as slow:
            is_question = EDITOR_QUESTION.search(request.path_info) is not None
            if slow < MAX_SLOW_THREADS or not (is_question or request.method in ("GET", "HEAD")):
                return self.get_response(request)
        detail = _("Pages that you have opened take long. Try again when one of them is there.")
        response = (
            JsonResponse({"message": detail}, status=HTTPStatus.TOO_MANY_REQUESTS)
            if is_question
            else render_error(request, ProblemType.TOO_MANY_REQUESTS, detail)
        )
        response["Retry-After"] = str(RETRY_SECONDS)
        return response

    @contextmanager
    def count(self, account: int) -> Iterator[int]:
        """Count a request of the account while the block runs. Yield how many of its others are slow."""
        now = time.monotonic()
        with self.lock:
            slow = sum(now - begun > SLOW_SECONDS for begun in self.begun[account])
            self.begun[account].append(now)
        try:
            yield slow
        finally:
            with self.lock:
                self.begun[account].remove(now)
                if not self.begun[account]:
                    del self.begun[account]
