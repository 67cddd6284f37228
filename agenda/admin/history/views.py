"""The screen of the history."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from agenda.admin.history.edition_states import EditionStates
from agenda.admin.history.entries import EntryBuilder, HistoryEntry
from agenda.admin.history.versions import CURRENT_DRAFT, find_version, name_version
from agenda.admin.screen import Screen
from agenda.dashboard.admin_urls import admin_url
from agenda.models import Revision
from agenda.workflow.note_history import HistoryFilter, list_events
from meetings.access import Right

PAGE_SIZE = 30
"""Events on a page. Entries are fewer, because an entry can gather several saves."""
MAX_PAGE = 10_000


def show_history(screen: Screen) -> HttpResponse:
    """Show the history, the newest first. `?show=` filters it, `?page=` is the page.

    With `?compare=`, the key of a version, each entry offers to be compared with that one.
    """
    asked = screen.request.GET.get("show", "")
    which = HistoryFilter(asked) if asked in HistoryFilter.values else HistoryFilter.ALL
    page = read_page(screen.request.GET.get("page", ""))
    events = list_events(screen.subject, which, (page - 1) * PAGE_SIZE, PAGE_SIZE + 1)
    states = EditionStates(screen)
    entries = EntryBuilder(screen, events[:PAGE_SIZE], states).build()
    compared = screen.request.GET.get("compare", "")
    chosen = find_version(screen, compared) if compared else None
    if compared and chosen is None:
        messages.error(screen.request, _("This version does not exist. Choose another one."))
        return screen.redirect_to("history")
    for entry in entries:
        for shown in (entry, *entry.parts):
            shown.links = [*shown.links, *list_comparisons(screen, shown, chosen)]
    return screen.render(
        "history.html",
        _("History"),
        entries=entries,
        filters=[(each, each == which, build_query(screen, show=each, page=None)) for each in HistoryFilter],
        newer=build_query(screen, page=page - 1) if page > 1 else "",
        older=build_query(screen, page=page + 1) if len(events) > PAGE_SIZE else "",
        chosen=chosen and name_version(chosen, screen.now),
        chosen_against_draft=chosen and admin_url(screen.subject, "compare", old=compared, new=CURRENT_DRAFT),
        not_comparing=build_query(screen, compare=None),
        states=states,
        may_withdraw=screen.may(Right.WITHDRAW),
    )


def read_page(text: str) -> int:
    """Return the number of the page, or 1 if it is not one."""
    return min(max(int(text[:6]), 1), MAX_PAGE) if text.isascii() and text.isdigit() else 1


def build_query(screen: Screen, **changes: Any) -> str:
    """Return the query of this address with these changes; None removes a parameter."""
    query = screen.request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return f"?{query.urlencode()}"


def list_comparisons(screen: Screen, entry: HistoryEntry, chosen: Any) -> list[tuple[str, str]]:
    """Return the links that compare the text of an entry with the chosen version, or that choose it."""
    if not entry.version:
        return []
    subject = screen.subject
    if chosen is None:
        against_draft = admin_url(subject, "compare", old=entry.version, new=CURRENT_DRAFT)
        return [
            (_("Compare with the current draft"), against_draft),
            (_("Compare with another…"), build_query(screen, compare=entry.version)),
        ]
    key = str(chosen.pk)
    if key == entry.version:
        return []
    is_older = entry.at < (chosen.at if isinstance(chosen, Revision) else chosen.available_from)
    old, new = (entry.version, key) if is_older else (key, entry.version)
    return [(_("Compare with this"), admin_url(subject, "compare", old=old, new=new))]


def redirect_to_comparison(screen: Screen) -> HttpResponse:
    """Lead from the former address of comparisons to the present one."""
    return HttpResponseRedirect(f"{admin_url(screen.subject, 'compare')}?{screen.request.GET.urlencode()}")


def redirect_to_history(which: HistoryFilter) -> Any:
    """Return a view that leads from the address of a former list to the history."""

    def redirect(screen: Screen) -> HttpResponse:
        return HttpResponseRedirect(admin_url(screen.subject, "history", show=which.value))

    return redirect
