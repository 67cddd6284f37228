"""Respond at addresses that a meeting or topic has left: redirect, show the notice of a withdrawal, or refuse."""

import datetime as dt
import re

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetings.api.edition_views import build_gone_problem
from meetings.clock import get_instant, get_today
from meetings.documents.encoding import decode_document
from meetings.documents.schema import Tombstone
from meetings.http.redirects import redirect_with_query
from meetings.i18n.page_paths import get_page_path
from meetings.models import Appearance, AppearedSuppression, Edition, EditionDocument
from meetings.models.edition import has_address
from meetings.site.meeting_list.selection import Month


def redirect_or_refuse(request: HttpRequest, address: str, name: str) -> HttpResponse:
    """Return a redirect to the new address. Raise a Problem (410) if withdrawn, and Http404 for an unknown address.

    `name` is the last part of the address, below that of the meeting or topic.
    """
    edition = resolve_old_address(address, get_instant(request))
    if edition.is_tombstone:
        tombstone = get_tombstone(edition)
        raise build_gone_problem(_("Withdrawn"), tombstone.reason, name=tombstone.title, id=tombstone.id)
    return redirect_to_edition(request, edition, name)


def redirect_to_edition(request: HttpRequest, edition: Edition, name: str) -> HttpResponse:
    """Return a redirect to the address of the edition, with the same query string."""
    return redirect_with_query(request, get_page_path(edition.address, get_language() or "") + name)


def redirect_or_gone(request: HttpRequest, address: str, below: str = "") -> HttpResponse:
    """Answer a request for an address that no live edition has: redirect to the current one, 410 if withdrawn, or 404.

    `below` is the rest of the path after the address of the meeting or topic; it is added to the redirect.
    """
    current = resolve_old_address(address, get_instant(request))
    if not current.is_tombstone:
        return HttpResponseRedirect(get_page_path(current.address, get_language() or "") + below)
    return render_withdrawn(request, current)


def resolve_old_address(address: str, at: dt.datetime) -> Edition:
    """Return the current edition of the meeting or topic that last had the address.

    Raises Http404 if there never was one, or if the texts of all editions with the address are suppressed: a redirect
    or the notice of a withdrawal would confirm a guess at the words that were removed (decision 129).
    """
    appearances = Appearance.objects.filter(has_address(address), available_from__lte=at)
    is_suppressed = Exists(AppearedSuppression.objects.filter(edition=OuterRef("pk"), lifted_at=None))
    last = appearances.annotate(is_suppressed=is_suppressed).order_by("is_suppressed", "-available_from", "id").first()
    if last is None:
        raise Http404
    current = Edition.objects.current(at).for_subject(last.subject_type, last.subject_id).get()
    if current.address == address:
        if current.is_tombstone:
            return current
        raise Http404  # only while somebody travels in time
    if last.is_suppressed:
        raise Http404
    return current


def render_withdrawn(request: HttpRequest, edition: Edition, republished_path: str = "") -> HttpResponse:
    """Render the notice of a withdrawal.

    `republished_path` is the page of the meeting or topic if it has been published again. The reason is shown in the
    language in which it was written, on pages in any language.
    """
    tombstone = get_tombstone(edition)
    found = re.fullmatch(r"meetings/([^/]+)/([0-9]{4})/([0-9]{2})/.*", edition.address)
    month = Month(int(found[2]), int(found[3])) if found else None
    context = {
        "tombstone": tombstone,
        "edition": edition,
        "republished_path": republished_path,
        "configuration_slug": found[1] if found else "",
        "month": month if month and month.is_shown(get_today(request)) else None,
    }
    response = render(request, "agenda/withdrawn.html", context, status=410)
    response["Content-Language"] = str(tombstone.language)  # wsgiref refuses an enum member
    return response


def get_tombstone(edition: Edition) -> Tombstone:
    """Return the notice of a withdrawal, in the language of the page if available."""
    documents = EditionDocument.objects.filter(edition=edition).in_language(get_language() or "")
    tombstone = decode_document(documents.select_related("document").get().document.text)
    assert isinstance(tombstone, Tombstone)
    return tombstone
