"""Who signs in, and what groups of people may do.

An administrator who is no superuser puts people into groups. Permissions beyond those of the groups, and accounts of
superusers, are for superusers only: else whoever may change an account could make it anything.
"""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from meetings.models import User
from meetings.typed import TimeZoneInput

ROLES = _("Groups decide what somebody may do: Editors write notes, Publishers also publish them, Translators look on.")


def is_superuser(request: HttpRequest) -> bool:
    return bool(request.user.is_active and getattr(request.user, "is_superuser", False))


def of_no_use(user: User) -> Any:
    """What an account lacks to be of use to somebody; none where it lacks nothing, or is shut anyway."""
    if not user.is_active or user.is_superuser:
        return None
    may = user.groups.exists() or user.user_permissions.exists()
    if may and not user.is_staff:
        return _("“%(name)s” cannot sign in here yet: tick “Staff status” too.")
    if user.is_staff and not may:
        return _("“%(name)s” can sign in, and will see nothing: tick a group too.")
    return None


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    list_display = ("username", "first_name", "last_name", "email", "in_groups", "is_staff", "is_active", "last_login")
    list_filter = ("groups", "is_active", "is_staff", "is_superuser")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": (("first_name", "last_name"), "email", "time_zone")}),
        (_("What they may do"), {"description": ROLES, "fields": ("is_active", "is_staff", "groups")}),
        (_("For superusers"), {"classes": ("collapse",), "fields": ("is_superuser", "user_permissions")}),
        (_("Dates"), {"fields": (("last_login", "date_joined"),)}),
    )
    add_fieldsets = (
        *DjangoUserAdmin.add_fieldsets,
        (_("What they may do"), {"description": ROLES, "fields": ("is_staff", "groups")}),
    )
    filter_horizontal = ("user_permissions",)
    readonly_fields = ("last_login", "date_joined")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.readonly_fields, *(() if is_superuser(request) else ("is_superuser", "user_permissions")))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_touch(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_touch(request, obj) and super().has_delete_permission(request, obj)

    def may_touch(self, request: HttpRequest, user: User | None) -> bool:
        return user is None or not user.is_superuser or is_superuser(request)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **options: Any) -> Any:
        if db_field.name == "time_zone":
            options["widget"] = TimeZoneInput
        if db_field.name == "groups":
            options["widget"] = CheckboxSelectMultiple
        return super().formfield_for_dbfield(db_field, request, **options)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if told := of_no_use(form.instance):
            messages.warning(request, told % {"name": form.instance.get_username()})

    @admin.display(description=_("groups"))
    def in_groups(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all()) or "–"


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin):
    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).prefetch_related("permissions__content_type")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What a group may do is a superuser's choice; who is in it, an administrator's."""
        return () if is_superuser(request) else ("permissions",)
