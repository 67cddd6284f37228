"""Get the id of a request, which is in the headers of its response, in problems and in the log."""

from django.http import HttpRequest


def get_request_id(request: HttpRequest) -> str:
    """Return the id of the request. `council.middleware` sets it; without that it is empty."""
    found: str = getattr(request, "request_id", "")
    return found
