"""What stands in the log beside each message: the id of the request that it is of."""

import logging
from contextvars import ContextVar

REQUEST_ID = ContextVar("REQUEST_ID", default="-")


class RequestIdFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        """Django tells of refusals when the request is over, and names it."""
        request = getattr(record, "request", None)
        record.request_id = getattr(request, "request_id", None) or REQUEST_ID.get()
        return True
