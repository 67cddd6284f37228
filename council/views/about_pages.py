"""Views of the pages about this site: about, accessibility, privacy and legal notice. They need no query.

They describe what the software does and what its tests check. If you change either, change the page too, and set
`LAST_UPDATED`.
"""

import datetime as dt
from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from meetings.http.licence import get_licence

LAST_UPDATED = dt.date(2026, 11, 28)


def render_statement(request: HttpRequest, name: str) -> HttpResponse:
    context = {"last_updated": LAST_UPDATED, "contact": settings.SITE_CONTACT, "licence": get_licence()}
    return render(request, f"about/{name}.html", context)


STATEMENT_PATHS = {
    "about": "about/",
    "accessibility": "about/accessibility/",
    "privacy": "about/privacy/",
    "legal": "about/legal/",
}
urlpatterns = [
    path(address, require_safe(partial(render_statement, name=name)), name=name)
    for name, address in STATEMENT_PATHS.items()
]
