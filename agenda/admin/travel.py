"""Choosing the time at which to see the public site, and coming back to now (`meetings.journeys`)."""

from http import HTTPStatus

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from agenda.models import Release
from meetings import journeys
from meetings.audit import Actor, record
from meetings.clock import instant_of
from meetings.models import Act
from meetings.rights import Right, may, refusal
from meetings.typed import InstantField

NEXT_RELEASES = 10


class TravelForm(forms.Form):
    at = InstantField(
        label=gettext_lazy("See the site at"),
        help_text=gettext_lazy("Brussels time, as 2017-09-14 18:00; past or to come."),
        error_messages={"required": gettext_lazy("Write the day and the time, as 2017-09-14 18:00.")},
    )


def depart(request: HttpRequest) -> HttpResponse:
    """Asks for the time, offers those of the next releases, and shows the site as of then."""
    may_travel = may(request.user, Right.TRAVEL)
    form = TravelForm(request.POST if request.method == "POST" else None)
    if may_travel and form.is_valid():
        at = form.cleaned_data["at"]
        journeys.begin(request, at)
        record(Actor.of(request), Act.TRAVELLED, to=at.isoformat())
        return HttpResponseRedirect(reverse("home"))
    now = instant_of(request)
    releases = Release.objects.filter(state=Release.State.SCHEDULED, at__gt=now).order_by("at", "id")
    context = admin.site.each_context(request) | {
        "title": _("The site at another time"),
        "form": form,
        "journey": journeys.begun(request),
        "releases": releases.prefetch_related("entries")[:NEXT_RELEASES] if may_travel else [],
        "told": "" if may_travel else refusal(Right.TRAVEL),
    }
    status = HTTPStatus.OK if may_travel else HTTPStatus.FORBIDDEN
    return render(request, "admin/agenda/travel.html", context, status=status)


@require_POST
def come_back(request: HttpRequest) -> HttpResponse:
    """To now: to the same page, as everybody sees it."""
    journeys.end(request)
    page = request.POST.get("page", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        page = reverse("home")
    return HttpResponseRedirect(page)
