"""Find the user of a request, unless their session has ended. The public process does not use it."""

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from meetings.sign_in.devices import remember_device
from meetings.sign_in.sessions import BACKGROUND_HEADER, load_user, touch_session


class SignInMiddleware(AuthenticationMiddleware):
    """Set `request.user`, which is looked up when it is first used, and note that the user is there.

    A browser in which somebody has just signed in is remembered.
    """

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: load_user(request))  # type: ignore[assignment]

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        was_used = getattr(request, "_cached_user", None)
        if was_used and request.user.is_authenticated and BACKGROUND_HEADER not in request.headers:
            touch_session(request)
        if user := getattr(request, "signed_in_user", None):
            remember_device(request, response, user)
        return response
