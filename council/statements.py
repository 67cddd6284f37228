"""What this site is, and what it says of itself: accessibility, privacy, terms. Pages of words, without a query.

They tell what the software does and what its tests hold. Whoever changes one of these changes the page with it, and
`AS_OF`.
"""

import datetime as dt
from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from meetings.licence import licence

LAST_UPDATED = dt.date(2026, 11, 26)


def render_statement(request: HttpRequest, name: str) -> HttpResponse:
    context = {"as_of": LAST_UPDATED, "contact": settings.SITE_CONTACT, "licence": licence()}
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
