"""Answer health checks."""

from django.http import HttpRequest, HttpResponse
from django.urls import resolve

from council.middleware import Middleware
from council.views.health import PROBES


class ProbeMiddleware(Middleware):
    """Answer health checks before any other middleware sees the request. This must be the first middleware.

    A health check uses an IP address and plain HTTP, while everybody else must use the site's name and TLS. Its
    response is constant and uses neither, so a forged `Host` has no effect.
    Nor does it ask for the script of a service worker, which `ServiceWorkerMiddleware` answers.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in PROBES and "Service-Worker" not in request.headers:
            answer: HttpResponse = resolve(request.path_info).func(request)
            return answer
        return self.get_response(request)
