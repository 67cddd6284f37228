"""Send the Content-Security-Policy."""

from csp.utils import build_policy
from django.http import HttpRequest, HttpResponse

from council.middleware import GetResponse, Middleware


class ContentSecurityPolicyMiddleware(Middleware):
    """Add the Content-Security-Policy from the settings. It is built once, since it is the same for every response."""

    def __init__(self, get_response: GetResponse) -> None:
        super().__init__(get_response)
        self.policy = build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        return response
