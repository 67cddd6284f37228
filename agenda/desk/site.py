"""The press office's admin: what is urgent on every page, what is to be done on the front page, refusals in words."""

from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.desk.dashboard import Dashboard, alarms_in_words
from agenda.states import to_the_minute
from meetings.clock import NoSuchTime, instant_of, read_instant
from meetings.models import User
from meetings.rights import Right, may, names_of, who_may

UNSAVED = "unsaved"
"""In the address of the sign-in page: when something was sent that nobody was signed in for."""


class DeskSite(AdminSite):
    index_title = gettext_lazy("What is to be done")
    enable_nav_sidebar = False  # its few entries are on the front page; the lists need the width

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """With what alarms, in one query: for whoever reads the notes."""
        context = super().each_context(request)
        if self.has_permission(request) and may(request.user, Right.VIEW):
            context["alarms"] = alarms_in_words(instant_of(request))
        return context

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        user, told = request.user, dict(extra_context or {})
        if isinstance(user, User) and may(user, Right.VIEW):
            told["dashboard"] = Dashboard.of(user, instant_of(request))
        elif isinstance(user, User) and not user.memberships.exists():
            told["no_role"] = names_of(who_may(Right.ADMINISTER)) or _("nobody yet")
        return super().index(request, told)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """What is refused is told in words, with the way back, and whom to ask."""

        @wraps(view)
        def told(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
            try:
                response: HttpResponse = view(request, *args, **options)
            except PermissionDenied as error:
                context = self.each_context(request) | {
                    "title": _("Not allowed"),
                    "told": str(error) or _("Your roles do not reach that far."),
                    "administrators": names_of(who_may(Right.ADMINISTER)),
                }
                return render(request, "admin/forbidden.html", context, status=HTTPStatus.FORBIDDEN)
            return response

        guarded = super().admin_view(told, cacheable)

        @wraps(guarded)
        def answered(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
            response: HttpResponse = guarded(request, *args, **options)
            lost = request.method == "POST" and not request.user.is_authenticated
            if lost and isinstance(response, HttpResponseRedirect) and response.url.startswith(login_address()):
                response["Location"] += "&" + urlencode({UNSAVED: instant_of(request).isoformat(timespec="seconds")})
            return response

        return answered

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """What was sent after the session had ended is told as lost, here and once more when somebody has signed in."""
        unsaved = told_unsaved(request)
        response: HttpResponse = super().login(request, {**(extra_context or {}), UNSAVED: unsaved})
        if unsaved and request.method == "POST" and isinstance(response, HttpResponseRedirect):
            messages.warning(request, unsaved)
        return response


def login_address() -> str:
    return reverse("admin:login")


def told_unsaved(request: HttpRequest) -> str:
    """Empty where nothing was lost."""
    try:
        sent = read_instant(request.GET.get(UNSAVED, ""))
    except NoSuchTime:
        return ""
    told = _(
        "Your session had ended: what you sent at %s was not saved. The browser's Back may still show what you typed: "
        "copy it from there."
    )
    return told % to_the_minute(sent, instant_of(request))
