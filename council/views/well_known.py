"""Views of files that have the same address on every site: robots.txt, security.txt and icons."""

import datetime as dt
from functools import cache

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from meetings.clock import get_instant
from meetings.http.links import get_site_url

DISALLOWED_PATHS = ("/admin/", "/preview/", "/*/search/?", "/*/search?")  # drafts, and what others searched for
SECURITY_TXT_VALIDITY = dt.timedelta(days=180)  # RFC 9116 (2.5.5) asks for less than a year
ICONS = {"favicon.ico": "image/x-icon", "apple-touch-icon.png": "image/png"}


@require_safe
def robots_txt(request: HttpRequest) -> HttpResponse:
    """Return the rules for crawlers (RFC 9309) with the address of the sitemap (sitemaps.org)."""
    disallowed = [f"Disallow: {path}" for path in DISALLOWED_PATHS]
    return render_lines("User-agent: *", *disallowed, "", f"Sitemap: {get_site_url(request)}{reverse('sitemap')}")


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Return security.txt (RFC 9116), or 404 if no contact is set: an address that nobody reads is worse than none.

    `Canonical` is given only over TLS, because it must be an https address (section 2.5.2). The file expires at
    midnight (UTC), so that it changes once a day.
    """
    if not settings.SECURITY_CONTACT:
        raise Http404
    today = get_instant(request).astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    canonical = [f"Canonical: {get_site_url(request)}{request.path}"] if request.is_secure() else []
    return render_lines(
        *(f"Contact: {contact}" for contact in settings.SECURITY_CONTACT),
        f"Expires: {today + SECURITY_TXT_VALIDITY:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(settings.SECURITY_LANGUAGES)}",
        *canonical,
    )


def render_lines(*lines: str) -> HttpResponse:
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")


@require_safe
def icon(request: HttpRequest, name: str) -> HttpResponse:
    """Return an icon for programs that only look at this address. Pages link to their icons themselves."""
    return HttpResponse(read_icon(name), content_type=ICONS[name])


@cache
def read_icon(name: str) -> bytes:
    return (settings.BASE_DIR / "static" / "img" / name).read_bytes()
