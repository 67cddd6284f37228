"""Reference data and people."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from meetings.models import Configuration, Presidency, User


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    fieldsets = (*(DjangoUserAdmin.fieldsets or ()), (_("Preferences"), {"fields": ("time_zone", "language")}))


@admin.register(Configuration)
class ConfigurationAdmin(admin.ModelAdmin):
    list_display = ("code", "name", "kind", "valid_from", "valid_until")
    list_filter = ("kind",)
    search_fields = ("code", "name")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The word in addresses stays as it is: published addresses and editions hold it."""
        return ("slug",) if obj else ()


@admin.register(Presidency)
class PresidencyAdmin(admin.ModelAdmin):
    list_display = ("year", "half", "country", "name")
    list_filter = ("country",)
