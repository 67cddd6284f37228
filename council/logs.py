"""Add the id of the request to each log message."""

import logging
from contextvars import ContextVar

REQUEST_ID = ContextVar("REQUEST_ID", default="-")


class RequestIdFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        """Set `record.request_id`.

        Django logs refused requests after they have ended, so the record's own request comes first.
        """
        request = getattr(record, "request", None)
        record.request_id = getattr(request, "request_id", None) or REQUEST_ID.get()
        return True
