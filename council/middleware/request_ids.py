"""Add the id of the request to each log message."""

import logging
import re
from contextvars import ContextVar
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

from council.middleware import Middleware

REQUEST_ID = ContextVar("REQUEST_ID", default="-")
VALID_ID = re.compile(r"[A-Za-z0-9._-]{8,128}")


def choose_request_id(sent: str) -> str:
    """Return the id that was sent if it is valid, else a new one."""
    return sent if VALID_ID.fullmatch(sent) else uuid4().hex


class RequestIdFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        """Set `record.request_id`.

        Django logs refused requests after they have ended, so the record's own request comes first.
        """
        request = getattr(record, "request", None)
        record.request_id = getattr(request, "request_id", None) or REQUEST_ID.get()
        return True


class RequestIdMiddleware(Middleware):
    """Give each request an id: the one that the front server sent if it is valid, else a new one.

    The response and the log show the same id. An id that the client chose is accepted too.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = choose_request_id(request.headers.get("X-Request-Id", ""))
        request.request_id = request_id  # type: ignore[attr-defined]
        token = REQUEST_ID.set(request_id)
        try:
            response = self.get_response(request)
        finally:
            REQUEST_ID.reset(token)
        response["X-Request-Id"] = request_id
        return response
