"""Calendars and feeds that are no longer at their address: they moved, or are gone, with their meeting or topic."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agenda.pages import stood_at, tombstone_of
from meetings.answers import html_path
from meetings.api.editions import gone
from meetings.clock import instant_of
from meetings.models import Edition
from meetings.problems import Problem


def elsewhere(request: HttpRequest, address: str, name: str) -> HttpResponse:
    """The way to where it moved. Raises the withdrawal as a Problem (410), and Http404 where nothing ever was.

    `name` is the last part of its address, below that of the meeting or topic.
    """
    standing = stood_at(address, instant_of(request))
    if standing.is_tombstone:
        raise withdrawal(standing)
    return moved(request, standing, name)


def moved(request: HttpRequest, standing: Edition, name: str) -> HttpResponse:
    """With what was asked for, such as points."""
    query = request.META["QUERY_STRING"]
    path = html_path(standing.address, get_language() or "") + name
    return HttpResponseRedirect(f"{path}?{query}" if query else path)


def withdrawal(standing: Edition) -> Problem:
    tombstone = tombstone_of(standing)
    return gone(_("Withdrawn"), tombstone.reason, name=tombstone.title, id=tombstone.id)
