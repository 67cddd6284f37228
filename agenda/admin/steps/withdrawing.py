"""Cancel a scheduled edition, withdraw a page, or restore the previous edition."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from agenda.admin.publication_outlook import compare_by_language
from agenda.admin.screen import Screen, get_public_path
from agenda.admin.steps.forms import RollbackForm, WithdrawForm, WithdrawMeetingForm
from agenda.dashboard.admin_urls import admin_url
from agenda.workflow.drafts import SubjectEditions, get_edition_documents
from agenda.workflow.errors import WorkflowError
from agenda.workflow.planned_releases import find_planned_release
from agenda.workflow.scheduled_releases import call_off_edition, find_release
from agenda.workflow.states import format_release_state
from agenda.workflow.transactions import format_instant, wait_until_live
from agenda.workflow.unsaved_editions import list_lost_languages
from agenda.workflow.withdrawal import (
    find_earlier_editions,
    find_releases_to_hold,
    get_documents_to_restore,
    rollback,
    withdraw,
)
from meetings.models import Meeting


def call_off_step(screen: Screen) -> HttpResponse:
    """Redirect to the release of the scheduled edition, or cancel an edition that has no release.

    Editions from before there were releases have none.
    """
    pending = screen.editions.pending(screen.now).first()
    if pending and (release := find_release(pending)):
        return HttpResponseRedirect(admin_url(release, "call_off"))
    if screen.posted is not None:
        try:
            time = format_instant(call_off_edition(screen.subject, by=screen.by))
        except WorkflowError as error:
            messages.error(screen.request, str(error))
        else:
            screen.report(_("Cancelled the edition that was scheduled for %s (Brussels time).") % time)
        return screen.redirect_to("history")
    if pending is None:
        message = _("No edition is scheduled: it has been published already, or was cancelled.")
        messages.error(screen.request, message)
        return screen.redirect_to("history")
    return screen.render("call_off.html", _("Cancel publication"), edition=pending)


def withdraw_step(screen: Screen) -> HttpResponse:
    """Ask for the reason, show what readers will see, and withdraw the page when confirmed."""
    subject, now = screen.subject, screen.now
    editions = SubjectEditions(subject, now)
    live, pending = editions.live, next(iter(editions.pending), None)
    form = (WithdrawMeetingForm if isinstance(subject, Meeting) else WithdrawForm)(screen.posted, now)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    takes_place = form.cleaned_data.get("takes_place") if reason else None
    if reason and "confirmed" in form.data:
        try:
            edition = withdraw(subject, by=screen.by, reason=reason, takes_place=takes_place)
        except WorkflowError as error:
            form.add_refusal(error)
            reason = ""
        else:
            time = format_instant(edition.available_from)
            screen.log(_("Withdrawn at %(time)s (Brussels time). “%(reason)s”") % {"time": time, "reason": reason})
            template = _("“%(subject)s” was withdrawn at %(time)s (Brussels time).")
            messages.success(screen.request, template % {"subject": subject, "time": time})
            wait_until_live(edition)
            return screen.redirect_to("history")
    planned, to_hold = find_planned_release(subject), find_releases_to_hold(subject, now)
    return screen.render(
        "withdraw.html",
        _("Withdraw"),
        form=form,
        reason=reason,
        takes_place=takes_place,
        live=live,
        has_before=bool(live and find_earlier_editions(live, now)),
        titles=[document.title for document in get_edition_documents(live)] if live else [],
        live_path=live and get_public_path(live.address),
        pending_from=pending and format_instant(pending.available_from),
        cancelled=planned if planned not in to_hold else None,
        on_hold=[(format_release_state(release, now), admin_url(release, "change")) for release in to_hold],
    )


def rollback_step(screen: Screen) -> HttpResponse:
    """Show what will change for readers, ask for the note, and publish the previous edition again.

    If another one can be restored instead, `?edition=` chooses it.
    """
    editions = SubjectEditions(screen.subject, screen.now)
    current, pending = editions.current, next(iter(editions.pending), None)
    earlier = find_earlier_editions(current, screen.now) if current else []
    chosen = [edition for edition in earlier if str(edition.pk) == screen.request.GET.get("edition")]
    before = next(iter([*chosen, *earlier]), None)
    form = RollbackForm(screen.posted, screen.now)
    if form.is_valid():
        reason, shown = form.cleaned_data["reason"], screen.request.POST.getlist("shown")
        try:
            edition = rollback(screen.subject, by=screen.by, reason=reason, shown=shown)
        except WorkflowError as error:
            form.add_refusal(error)
        else:
            values = {"time": format_instant(edition.available_from), "reason": reason}
            screen.report(_("Restored the previous edition on %(time)s (Brussels time). “%(reason)s”") % values)
            wait_until_live(edition)
            return screen.redirect_to("history")
    return screen.render(
        "rollback.html",
        _("Restore the previous edition"),
        form=form,
        current=current,
        before=before,
        others=[edition for edition in earlier if edition != before],
        lost_languages=list_lost_languages(current.languages, before.languages) if current and before else [],
        differences=compare_by_language(get_edition_documents(current), get_documents_to_restore(before, screen.now)[0])
        if current and before
        else {},
        pending_from=pending and format_instant(pending.available_from),
        planned=find_planned_release(screen.subject),
    )
