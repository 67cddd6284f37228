"""Confirm what a colleague published alone."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from agenda.admin.screen import Screen, get_public_path
from agenda.workflow.errors import WorkflowError
from agenda.workflow.lone_acts import confirm_act, explain_who_must_confirm
from agenda.workflow.states import format_to_the_minute
from meetings.access.lone_acts import IS_LONE, OWN_WORDS, describe_confirmation
from meetings.models import Act, ActConfirmation, AuditEntry


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
    words, note = entry.details.get(OWN_WORDS, ()), entry.details.get("note") or entry.details.get("reason", "")
    is_removal = entry.act == Act.SUPPRESSED  # it publishes nothing, and its reason stands in the history
    later = screen.editions.filter(available_from__gt=entry.at).order_by("available_from")
    live_path = get_public_path(entry.address) if entry.address else ""
    return screen.render(
        "confirm.html",
        _("Confirm"),
        entry=entry,
        refusal=refusal,
        when=format_to_the_minute(entry.at, screen.now),
        words=words,
        note="" if note in words else note,
        own=explain_who_must_confirm(screen.subject, entry, screen.user),
        confirmed=describe_confirmation(entry, names.first()),
        edition=None if is_removal else later.first(),
        live_path=f"{live_path}editions/" if is_removal else live_path,
    )
