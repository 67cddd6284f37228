"""Cancel a scheduled edition, withdraw a page, or restore the previous edition."""

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from agenda.admin.publication_outlook import compare_by_language
from agenda.admin.rendering import get_public_path, redirect_to, render_screen
from agenda.admin.steps.forms import RollbackForm, WithdrawForm
from agenda.dashboard.admin_urls import admin_url
from agenda.workflow import (
    WorkflowError,
    call_off_edition,
    find_release,
    format_instant,
    rollback,
    wait_until_live,
    withdraw,
)
from agenda.workflow.drafts import Subject, get_edition_documents, get_subject_type
from agenda.workflow.states import format_release_state
from agenda.workflow.withdrawal import find_previous_edition, find_releases_to_hold
from meetings.access.audit import Actor
from meetings.clock import get_instant
from meetings.models import Edition


def call_off_step(model_admin: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    """Redirect to the release of the scheduled edition, or cancel an edition that has no release.

    Editions from before there were releases have none.
    """
    pending = Edition.objects.for_subject(get_subject_type(subject), subject.pk).pending(get_instant(request)).first()
    if pending and (release := find_release(pending)):
        return HttpResponseRedirect(admin_url(release, "call_off"))
    if request.method == "POST":
        try:
            time = format_instant(call_off_edition(subject, by=Actor.from_request(request)))
        except WorkflowError as error:
            messages.error(request, str(error))
        else:
            message = _("Cancelled the edition that was scheduled for %s (Brussels time).") % time
            model_admin.log_change(request, subject, message)
            messages.success(request, message)
        return redirect_to(model_admin, "editions", subject.pk)
    if pending is None:
        messages.error(request, _("No edition is scheduled: it has been published already, or was cancelled."))
        return redirect_to(model_admin, "editions", subject.pk)
    return render_screen(
        model_admin,
        request,
        subject,
        "call_off.html",
        _("Cancel publication"),
        edition=pending,
        time=format_instant(pending.available_from),
    )


def withdraw_step(model_admin: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    """Ask for the reason, show what readers will see, and withdraw the page when confirmed."""
    editions, now = Edition.objects.for_subject(get_subject_type(subject), subject.pk), get_instant(request)
    live, pending = editions.live(now).first(), editions.pending(now).first()
    form = WithdrawForm(request.POST if request.method == "POST" else None, now)
    is_given = request.method == "POST" and form.is_valid()
    if is_given and "confirmed" in request.POST:
        try:
            edition = withdraw(subject, by=Actor.from_request(request), reason=form.cleaned_data["reason"])
        except WorkflowError as error:
            form.add_refusal(error)
            is_given = False
        else:
            time, reason = format_instant(edition.available_from), form.cleaned_data["reason"]
            model_admin.log_change(
                request,
                subject,
                _("Withdrawn at %(time)s (Brussels time). “%(reason)s”") % {"time": time, "reason": reason},
            )
            template = _("“%(subject)s” was withdrawn at %(time)s (Brussels time).")
            messages.success(request, template % {"subject": subject, "time": time})
            wait_until_live(edition)
            return redirect_to(model_admin, "editions", subject.pk)
    return render_screen(
        model_admin,
        request,
        subject,
        "withdraw.html",
        _("Withdraw"),
        form=form,
        reason=form.cleaned_data["reason"] if is_given else "",
        live=live,
        has_before=bool(live and find_previous_edition(live)),
        titles=[document.title for document in get_edition_documents(live)] if live else [],
        live_path=live and get_public_path(live.address),
        pending_from=pending and format_instant(pending.available_from),
        on_hold=[
            (format_release_state(release, now), admin_url(release, "change"))
            for release in find_releases_to_hold(subject, now)
        ],
    )


def rollback_step(model_admin: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    """Show what will change for readers, ask for the note, and publish the previous edition again."""
    editions, now = Edition.objects.for_subject(get_subject_type(subject), subject.pk), get_instant(request)
    current, pending = editions.current(now).first(), editions.pending(now).first()
    before = find_previous_edition(current) if current else None
    form = RollbackForm(request.POST if request.method == "POST" else None, now)
    if request.method == "POST" and form.is_valid():
        try:
            reason, looked_at = form.cleaned_data["reason"], request.POST.getlist("shown")
            edition = rollback(subject, by=Actor.from_request(request), reason=reason, shown=looked_at)
        except WorkflowError as error:
            form.add_refusal(error)
        else:
            values = {"time": format_instant(edition.available_from), "reason": form.cleaned_data["reason"]}
            message = _("Restored the previous edition on %(time)s (Brussels time). “%(reason)s”") % values
            model_admin.log_change(request, subject, message)
            messages.success(request, message)
            wait_until_live(edition)
            return redirect_to(model_admin, "editions", subject.pk)
    return render_screen(
        model_admin,
        request,
        subject,
        "rollback.html",
        _("Restore the previous edition"),
        form=form,
        current=current,
        before=before,
        before_time=before and format_instant(before.available_from),
        differences=compare_by_language(get_edition_documents(current), get_edition_documents(before))
        if current and before
        else [],
        pending_from=pending and format_instant(pending.available_from),
    )
