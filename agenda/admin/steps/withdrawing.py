"""Taking back what is out or to come: calling off, withdrawing, going back to the edition before."""

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from agenda.admin.outlook import differences
from agenda.admin.screens import go_to, public_path, show
from agenda.admin.steps.forms import RollbackForm, WithdrawForm
from agenda.desk.ways import way_to
from agenda.drafts import Subject, documents_of, type_of
from agenda.publishing import Refused, call_off, in_brussels, release_of, rollback, wait_for, withdraw
from agenda.publishing.withdrawing import edition_before, held_with
from agenda.states import release_words
from meetings.audit import Actor
from meetings.clock import instant_of
from meetings.models import Edition


def call_off_step(desk: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    """Goes on to the release that the edition to come belongs to; one from before there were releases stands alone."""
    pending = Edition.objects.of(type_of(subject), subject.pk).pending(instant_of(request)).first()
    if pending and (release := release_of(pending)):
        return HttpResponseRedirect(way_to(release, "call_off"))
    if request.method == "POST":
        try:
            time = in_brussels(call_off(subject, by=Actor.of(request)))
        except Refused as error:
            messages.error(request, str(error))
        else:
            told = _("Called off the edition that was to appear on %s (Brussels time).") % time
            desk.log_change(request, subject, told)
            messages.success(request, told)
        return go_to(desk, "editions", subject.pk)
    if pending is None:
        messages.error(request, _("No edition is still to come: it has appeared already, or was called off."))
        return go_to(desk, "editions", subject.pk)
    return show(
        desk,
        request,
        subject,
        "call_off.html",
        _("Call off"),
        edition=pending,
        time=in_brussels(pending.available_from),
    )


def withdraw_step(desk: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    """Asks for the reason, shows what readers will see, and withdraws when that is confirmed."""
    editions, now = Edition.objects.of(type_of(subject), subject.pk), instant_of(request)
    live, pending = editions.live(now).first(), editions.pending(now).first()
    form = WithdrawForm(request.POST if request.method == "POST" else None, now)
    given = request.method == "POST" and form.is_valid()
    if given and "confirmed" in request.POST:
        try:
            edition = withdraw(subject, by=Actor.of(request), reason=form.cleaned_data["reason"])
        except Refused as error:
            form.refuse(error)
            given = False
        else:
            time, reason = in_brussels(edition.available_from), form.cleaned_data["reason"]
            desk.log_change(
                request,
                subject,
                _("Withdrawn at %(time)s (Brussels time). “%(reason)s”") % {"time": time, "reason": reason},
            )
            told = _("“%(subject)s” was withdrawn at %(time)s (Brussels time).")
            messages.success(request, told % {"subject": subject, "time": time})
            wait_for(edition)
            return go_to(desk, "editions", subject.pk)
    return show(
        desk,
        request,
        subject,
        "withdraw.html",
        _("Withdraw"),
        form=form,
        reason=form.cleaned_data["reason"] if given else "",
        live=live,
        has_before=bool(live and edition_before(live)),
        titles=[document.title for document in documents_of(live)] if live else [],
        live_path=live and public_path(live.address),
        pending_from=pending and in_brussels(pending.available_from),
        held=[(release_words(one, now), way_to(one, "change")) for one in held_with(subject, now)],
    )


def rollback_step(desk: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    """Shows what readers will see changed, asks for the note, and publishes the edition before once more."""
    editions, now = Edition.objects.of(type_of(subject), subject.pk), instant_of(request)
    standing, pending = editions.standing(now).first(), editions.pending(now).first()
    before = edition_before(standing) if standing else None
    form = RollbackForm(request.POST if request.method == "POST" else None, now)
    if request.method == "POST" and form.is_valid():
        try:
            reason, looked_at = form.cleaned_data["reason"], request.POST.getlist("shown")
            edition = rollback(subject, by=Actor.of(request), reason=reason, shown=looked_at)
        except Refused as error:
            form.refuse(error)
        else:
            facts = {"time": in_brussels(edition.available_from), "reason": form.cleaned_data["reason"]}
            told = _("Readers see the edition before again, since %(time)s (Brussels time). “%(reason)s”") % facts
            desk.log_change(request, subject, told)
            messages.success(request, told)
            wait_for(edition)
            return go_to(desk, "editions", subject.pk)
    return show(
        desk,
        request,
        subject,
        "rollback.html",
        _("Back to the edition before"),
        form=form,
        standing=standing,
        before=before,
        before_time=before and in_brussels(before.available_from),
        differences=differences(documents_of(standing), documents_of(before)) if standing and before else [],
        pending_from=pending and in_brussels(pending.available_from),
    )
