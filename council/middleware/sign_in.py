"""Find the user of a request, unless their session has ended. The public process does not use this."""

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.functional import SimpleLazyObject

from council.middleware import Middleware
from council.middleware.hosts import is_opened_by_other_host
from council.startup_checks import is_loopback
from meetings.http.content_length import get_content_length
from meetings.http.hosts import is_editors_host
from meetings.sign_in.devices import remember_device
from meetings.sign_in.sessions import BACKGROUND_HEADER, load_user, touch_session

EDITORS_PATHS = ("/admin/", "/preview/", "/.well-known/", "/robots.txt", "/favicon.ico")
MAX_STRANGERS_FORM_BYTES = 16_384  # a passkey's answer is the longest form of somebody who is not signed in


class SignInMiddleware(AuthenticationMiddleware):
    """Set `request.user`, which is looked up when it is first used, and note that the user is there.

    What a page sends by itself, or a page of another host opens without a click, is no sign of that. A browser in which
    somebody has just signed in is remembered.
    """

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: load_user(request))  # type: ignore[assignment]

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        was_used = getattr(request, "_cached_user", None)
        is_by_itself = BACKGROUND_HEADER in request.headers or is_opened_by_other_host(request)
        if was_used and request.user.is_authenticated and not is_by_itself:
            touch_session(request)
        if user := getattr(request, "signed_in_user", None):
            remember_device(request, response, user)
        return response


class StrangersFormMiddleware(Middleware):
    """Middleware that reads no long form of somebody who is not signed in: the form is treated as empty.

    Reading 3 MB takes a third of a second, and the protection against forged forms would read it before any view says
    that one must sign in. A user whose session has ended while they wrote is told to sign in, as with any other form.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if get_content_length(request) > MAX_STRANGERS_FORM_BYTES and not request.user.is_authenticated:
            request.POST = QueryDict()
            request._files = MultiValueDict()  # type: ignore[attr-defined]
        return self.get_response(request)


class ReadersPagesMiddleware(Middleware):
    """Middleware that shows the pages for readers to colleagues only, where the admin has a host of its own.

    Others are led to the readers' host. So strangers cost the editors' process nothing. After a backup was restored,
    they do not see what was withdrawn since it was made.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            settings.EDITORS_HOST
            and not request.path_info.startswith(EDITORS_PATHS)
            and is_editors_host(request)
            and not request.user.is_authenticated
            and (host := get_readers_host())
        ):
            response = HttpResponseRedirect(f"{request.scheme}://{host}{request.get_full_path()}")
            response["Cache-Control"] = "no-store"
            return response
        return self.get_response(request)


def get_readers_host() -> str:
    """Return a host of the site for readers, where editors have one of their own, or an empty string."""
    others = (host for host in settings.ALLOWED_HOSTS if host.lower() != settings.EDITORS_HOST.lower())
    hosts = [host for host in others if host[:1] not in ".*" and not is_loopback(host)]
    return hosts[0] if hosts else ""
