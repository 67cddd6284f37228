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

from meetings.licence import get_licence

AS_OF = dt.date(2026, 11, 26)


def statement(request: HttpRequest, name: str) -> HttpResponse:
    context = {"as_of": AS_OF, "contact": settings.SITE_CONTACT, "licence": get_licence()}
    return render(request, f"about/{name}.html", context)


PAGES = {
    "about": "about/",
    "accessibility": "about/accessibility/",
    "privacy": "about/privacy/",
    "legal": "about/legal/",
}
urlpatterns = [path(address, require_safe(partial(statement, name=name)), name=name) for name, address in PAGES.items()]
