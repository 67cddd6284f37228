"""Confirm what a colleague published alone."""

import datetime as dt
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from agenda.admin.screen import Screen, get_public_path
from agenda.dashboard.admin_urls import admin_url
from agenda.models import ReleaseEntry
from agenda.workflow.drafts import Subject
from agenda.workflow.errors import WorkflowError
from agenda.workflow.lone_acts import (
    confirm_act,
    discard_waiting_change,
    explain_who_must_confirm,
    find_lone_act,
    require_right_to_confirm,
)
from agenda.workflow.states import format_release_state, format_to_the_minute
from meetings.access.audit import Actor
from meetings.access.lone_acts import EARLIER_APPROVAL, OWN_WORDS, WAITING_VALUES, describe_confirmation
from meetings.clock import get_instant
from meetings.models import Act, ActConfirmation, AuditEntry, Configuration, Presidency, User
from meetings.sign_in.confirmation import ask_to_confirm

REFERENCE_MODELS: dict[str, Any] = {"configuration": Configuration, "presidency": Presidency}


def confirm_step(screen: Screen, entry_id: int) -> HttpResponse:
    """Show what a colleague published alone, and record that the user has looked at it."""
    entry = find_lone_act(screen.subject, entry_id)
    require_right_to_confirm(screen.subject, entry, screen.by)
    if entry is None:
        raise Http404
    refusal = ""
    if screen.posted is not None:
        try:
            confirm_act(screen.subject, entry_id, by=screen.by)
        except WorkflowError as error:
            refusal = str(error)
        else:
            screen.report(_("Confirmed what %s did.") % entry.actor)
            return screen.redirect_to("change")
    is_removal = entry.act == Act.SUPPRESSED  # it publishes nothing, and its reason stands in the history
    later = screen.editions.filter(available_from__gt=entry.at).order_by("available_from")
    live_path = get_public_path(entry.address) if entry.address else ""
    context = build_context(screen.subject, entry, screen.user, screen.now) | {
        "edition": None if is_removal else later.first(),
        "live_path": f"{live_path}editions/" if is_removal else live_path,
        **describe_release(screen, entry),
    }
    return screen.render("confirm.html", _("Confirm"), **context, refusal=refusal)


def describe_release(screen: Screen, entry: AuditEntry) -> dict[str, Any]:
    """Return what the page says about a text that somebody rescheduled or kept scheduled; empty for other acts.

    It has no edition while it is on hold, or if it was cancelled since.
    """
    entries = ReleaseEntry.objects.filter(release=entry.details.get("release"), subject_id=screen.subject.pk)
    released = entries.select_related("release").first()
    if released is None:
        return {}
    edition = screen.editions.filter(pk=released.edition_id).first()
    return {
        "edition": edition,
        "is_pending": edition is not None and edition.available_from > screen.now,
        "note": edition.change_note if edition else "",
        "release_state": format_release_state(released.release, screen.now),
        "release_url": admin_url(released.release, "change"),
    }


def confirm_reference_change(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Do the same for a change of reference data, which belongs to no meeting or topic.

    Whoever made the change may look at the page, which says who can confirm it.
    """
    by = Actor.from_request(request)
    entry = find_lone_act(None, entry_id)
    assert by.user is not None
    if entry is None or entry.actor_id != by.user.pk:
        require_right_to_confirm(None, entry, by)
    if entry is None:
        raise Http404
    refusal = ""
    if request.method == "POST":
        is_discarded = "discard" in request.POST
        if WAITING_VALUES in entry.details and not is_discarded and (page := ask_to_confirm(request)):
            return page
        try:
            if is_discarded:
                discard_waiting_change(entry_id, by=by)
            else:
                confirm_act(None, entry_id, by=by)
        except WorkflowError as error:
            refusal = str(error)
        else:
            message = _("Discarded the change of %s.") if is_discarded else _("Confirmed what %s did.")
            messages.success(request, message % entry.actor)
            return HttpResponseRedirect(reverse("admin:index"))
    context = build_context(None, entry, by.user, get_instant(request)) | {
        "title": _("Confirm"),
        "refusal": refusal,
        "subject": entry.details.get("title", ""),
        **find_changed_row(entry, request),
    }
    return render(request, "admin/agenda/confirm_reference.html", admin.site.each_context(request) | context)


def find_changed_row(entry: AuditEntry, request: HttpRequest) -> dict[str, Any]:
    """Return the configuration or presidency that is changed, with the paths of its screen and of its public page.

    What does not exist has none, and neither do those who cannot open the screen have the first.
    """
    model = REFERENCE_MODELS.get(entry.details.get("kind", ""))
    row = model.objects.filter(pk=entry.details.get("key")).first() if model else None
    if row is None:
        return {}
    may_open = admin.site.get_model_admin(type(row)).has_view_permission(request, row)
    screen = reverse(f"admin:meetings_{row._meta.model_name}_change", args=[row.pk]) if may_open else ""
    page = get_public_path(f"meetings/{row.slug}/") if isinstance(row, Configuration) else ""
    return {"row": row, "row_url": screen, "live_path": page}


def build_context(subject: Subject | None, entry: AuditEntry, user: User, now: dt.datetime) -> dict[str, Any]:
    """Return what both pages say about a lone act: its words and public note, who confirms it, and who has done so."""
    words, note = entry.details.get(OWN_WORDS, ()), entry.details.get("note") or entry.details.get("reason", "")
    confirmed_by = ActConfirmation.objects.filter(entry=entry.pk).values_list("by_name", flat=True).first()
    return {
        "entry": entry,
        "when": format_to_the_minute(entry.at, now),
        "words": words,
        "note": "" if note in words else note,
        "is_waiting": WAITING_VALUES in entry.details,
        "is_earlier": EARLIER_APPROVAL in entry.details,
        "own": "" if confirmed_by else explain_who_must_confirm(subject, entry, user),
        "confirmed_by": confirmed_by,
        "confirmed": describe_confirmation(entry, confirmed_by),
    }
