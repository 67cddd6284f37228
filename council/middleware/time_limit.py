"""Middleware that ends a worker process whose request never ends."""

import faulthandler
import threading
import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from council.middleware import GetResponse, Middleware

_lock = threading.Lock()
_begun: dict[int, float] = {}  # the start of each request that is being answered, by thread


class TimeLimitMiddleware(Middleware):
    """End the process, with the place of each thread on its error output, if a request takes `REQUEST_TIMEOUT` seconds.

    The web server then starts another worker; the other workers go on. Nothing gentler stops a thread that is within
    one long call of C code, such as a regular expression, and that keeps all other threads of the process waiting.
    """

    def __init__(self, get_response: GetResponse) -> None:
        super().__init__(get_response)
        self.seconds = settings.REQUEST_TIMEOUT

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self.seconds:
            return self.get_response(request)
        with _lock:
            _begun[threading.get_ident()] = time.monotonic()
            self.watch_oldest()
        try:
            return self.get_response(request)
        finally:
            with _lock:
                del _begun[threading.get_ident()]
                self.watch_oldest()

    def watch_oldest(self) -> None:
        """Let the process end when the oldest request has had its time. A thread of the interpreter measures it."""
        if not _begun:
            faulthandler.cancel_dump_traceback_later()
        else:
            left = self.seconds - (time.monotonic() - min(_begun.values()))
            faulthandler.dump_traceback_later(max(left, 0.001), exit=True)
