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
from meetings.http.networks import CUSTOMER_BITS, get_network
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
    """Middleware that sends a 429 to an account with many requests at once, and to whoever takes the most time.

    An account has three threads of each process. If one of its requests takes two seconds, or took them just now, it
    has two for pages and for what the note editor asks by itself, so that somebody can save meanwhile. If requests wait
    for a thread, those of accounts that take more than one thread all the time are refused, and those of networks from
    which somebody who has not signed in reads pages for a tenth of the time, or less if the wait is longer: requests
    wait in their order, so that one with fifty at once would make all others wait.
    """

    lock = threading.Lock()
    clients: dict[int | str, Client] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/admin/"):
            return self.get_response(request)
        if request.method == "POST" and not request.user.is_authenticated:
            return self.get_response(request)  # forms to sign in have limits of their own
        refused = self.refuse_account if request.user.is_authenticated else self.refuse_stranger
        key = request.user.pk or get_network(request.META.get("REMOTE_ADDR", ""), CUSTOMER_BITS)
        with self.count(key) as (client, now):
            return refuse(request) if refused(request, client, now) else self.get_response(request)

    def refuse_account(self, request: HttpRequest, client: Client, now: float) -> bool:
        saves = request.method not in ("GET", "HEAD") and not BACKGROUND_REQUEST.search(request.path_info)
        most = MAX_THREADS if saves or not client.is_slow(now) else MAX_READING_THREADS
        is_greedy = client.get_seconds(now) > MAX_ACCOUNT_SECONDS and compute_wait(request) > MAX_WAIT_SECONDS
        return len(client.begun) > most or is_greedy

    def refuse_stranger(self, request: HttpRequest, client: Client, now: float) -> bool:
        wait = compute_wait(request)
        return wait > MAX_WAIT_SECONDS and client.get_seconds(now) > MAX_STRANGER_SECONDS / wait**2

    @contextmanager
    def count(self, key: int | str) -> Iterator[tuple[Client, float]]:
        """Count a request while the block runs. Yield the client, with this request, and the time."""
        begun = time.monotonic()
        with self.lock:
            client = self.clients.setdefault(key, Client())
            client.begun.append(begun)
        try:
            yield client, begun
        finally:
            end = time.monotonic()
            with self.lock:
                client.end(begun, end)
                for known in [known for known, other in self.clients.items() if other.is_idle(end)]:
                    del self.clients[known]


def refuse(request: HttpRequest) -> HttpResponse:
    """Return a 429: JSON for what the note editor sends, else a page."""
    detail = _("Other pages that you opened are still loading. Nothing was changed. Try again in a few seconds.")
    if request.content_type == "application/json":
        response: HttpResponse = JsonResponse({"message": detail}, status=HTTPStatus.TOO_MANY_REQUESTS)
    else:
        options = {"title": _("One moment"), "back": request.get_full_path()}
        response = render_error(request, ProblemType.TOO_MANY_REQUESTS, detail, **options)
    if request.method == "GET":
        response["Refresh"] = str(RETRY_SECONDS)  # browsers load the page again
    response["Retry-After"] = str(RETRY_SECONDS)
    return response
