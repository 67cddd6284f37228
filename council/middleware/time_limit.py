"""End a worker process whose request never ends."""

import faulthandler
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from council.middleware import Middleware

_lock = threading.Lock()
_begun: dict[int, float] = {}  # the start of what each thread is doing within a time limit


@contextmanager
def limit_time() -> Iterator[None]:
    """End the process, with the place of each thread on its error output, if the block takes `REQUEST_TIMEOUT` seconds.

    The web server then starts another worker; the other workers go on. Nothing gentler stops a thread that is within
    one long call of C code, such as a regular expression, and that keeps all other threads of the process waiting.
    """
    if not settings.REQUEST_TIMEOUT:
        yield
        return
    with _lock:
        _begun[threading.get_ident()] = time.monotonic()
        watch_oldest()
    try:
        yield
    finally:
        with _lock:
            del _begun[threading.get_ident()]
            watch_oldest()


def watch_oldest() -> None:
    """Let the process end when the oldest block has had its time. A thread of the interpreter measures it."""
    if not _begun:
        faulthandler.cancel_dump_traceback_later()
    else:
        left = settings.REQUEST_TIMEOUT - (time.monotonic() - min(_begun.values()))
        faulthandler.dump_traceback_later(max(left, 0.001), exit=True)


class TimeLimitMiddleware(Middleware):
    """Limit the time of each request."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with limit_time():
            return self.get_response(request)
