"""Confirm what a colleague published alone."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from agenda.admin.screen import Screen, get_public_path
from agenda.workflow.errors import WorkflowError
from agenda.workflow.lone_acts import confirm_act, explain_who_must_confirm
from agenda.workflow.states import format_to_the_minute
from meetings.access.lone_acts import IS_LONE, OWN_WORDS, describe_confirmation
from meetings.models import ActConfirmation, AuditEntry


def confirm_step(screen: Screen, entry_id: int) -> HttpResponse:
    """Show what a colleague published alone, and record that the user has looked at it."""
    entry = get_object_or_404(AuditEntry, IS_LONE, pk=entry_id, subject_id=screen.subject.pk)
    refusal = ""
    if screen.posted is not None:
        try:
            confirm_act(screen.subject, entry_id, by=screen.by)
        except WorkflowError as error:
            refusal = str(error)
        else:
            screen.report(_("Confirmed what %s published.") % entry.actor)
            return screen.redirect_to("change")
    names = ActConfirmation.objects.filter(entry=entry.pk).values_list("by_name", flat=True)
    edition = screen.editions.filter(available_from__gt=entry.at).order_by("available_from").first()
    return screen.render(
        "confirm.html",
        _("Confirm"),
        entry=entry,
        refusal=refusal,
        when=format_to_the_minute(entry.at, screen.now),
        words=entry.details.get(OWN_WORDS, ()),
        note=entry.details.get("note") or entry.details.get("reason", ""),
        own=explain_who_must_confirm(screen.subject, entry, screen.user),
        confirmed=describe_confirmation(entry, names.first()),
        edition=edition,
        live_path=get_public_path(entry.address) if entry.address else "",
    )
