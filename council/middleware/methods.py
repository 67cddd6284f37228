"""Refuse methods that no page has."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from council.middleware import Middleware
from council.program_paths import is_for_programs, is_limited

SAFE_METHODS = ("GET", "HEAD")


class SafeMethodsMiddleware(Middleware):
    """Send a 405 to other methods than GET and HEAD, except in the admin, and in what programs read.

    Only the admin has forms to send. Without this, its protection against forged forms would refuse first, with a 403
    about cookies. Addresses for programs have a 405 of their own, and some have OPTIONS.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        is_page = is_limited(request.path_info) and not is_for_programs(request.path_info)
        if is_page and request.method not in SAFE_METHODS:
            return HttpResponseNotAllowed(SAFE_METHODS)
        return None
