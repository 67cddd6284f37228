"""Screen for the user's own time zone. Publication screens show each time in it, in Brussels time and in UTC."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from meetings.audit import Actor, record_act
from meetings.models import Act, User
from meetings.typed import TimeZoneInput


class TimeZoneForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("time_zone",)
        widgets = {"time_zone": TimeZoneInput}


def own_time_zone(request: HttpRequest) -> HttpResponse:
    """Change the time zone of the user who is signed in."""
    # Load it again, so that an invalid value does not reach the other parts of the page.
    account = User.objects.get(username=request.user.get_username())
    form = TimeZoneForm(request.POST if request.method == "POST" else None, instance=account)
    if form.is_valid():
        if form.has_changed():
            with transaction.atomic():
                account.save(update_fields=["time_zone"])
                about: dict[str, Any] = {"account": account.get_username(), "account_id": account.pk}
                record_act(Actor.from_request(request), Act.ACCOUNT_CHANGED, changed=["time_zone"], **about)
        messages.success(request, _("Times are now also shown in %s.") % account.time_zone)
        return HttpResponseRedirect(reverse("admin:index"))
    context = admin.site.each_context(request) | {"title": _("Your time zone"), "form": form}
    return render(request, "admin/own_time_zone.html", context)
