"""Start and stop time travel: view the public site at another time (`meetings.http.time_travel_session`)."""

from http import HTTPStatus

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from agenda.models import Release
from meetings.access import Right, format_refusal, has_right
from meetings.access.audit import Actor, record_act
from meetings.clock import get_instant
from meetings.forms.fields import InstantField
from meetings.http import time_travel_session
from meetings.models import Act

MAX_NEXT_RELEASES = 10


class TimeTravelForm(forms.Form):
    at = InstantField(
        label=gettext_lazy("View the site at"),
        help_text=gettext_lazy("Brussels time, in the past or future. For example, 2026-12-09 18:00."),
        error_messages={"required": gettext_lazy("Enter a date and time, for example 2026-12-09 18:00.")},
    )


def start_time_travel(request: HttpRequest) -> HttpResponse:
    """Ask for a time, offer those of the next releases, and show the site at that time."""
    may_travel = has_right(request.user, Right.TRAVEL)
    form = TimeTravelForm(request.POST if request.method == "POST" else None)
    if may_travel and form.is_valid():
        at = form.cleaned_data["at"]
        time_travel_session.start_time_travel(request, at)
        record_act(Actor.from_request(request), Act.TRAVELLED, to=at.isoformat())
        return HttpResponseRedirect(reverse("home"))
    now = get_instant(request)
    releases = Release.objects.filter(state=Release.State.SCHEDULED, at__gt=now).order_by("at", "id")
    context = admin.site.each_context(request) | {
        "title": _("View the site at another time"),
        "form": form,
        "time_travel": time_travel_session.load_time_travel(request),
        "releases": releases.prefetch_related("entries")[:MAX_NEXT_RELEASES] if may_travel else [],
        "refusal": "" if may_travel else format_refusal(Right.TRAVEL),
    }
    status = HTTPStatus.OK if may_travel else HTTPStatus.FORBIDDEN
    return render(request, "admin/agenda/time_travel.html", context, status=status)


@require_POST
def stop_time_travel(request: HttpRequest) -> HttpResponse:
    """Return to now, on the same page, as everybody sees it."""
    time_travel_session.stop_time_travel(request)
    page = request.POST.get("page", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        page = reverse("home")
    return HttpResponseRedirect(page)


urlpatterns = [
    path("", admin.site.admin_view(start_time_travel), name="travel"),
    path("now/", admin.site.admin_view(stop_time_travel), name="travel-back"),
]
