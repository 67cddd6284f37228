"""Choose the language of a response: the one that its address begins with, or else English.

Nothing else decides it. The admin, error messages of the API and cacheable pages do not depend on the languages of the
browser. Those only decide where an address without a language redirects to.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import is_valid_path
from django.utils.cache import patch_vary_headers
from django.utils.translation import override

from agenda.site.url_suggestions import parse_address
from council.middleware import Middleware
from meetings.i18n.languages import LANGUAGES, get_accepted_language


class LanguageMiddleware(Middleware):
    """Activate the language of the address, and redirect from an address without one to the reader's language.

    It replaces Django's LocaleMiddleware, which uses the browser's language if the address has none and does not know
    languages for which Django has no catalogue (Maltese). A language in capitals (`/EN/`) redirects to `/en/`.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        first = request.path_info[1:].partition("/")[0]
        language = first if first in LANGUAGES else settings.LANGUAGE_CODE
        with override(language):
            response = self.get_response(request)
        if response.status_code == 404 and first not in LANGUAGES:
            response = redirect_to_language(request, first) or response
        if response.status_code != 304:  # its headers would replace those of the cached response
            response.headers.setdefault("Content-Language", language)
        return response


def redirect_to_language(request: HttpRequest, first: str) -> HttpResponse | None:
    """Redirect to the same address with a language before it; return None if there is no such page.

    `first` is the first part of the path. If it is a language in capitals, it is replaced.
    """
    if first.lower() in LANGUAGES:
        return build_language_redirect(request, first.lower(), f"/{first}")
    response = build_language_redirect(request, get_chosen_language(request))
    if response:
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response


def build_language_redirect(request: HttpRequest, language: str, old_prefix: str = "") -> HttpResponse | None:
    """Return a redirect to the address in `language`, without `old_prefix` and with a slash at the end.

    Return None if that address is neither a page nor nearly the address of one.
    """
    path = f"/{language}{request.path_info.removeprefix(old_prefix)}"
    with override(language):
        append_slash = not path.endswith("/") and not is_valid_path(path)
        if not is_valid_path(f"{path}/" if append_slash else path):
            if not parse_address(path.removeprefix(f"/{language}/")):
                return None
            append_slash = False
    full_path = request.get_full_path(force_append_slash=append_slash).removeprefix(old_prefix)
    return HttpResponseRedirect(f"/{language}{full_path}")


def get_chosen_language(request: HttpRequest) -> str:
    """Return the language that the reader chose before (static/js/language.js stores it), or else the browser's."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    return chosen if chosen in LANGUAGES else get_accepted_language(request.headers.get("Accept-Language", ""))
