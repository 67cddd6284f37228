"""Respond for calendars and feeds whose meeting or topic has moved or has been withdrawn."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agenda.pages import get_tombstone, resolve_old_address
from meetings.answers import get_page_path
from meetings.api.editions import build_gone_problem
from meetings.clock import get_instant
from meetings.models import Edition
from meetings.problems import Problem


def redirect_or_refuse(request: HttpRequest, address: str, name: str) -> HttpResponse:
    """Return a redirect to the new address. Raise a Problem (410) if withdrawn, and Http404 for an unknown address.

    `name` is the last part of the address, below that of the meeting or topic.
    """
    edition = resolve_old_address(address, get_instant(request))
    if edition.is_tombstone:
        raise build_withdrawal_problem(edition)
    return redirect_to_edition(request, edition, name)


def redirect_to_edition(request: HttpRequest, edition: Edition, name: str) -> HttpResponse:
    """Return a redirect to the address of the edition, with the same query string."""
    query = request.META["QUERY_STRING"]
    path = get_page_path(edition.address, get_language() or "") + name
    return HttpResponseRedirect(f"{path}?{query}" if query else path)


def build_withdrawal_problem(edition: Edition) -> Problem:
    tombstone = get_tombstone(edition)
    return build_gone_problem(_("Withdrawn"), tombstone.reason, name=tombstone.title, id=tombstone.id)
