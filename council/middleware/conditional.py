"""Answer conditional requests."""

from typing import Any

from django.http import HttpRequest
from django.middleware.http import ConditionalGetMiddleware

from meetings.http.conditional_get import CACHE_VALIDATION_HEADERS, PRECONDITION_HEADERS


class ConditionalMiddleware(ConditionalGetMiddleware):
    """Django's ConditionalGetMiddleware, skipped if the request has no condition, since parsing dates takes time."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        if response.has_header("ETag") and not any(
            name in request.headers for name in (*CACHE_VALIDATION_HEADERS, *PRECONDITION_HEADERS)
        ):
            return response
        return super().process_response(request, response)
