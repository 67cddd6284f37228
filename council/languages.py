"""Which language an answer is in: the one that its address begins with, else English.

Nothing else decides that: what editors see, what the API says of errors, and a page that everybody may keep do not
depend on a browser's languages. These only choose where an address without a language leads to.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import is_valid_path
from django.utils.cache import patch_vary_headers
from django.utils.translation import override

from agenda.mistyped import is_nearly_an_address
from meetings.languages import LANGUAGES, accepted_language


class LanguageMiddleware:
    """Speaks the language of the address, and leads from an address without one to the page in the reader's.

    It stands in for Django's LocaleMiddleware, which asks the browser wherever the address says nothing, and knows no
    language without a catalogue of its own (Maltese). A language in capitals (`/EN/`) leads to the one that is meant.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        first = request.path_info[1:].partition("/")[0]
        language = first if first in LANGUAGES else settings.LANGUAGE_CODE
        with override(language):
            response = self.get_response(request)
        if response.status_code == 404 and first not in LANGUAGES:
            response = led_on(request, first) or response
        if response.status_code != 304:  # whose headers would take the place of the kept answer's own
            response.headers.setdefault("Content-Language", language)
        return response


def led_on(request: HttpRequest, first: str) -> HttpResponse | None:
    """To the page in a language, where its address is this one with a language before it, or nearly so."""
    if first.lower() in LANGUAGES:
        return led_to(request, first.lower(), f"/{first}")
    response = led_to(request, chosen_language(request))
    if response:
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response


def led_to(request: HttpRequest, language: str, instead_of: str = "") -> HttpResponse | None:
    path = f"/{language}{request.path_info.removeprefix(instead_of)}"
    with override(language):
        slash = not path.endswith("/") and not is_valid_path(path)
        if not is_valid_path(f"{path}/" if slash else path):
            if not is_nearly_an_address(path.removeprefix(f"/{language}/")):
                return None
            slash = False
    whole = request.get_full_path(force_append_slash=slash).removeprefix(instead_of)
    return HttpResponseRedirect(f"/{language}{whole}")


def chosen_language(request: HttpRequest) -> str:
    """The one that the reader once chose (static/js/language.js keeps it), else the first that the browser asks for."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    return chosen if chosen in LANGUAGES else accepted_language(request.headers.get("Accept-Language", ""))
