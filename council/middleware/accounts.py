"""Leave threads of the editors' process to others. The public process does not use this."""

import math
import re
import threading
import time
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
EDITOR_REQUEST = re.compile(r"/change/[a-z]+/$")
"""The address of what the note editor posts. It reads the answer as JSON."""
BACKGROUND_REQUEST = re.compile(r"/change/(?:changes|draft|load|preview|publication|topics)/$")
"""The address of what the note editor posts by itself, or although it saves nothing."""
MAX_ACCOUNT_SECONDS = 12  # of threads in about ten seconds: one request after the other takes ten at most
MAX_STRANGER_SECONDS = 1
MAX_REMEMBERED = 10_000
RETRY_SECONDS = 5
MAX_SAVE_WAIT_SECONDS = 20
"""How long a save waits for one before. Waiting counts for `REQUEST_TIMEOUT`, which ends the process."""


@dataclass
class ThreadUsage:
    """What an account, or the network of somebody who has not signed in, uses of the threads.

    `begun`: when its running requests began. `saves`: how many of them save something, of which one has `save_lock`.
    `slow_until`: until when it is remembered as slow. `seconds`: what `get_seconds` returned at the instant `at`.
    """

    begun: list[float] = field(default_factory=list)
    saves: int = 0
    save_lock: threading.Lock = field(default_factory=threading.Lock)
    slow_until: float = -math.inf
    seconds: float = 0.0
    at: float = 0.0

    def is_slow(self, now: float) -> bool:
        return now < self.slow_until or any(now - begun > SLOW_SECONDS for begun in self.begun)

    def get_seconds(self, now: float) -> float:
        """Return how long threads have worked for it in about the last ten seconds, without one save at a time.

        Time counts as it passes, also that of running requests. Ten seconds later, a third of it still counts.
        """
        most = REMEMBERED_SECONDS * (len(self.begun) - min(self.saves, 1))  # reached if these requests never end
        return most + (self.seconds - most) * math.exp((self.at - now) / REMEMBERED_SECONDS)

    def begin(self, now: float, *, is_save: bool) -> None:
        self.seconds, self.at = self.get_seconds(now), now
        self.begun.append(now)
        self.saves += is_save

    def end(self, begun: float, now: float, *, is_save: bool) -> None:
        self.seconds, self.at = self.get_seconds(now), now
        self.begun.remove(begun)
        self.saves -= is_save
        if now - begun > SLOW_SECONDS:
            self.slow_until = now + REMEMBERED_SECONDS


class AccountLimitMiddleware(Middleware):
    """Middleware that sends a 429 to an account with many requests at once, and to whoever takes the most time.

    An account has three threads of each process. If one of its requests takes two seconds, or took them just now, it
    has two for pages and for what the note editor asks by itself, so that somebody can save meanwhile.

    In each process, it saves one thing at a time: whoever must withdraw a note waits for one long save of each account,
    and not for as many as it can send. The next one waits for `MAX_SAVE_WAIT_SECONDS`, and is then refused.

    Requests wait for a thread in their order, so that somebody with fifty at once would make all others wait. If they
    wait for a second, accounts that take more than one thread all the time are refused; one save at a time does not
    count, and goes on. So are networks from which somebody who has not signed in reads pages for a tenth of the time,
    or less if the wait is longer.
    """

    lock = threading.Lock()
    usages: dict[int | str, ThreadUsage] = {}
    """By account or network; first those of which no request has ended for the longest time."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/admin/"):
            return self.get_response(request)
        is_account, is_posted = request.user.is_authenticated, request.method == "POST"
        if is_posted and not is_account:
            return self.get_response(request)  # forms to sign in have limits of their own
        key = request.user.pk or get_network(request.META.get("REMOTE_ADDR", ""), CUSTOMER_BITS)
        is_save = is_posted and not BACKGROUND_REQUEST.search(request.path_info)
        with self.lock:
            begun = time.monotonic()
            usage = self.usages.setdefault(key, ThreadUsage())
            refusal = explain_refusal(request, usage, begun, is_save=is_save)
            if not refusal:
                usage.begin(begun, is_save=is_save)
        if refusal:
            return refuse(request, refusal)
        try:
            if not is_save:
                return self.get_response(request)
            if not usage.save_lock.acquire(timeout=MAX_SAVE_WAIT_SECONDS):
                return refuse(request, _("Something else that you sent is still being saved. Try again in a minute."))
            try:
                return self.get_response(request)
            finally:
                usage.save_lock.release()
        finally:
            with self.lock:
                usage.end(begun, time.monotonic(), is_save=is_save)
                self.usages[key] = self.usages.pop(key)
                self.forget_oldest()

    def forget_oldest(self) -> None:
        """Forget one account or network of which nothing runs, if there are too many."""
        if len(self.usages) > MAX_REMEMBERED:
            del self.usages[next(key for key, usage in self.usages.items() if not usage.begun)]


def explain_refusal(request: HttpRequest, usage: ThreadUsage, now: float, *, is_save: bool) -> str:
    """Return why a request of an account or a stranger is refused, whose others are in `usage`; "" if it is not."""
    if request.user.is_authenticated:
        most = MAX_THREADS if is_save or not usage.is_slow(now) else MAX_READING_THREADS
        if len(usage.begun) >= most:
            return _("Other pages that you opened are still loading. Nothing was changed. Try again in a few seconds.")
    wait = compute_wait(request)
    is_only_save = is_save and not usage.saves
    if wait <= MAX_WAIT_SECONDS or is_only_save:
        return ""
    most_seconds = MAX_ACCOUNT_SECONDS if request.user.is_authenticated else MAX_STRANGER_SECONDS / wait**2
    if usage.get_seconds(now) <= most_seconds:
        return ""
    return _("Too many people are using the site at the moment. Nothing was changed. Try again in a few seconds.")


def refuse(request: HttpRequest, detail: str) -> HttpResponse:
    """Return a 429: JSON for what the note editor sends, else a page."""
    if EDITOR_REQUEST.search(request.path_info):
        response: HttpResponse = JsonResponse({"message": detail}, status=HTTPStatus.TOO_MANY_REQUESTS)
    else:
        options = {"title": _("One moment"), "back": request.get_full_path() if request.method == "GET" else ""}
        if not options["back"]:
            detail += " " + _("Then use your browser’s Back button: what you typed is still there.")
        response = render_error(request, ProblemType.TOO_MANY_REQUESTS, detail, **options)
    if request.method == "GET":
        response["Refresh"] = str(RETRY_SECONDS)  # browsers load the page again
    response["Retry-After"] = str(RETRY_SECONDS)
    return response
