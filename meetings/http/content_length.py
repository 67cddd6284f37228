"""The length of what a request sends, before any of it is read."""

from django.http import HttpRequest


def get_content_length(request: HttpRequest) -> int:
    """Return the number of bytes of the body that Django will read: none if the header is missing or no number."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
