"""The id of a request: in the answer's head, in problems, and in what is logged of it."""

from django.http import HttpRequest


def request_id_of(request: HttpRequest) -> str:
    """Empty outside of the site's middleware (`council.middleware` gives it)."""
    found: str = getattr(request, "request_id", "")
    return found
