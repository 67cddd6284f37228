"""Keep the admin and preview links to the editors' host. The public process has neither, and does not use this."""

from django.http import HttpRequest, HttpResponse

from council.middleware import Middleware
from meetings.http.hosts import is_editors_host


class HostMiddleware(Middleware):
    """On the readers' hosts, use the URLs of the public process: `/admin/` is as unknown there as any invented path."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_editors_host(request):
            request.urlconf = "council.urls.readers"  # type: ignore[attr-defined]
        return self.get_response(request)
