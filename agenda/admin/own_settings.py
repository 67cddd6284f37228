"""A user's own settings: the time zone, and which mails to get. The audit log records changes."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.mail.messages import is_valid_address
from agenda.models import DeclinedNotice, Notice
from agenda.workflow.notices import NOTICE_KINDS, TEST, build_notices, write_notices
from meetings.access import describe_administrators
from meetings.access.audit import Actor, record_account
from meetings.forms.fields import TimeZoneInput
from meetings.models import Act, User
from meetings.sign_in.password_links import can_send_mail

TEST_PAUSE = dt.timedelta(minutes=1)
WISHES = {name: kind.wish for name, kind in NOTICE_KINDS.items() if kind.wish}


class OwnSettingsForm(forms.ModelForm):
    mails = forms.MultipleChoiceField(
        label=gettext_lazy("Send me an email when"),
        choices=WISHES.items(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = User
        fields = ("time_zone",)
        widgets = {"time_zone": TimeZoneInput}

    def __init__(self, data: Any, account: User) -> None:
        declined = {*account.declined_notices.values_list("kind", flat=True)}
        super().__init__(data, instance=account, initial={"mails": [name for name in WISHES if name not in declined]})

    def save_settings(self, by: Actor) -> None:
        """Save what has changed, in one transaction with its entry in the audit log."""
        with transaction.atomic():
            if "time_zone" in self.changed_data:
                self.instance.save(update_fields=["time_zone"])
            if "mails" in self.changed_data:
                save_declined(self.instance, {*WISHES} - {*self.cleaned_data["mails"]})
            if self.changed_data:
                record_account(by, Act.ACCOUNT_CHANGED, self.instance, changed=self.changed_data)


def save_declined(account: User, kinds: set[str]) -> None:
    """Save which kinds of notices the account does not want. Kinds that the screen does not show stay as they are."""
    account.declined_notices.filter(kind__in={*WISHES} - kinds).delete()
    DeclinedNotice.objects.bulk_create(
        [DeclinedNotice(user=account, kind=kind) for kind in sorted(kinds)], ignore_conflicts=True
    )


def show_own_settings(request: HttpRequest) -> HttpResponse:
    """Show and save the settings of the user who is signed in, or send them a test mail."""
    # Load it again, so that an invalid value does not reach the other parts of the page.
    account = User.objects.get(username=request.user.get_username())
    obstacle = find_mail_obstacle(account)
    if request.method == "POST" and "test" in request.POST:
        send_test_mail(request, account, obstacle)
        return HttpResponseRedirect(reverse("own-settings"))
    form = OwnSettingsForm(request.POST if request.method == "POST" else None, account)
    if form.is_valid():
        form.save_settings(Actor.from_request(request))
        messages.success(request, _("Your settings are saved."))
        return HttpResponseRedirect(reverse("own-settings"))
    context = {"title": _("Your settings"), "form": form, "account": account, "obstacle": obstacle}
    return render(request, "admin/own_settings.html", admin.site.each_context(request) | context)


def find_mail_obstacle(account: User) -> str:
    """Return why the account gets no mails, and what to do; empty if it gets them."""
    if not can_send_mail():
        return _("This site sends no mails, because no mail server is set up. Contact %s.") % describe_administrators()
    if not account.email:
        return _("Your account has no email address, so you get no mails. Contact %s.") % describe_administrators()
    if not is_valid_address(account.email):
        return (
            _("The email address of your account is not valid, so you get no mails. Contact %s.")
            % describe_administrators()
        )
    return ""


def send_test_mail(request: HttpRequest, account: User, obstacle: str) -> None:
    """Write the notice of a test mail, unless one was asked for a moment ago. The command `send_notices` sends it."""
    now = timezone.now()
    if obstacle:
        messages.error(request, obstacle)
        return
    with transaction.atomic():
        own = User.objects.filter(pk=account.pk)
        list(own.select_for_update(no_key=True))
        if Notice.objects.filter(recipient=account, kind=TEST.name, created_at__gt=now - TEST_PAUSE).exists():
            messages.info(request, _("A test mail is already on its way. Wait a minute before you ask for another."))
            return
        write_notices(notices := build_notices(TEST, own, now, instant=now), now)
    if notices:
        messages.success(request, _("A test mail to %s will be sent within a few minutes.") % account.email)
    else:
        message = _("Your account has no role, so you get no mails. Contact %s.")
        messages.error(request, message % describe_administrators())
