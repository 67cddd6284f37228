"""Cancel a scheduled edition, withdraw a page, or restore the previous edition."""

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from agenda.admin.outlook import compare_by_language
from agenda.admin.screens import get_public_path, go_to, show
from agenda.admin.steps.forms import RollbackForm, WithdrawForm
from agenda.desk.ways import way_to
from agenda.drafts import Subject, documents_of, type_of
from agenda.publishing import Refused, call_off, in_brussels, release_of, rollback, wait_for, withdraw
from agenda.publishing.withdrawing import edition_before, held_with
from agenda.states import release_words
from meetings.audit import Actor
from meetings.clock import instant_of
from meetings.models import Edition


def call_off_step(model_admin: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    """Redirect to the release of the scheduled edition, or cancel an edition that has no release.

    Editions from before there were releases have none.
    """
    pending = Edition.objects.of(type_of(subject), subject.pk).pending(instant_of(request)).first()
    if pending and (release := release_of(pending)):
        return HttpResponseRedirect(way_to(release, "call_off"))
    if request.method == "POST":
        try:
            time = in_brussels(call_off(subject, by=Actor.of(request)))
        except Refused as error:
            messages.error(request, str(error))
        else:
            message = _("Cancelled the version that was scheduled for %s (Brussels time).") % time
            model_admin.log_change(request, subject, message)
            messages.success(request, message)
        return go_to(model_admin, "editions", subject.pk)
    if pending is None:
        messages.error(request, _("No version is scheduled: it has been published already, or was cancelled."))
        return go_to(model_admin, "editions", subject.pk)
    return show(
        model_admin,
        request,
        subject,
        "call_off.html",
        _("Cancel publication"),
        edition=pending,
        time=in_brussels(pending.available_from),
    )


def withdraw_step(model_admin: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    """Ask for the reason, show what readers will see, and withdraw the page when confirmed."""
    editions, now = Edition.objects.of(type_of(subject), subject.pk), instant_of(request)
    live, pending = editions.live(now).first(), editions.pending(now).first()
    form = WithdrawForm(request.POST if request.method == "POST" else None, now)
    is_given = request.method == "POST" and form.is_valid()
    if is_given and "confirmed" in request.POST:
        try:
            edition = withdraw(subject, by=Actor.of(request), reason=form.cleaned_data["reason"])
        except Refused as error:
            form.refuse(error)
            is_given = False
        else:
            time, reason = in_brussels(edition.available_from), form.cleaned_data["reason"]
            model_admin.log_change(
                request,
                subject,
                _("Withdrawn at %(time)s (Brussels time). “%(reason)s”") % {"time": time, "reason": reason},
            )
            template = _("“%(subject)s” was withdrawn at %(time)s (Brussels time).")
            messages.success(request, template % {"subject": subject, "time": time})
            wait_for(edition)
            return go_to(model_admin, "editions", subject.pk)
    return show(
        model_admin,
        request,
        subject,
        "withdraw.html",
        _("Withdraw"),
        form=form,
        reason=form.cleaned_data["reason"] if is_given else "",
        live=live,
        has_before=bool(live and edition_before(live)),
        titles=[document.title for document in documents_of(live)] if live else [],
        live_path=live and get_public_path(live.address),
        pending_from=pending and in_brussels(pending.available_from),
        on_hold=[(release_words(release, now), way_to(release, "change")) for release in held_with(subject, now)],
    )


def rollback_step(model_admin: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    """Show what will change for readers, ask for the note, and publish the previous edition again."""
    editions, now = Edition.objects.of(type_of(subject), subject.pk), instant_of(request)
    current, pending = editions.standing(now).first(), editions.pending(now).first()
    before = edition_before(current) if current else None
    form = RollbackForm(request.POST if request.method == "POST" else None, now)
    if request.method == "POST" and form.is_valid():
        try:
            reason, looked_at = form.cleaned_data["reason"], request.POST.getlist("shown")
            edition = rollback(subject, by=Actor.of(request), reason=reason, shown=looked_at)
        except Refused as error:
            form.refuse(error)
        else:
            values = {"time": in_brussels(edition.available_from), "reason": form.cleaned_data["reason"]}
            message = _("Restored the previous version on %(time)s (Brussels time). “%(reason)s”") % values
            model_admin.log_change(request, subject, message)
            messages.success(request, message)
            wait_for(edition)
            return go_to(model_admin, "editions", subject.pk)
    return show(
        model_admin,
        request,
        subject,
        "rollback.html",
        _("Restore the previous version"),
        form=form,
        current=current,
        before=before,
        before_time=before and in_brussels(before.available_from),
        differences=compare_by_language(documents_of(current), documents_of(before)) if current and before else [],
        pending_from=pending and in_brussels(pending.available_from),
    )
