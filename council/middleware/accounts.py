"""Leave threads of the editors' process to others. The public process does not use this."""

import math
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from council.middleware import Middleware
from council.middleware.limits import MAX_WAIT_SECONDS, compute_wait
from council.views.errors import render_error
from meetings.http.networks import get_network
from meetings.http.problems import ProblemType

SLOW_SECONDS = 2  # no screen takes as long, unless somebody wants it to
REMEMBERED_SECONDS = 10
MAX_READING_THREADS, MAX_THREADS = 2, 3  # of the four that each process has
BACKGROUND_REQUEST = re.compile(r"/change/(?:changes|draft|load|preview|publication)/$")
"""The address of what the note editor posts by itself, or although it saves nothing."""
MAX_ACCOUNT_SECONDS = 12  # of threads in ten seconds: one request after the other takes ten
MAX_STRANGER_SECONDS = 1
RETRY_SECONDS = 5


@dataclass
class Client:
    """An account, or the network of somebody who has not signed in.

    `begun`: when its running requests began. `slow_until`: until when it is remembered as slow. `seconds`: for how long
    threads worked for it in about the last ten seconds, as of the instant `at`.
    """

    begun: list[float] = field(default_factory=list)
    slow_until: float = -math.inf
    seconds: float = 0.0
    at: float = 0.0

    def is_slow(self, now: float) -> bool:
        return now < self.slow_until or any(now - begun > SLOW_SECONDS for begun in self.begun)

    def get_seconds(self, now: float) -> float:
        return self.seconds * math.exp((self.at - now) / REMEMBERED_SECONDS)

    def is_idle(self, now: float) -> bool:
        """Return True if nothing about the client matters any more."""
        return not self.begun and not self.is_slow(now) and self.get_seconds(now) < MAX_STRANGER_SECONDS / 10

    def end(self, begun: float, now: float) -> None:
        self.begun.remove(begun)
        self.seconds, self.at = self.get_seconds(now) + now - begun, now
        if now - begun > SLOW_SECONDS:
            self.slow_until = now + REMEMBERED_SECONDS


class AccountLimitMiddleware(Middleware):
    """Middleware that sends a 429 to an account with slow requests, and to whoever takes the most time.

    An account of which a request takes two seconds, or took them just now, has three threads of a process, and two for
    pages and for what the note editor asks by itself, so that somebody can save meanwhile. If requests wait for a
    thread, those of accounts that take more than one thread all the time are refused, and those of networks from which
    somebody who has not signed in takes a tenth of one: requests wait in their order, so that one with fifty at once
    would make all others wait.
    """

    lock = threading.Lock()
    clients: dict[int | str, Client] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/admin/"):
            return self.get_response(request)
        key = request.user.pk if request.user.is_authenticated else get_network(request.META.get("REMOTE_ADDR", ""))
        most_seconds = MAX_ACCOUNT_SECONDS if request.user.is_authenticated else MAX_STRANGER_SECONDS
        saves = request.method not in ("GET", "HEAD") and not BACKGROUND_REQUEST.search(request.path_info)
        most_threads = MAX_THREADS if saves else MAX_READING_THREADS
        with self.count(key) as (running, is_slow, seconds):
            is_over = is_slow and running >= most_threads
            is_greedy = seconds > most_seconds and compute_wait(request) > MAX_WAIT_SECONDS
            if not (is_over or is_greedy):
                return self.get_response(request)
            response = refuse(request)
        response["Retry-After"] = str(RETRY_SECONDS)
        return response

    @contextmanager
    def count(self, key: int | str) -> Iterator[tuple[int, bool, float]]:
        """Count a request while the block runs. Yield how many others run, whether the client is slow, and its time."""
        now = time.monotonic()
        with self.lock:
            client = self.clients.setdefault(key, Client())
            state = len(client.begun), client.is_slow(now), client.get_seconds(now)
            client.begun.append(now)
        try:
            yield state
        finally:
            end = time.monotonic()
            with self.lock:
                client.end(now, end)
                for known, other in [*self.clients.items()]:
                    if (
                        not other.begun
                        and not other.is_slow(end)
                        and other.get_seconds(end) < MAX_STRANGER_SECONDS / 10
                    ):
                        del self.clients[known]


def refuse(request: HttpRequest) -> HttpResponse:
    """Return a 429: JSON for what the note editor sends, else a page."""
    detail = _("Other pages that you opened are still loading. Nothing was changed. Try again in a few seconds.")
    if request.content_type == "application/json":
        return JsonResponse({"message": detail}, status=HTTPStatus.TOO_MANY_REQUESTS)
    back = request.get_full_path()
    return render_error(request, ProblemType.TOO_MANY_REQUESTS, detail, title=_("One moment"), back=back)
