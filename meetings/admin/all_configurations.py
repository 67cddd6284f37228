"""Base admin of rows that belong to all configurations."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from meetings.access import Right, has_right_everywhere


class AllConfigurationsAdmin(admin.ModelAdmin):
    """Admin of rows that only administrators of all configurations may change."""

    read_only_because: Any = _(
        "This applies to all configurations. Only administrators of all configurations can change it."
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and has_right_everywhere(request.user, Right.ADMINISTER)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and has_right_everywhere(request.user, Right.ADMINISTER)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and has_right_everywhere(request.user, Right.ADMINISTER)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> HttpResponse:
        if not self.has_change_permission(request):
            context["read_only_because"] = self.read_only_because
        return super().render_change_form(request, context, *args, **options)
