"""Keep the admin and preview links to the editors' host, and editors' sessions to its own pages.

The public process has none of these, and does not use this.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden

from council.middleware import Middleware
from meetings.http.hosts import is_editors_host


class HostMiddleware(Middleware):
    """On the readers' hosts, use the URLs of the public process: `/admin/` is as unknown there as any invented path."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_editors_host(request):
            request.urlconf = "council.urls.readers"  # type: ignore[attr-defined]
        return self.get_response(request)


class OtherHostsMiddleware(Middleware):
    """Middleware that refuses what a page of another host loads or sends with an editor's session; it may only link.

    Browsers send cookies with the requests of all hosts of the same domain, such as that for readers. They keep the
    answer from the page, but not how long it took: so the page could try which words a search finds in drafts. The
    refusal takes the same time for every address, because nothing was looked up before.

    All current browsers say in `Sec-Fetch-…` which page a request is for (Fetch Metadata, W3C). Without these headers,
    nothing but the handshake of a WebSocket and `OPTIONS` is refused here; `load_user` decides whose the others are.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and is_loaded_by_other_host(request):
            response = HttpResponseForbidden(
                "Pages of other hosts may link to this page, but not load it.\n",
                content_type="text/plain; charset=utf-8",
            )
            response["Cache-Control"] = "no-store"
            return response
        return self.get_response(request)


def is_loaded_by_other_host(request: HttpRequest) -> bool:
    """Return whether a page of another host loads this, also in a frame or in advance, or sends it.

    Links, and addresses that somebody types, open a document instead. So does a browser that saves a file which it
    shows: Chromium's viewer of PDFs asks for it again, for `empty`.

    The handshake of a WebSocket counts as such, and so does `OPTIONS`, with which Chromium asks whether it may send a
    report: it sends no `Sec-Fetch-…` with either, and we have no use for them. `Sec-Fetch-Site: none` alone tells
    nothing: Chromium also says it of what pages have fetched in advance or in the background.
    """
    if "Sec-WebSocket-Key" in request.headers or request.method == "OPTIONS":
        return True
    site = request.headers.get("Sec-Fetch-Site", "")
    if site in ("", "same-origin"):
        return False
    is_navigation = request.headers.get("Sec-Fetch-Mode") == "navigate" and request.method in ("GET", "HEAD")
    opened = ("document", "empty") if site == "none" else ("document",)
    is_opened = is_navigation and request.headers.get("Sec-Fetch-Dest") in opened
    return not is_opened or "Sec-Purpose" in request.headers


def is_opened_by_other_host(request: HttpRequest) -> bool:
    """Return whether a page of another host opens this without a click. Safari does not tell clicks."""
    is_linked = request.headers.get("Sec-Fetch-Site", "") in ("same-site", "cross-site")
    return is_linked and "Sec-Fetch-User" not in request.headers
