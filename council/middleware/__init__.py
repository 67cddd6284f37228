"""Middleware of the site, one module for each purpose."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]


class Middleware:
    """Base class of the site's middleware. `get_response` calls the next middleware, or the view."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
