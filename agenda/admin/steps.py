"""The steps that readers see the effect of: publishing, calling off, withdrawing. Each is kept in the history."""

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.admin.outlook import Outlook
from agenda.admin.screens import address_in, go_to, public_path, show
from agenda.drafts import Subject, documents_of, type_of
from agenda.publishing import LONGEST_NOTE, Refused, call_off, in_brussels, publish, wait_for, withdraw
from meetings.audit import Actor
from meetings.clock import BRUSSELS, instant_of
from meetings.models import Edition
from meetings.typed import InstantField

TIME_ALONE = re.compile(r"\d{1,2}[:.h]\d\d")


NOT_TOO_LONG = MaxLengthValidator(
    LONGEST_NOTE, gettext_lazy("This has %(show_value)d characters; at most %(limit_value)d are possible.")
)
"""Instead of a `max_length`, by which a browser cuts what is pasted and says nothing."""


class InstantOrTodayField(InstantField):
    """A time of day alone is one of today; what is past is refused. `now` is set by the form."""

    now: dt.datetime

    def to_python(self, value: Any) -> dt.datetime | None:
        typed = (value or "").strip()
        today = self.now.astimezone(BRUSSELS)
        if TIME_ALONE.fullmatch(typed):
            typed = f"{today:%Y-%m-%d} {typed}"
        instant = super().to_python(typed)
        if instant and instant <= self.now:
            told = _("%(time)s is not in the future: it is %(now)s (Brussels time).")
            raise forms.ValidationError(told % {"time": in_brussels(instant), "now": in_brussels(self.now)})
        return instant


class PublishForm(forms.Form):
    at = InstantOrTodayField(
        label=gettext_lazy("Appears"),
        required=False,
        help_text=gettext_lazy("Brussels time, as 2017-09-14 18:00, or 18:00 for today. Empty: now."),
    )
    note = forms.CharField(
        label=gettext_lazy("What changed"),
        validators=[NOT_TOO_LONG],
        help_text=gettext_lazy("One sentence. It is public: readers see it with the edition."),
        error_messages={"required": gettext_lazy("Say in a sentence what changed; readers see it.")},
    )
    pending = forms.ChoiceField(
        label=gettext_lazy("The edition still to come"),
        choices=(
            ("replace", gettext_lazy("Replace it by this one")),
            ("keep", gettext_lazy("Publish this one now, and let it appear at its time all the same")),
        ),
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, outlook: Outlook, now: dt.datetime, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.fields["at"].now = now  # type: ignore[attr-defined]
        if outlook.pending is None:
            del self.fields["pending"]
        if outlook.is_first:
            del self.fields["note"]  # nothing that readers know has changed
        elif outlook.live is None:
            self.fields["note"].required = False  # it was withdrawn, and is back
        if "check" in self.data:
            for field in self.fields.values():
                field.required = False  # only the time is looked at

    def refuse(self, error: Refused) -> None:
        """Shows the refusal beside the field that it is about."""
        self.add_error(error.about if error.about in self.fields else None, str(error))


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Public reason"),
        validators=[NOT_TOO_LONG],
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=gettext_lazy("Readers see it in the place of the page, and nothing else."),
        error_messages={"required": gettext_lazy("Give the public reason for the withdrawal.")},
    )


def clocks(instant: dt.datetime, time_zone: str, now: dt.datetime) -> list[tuple[str, str]]:
    """The instant in Brussels, in UTC, and where the officer is."""
    places = {"Europe/Brussels": _("Brussels"), "UTC": "UTC"}
    places.setdefault(time_zone, time_zone)

    def told(zone: dt.tzinfo) -> str:
        local = instant.astimezone(zone)
        shown = date_format(local, "l j F Y, H:i:s")
        return _("%s, today") % shown if local.date() == now.astimezone(zone).date() else shown

    return [(place, told(ZoneInfo(zone))) for zone, place in places.items()]


def publish_step(desk: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    """Publishes what is shown, and nothing else: the form carries its digest."""
    outlook = Outlook.of(subject, instant_of(request))
    form = PublishForm(outlook, instant_of(request), *([request.POST] if request.method == "POST" else []))
    if request.method == "POST" and form.is_valid() and "check" not in request.POST:
        data = form.cleaned_data
        try:
            [edition] = publish(
                subject,
                by=Actor.of(request),
                at=data["at"],
                note=data.get("note", ""),
                pending=data.get("pending") or "ask",
                shown=[request.POST.get("shown", "")],
            )
        except Refused as error:
            form.refuse(error)
            subject.refresh_from_db()  # it may have been saved since this request read it
            outlook = Outlook.of(subject, instant_of(request))
        else:
            tell_published(desk, request, subject, edition, scheduled=data["at"] is not None)
            if data["at"] is None:
                wait_for(edition)
            return go_to(desk, "change", subject.pk)
    at = form.is_bound and form.cleaned_data.get("at")
    return show(
        desk,
        request,
        subject,
        "publish.html",
        _("Publish"),
        outlook=outlook,
        form=form,
        clocks=clocks(at, request.user.time_zone, instant_of(request)) if at else [],  # type: ignore[union-attr]
        live_path=outlook.live and public_path(outlook.live.edition.address),
        pending_from=outlook.pending and in_brussels(outlook.pending.edition.available_from),
    )


def tell_published(
    desk: ModelAdmin, request: HttpRequest, subject: Subject, edition: Edition, *, scheduled: bool
) -> None:
    time = in_brussels(edition.available_from)
    number = Edition.objects.of(type_of(subject), subject.pk).visible(edition.available_from).count()
    note = f" “{edition.change_note}”" if edition.change_note else ""
    desk.log_change(
        request,
        subject,
        _("Published edition %(n)d, from %(time)s (Brussels time).") % {"n": number, "time": time} + note,
    )
    links = [(public_path(edition.address), _("View on site"))]
    if scheduled:  # at its address there is nothing yet, or the older text
        links = [
            (address_in(desk, "edition", subject.pk, edition.pk), _("See that edition")),
            (address_in(desk, "call_off", subject.pk), _("Call off…")),
        ]
    told = format_html(
        _("“{subject}” appears on {time} (Brussels time). {links}"),
        subject=subject,
        time=time,
        links=format_html_join(" · ", '<a href="{}">{}</a>', links),
    )
    messages.success(request, told)


def call_off_step(desk: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    pending = Edition.objects.of(type_of(subject), subject.pk).pending(instant_of(request)).first()
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
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    given = request.method == "POST" and form.is_valid()
    if given and "confirmed" in request.POST:
        try:
            edition = withdraw(subject, by=Actor.of(request), reason=form.cleaned_data["reason"])
        except Refused as error:
            form.add_error(error.about or None, str(error))
            given = False
        else:
            time, reason = in_brussels(edition.available_from), form.cleaned_data["reason"]
            desk.log_change(
                request,
                subject,
                _("Withdrawn from %(time)s (Brussels time). “%(reason)s”") % {"time": time, "reason": reason},
            )
            told = _("“%(subject)s” is withdrawn from %(time)s (Brussels time).")
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
        titles=[document.title for document in documents_of(live)] if live else [],
        live_path=live and public_path(live.address),
        pending_from=pending and in_brussels(pending.available_from),
    )
