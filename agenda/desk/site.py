"""The press office's admin: what is urgent on every page, what is to be done on the front page, refusals in words."""

from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.desk.dashboard import Dashboard, alarms_in_words
from meetings.clock import instant_of
from meetings.models import User
from meetings.rights import Right, may, names_of, who_may


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

        return super().admin_view(told, cacheable)
