"""Reference data and people."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
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


@admin.register(Presidency)
class PresidencyAdmin(admin.ModelAdmin):
    list_display = ("year", "half", "country", "name")
    list_filter = ("country",)
