"""Who signs in, and who has which role where.

An administrator who is no superuser gives roles to others, for the configurations that they administer themselves. So
that nobody makes more of themselves than they are:

- nobody changes their own roles;
- a role that administers is given and taken by superusers only;
- whose roles one could not give, of those one does not change the account either: who sets a password, can sign in;
- what a role may do, and who is a superuser, is a superuser's choice;
- a role is of all configurations: it is named, added and deleted by who administers all of them.
"""

from contextlib import suppress
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from meetings.admin.everywhere import OfAllConfigurations
from meetings.admin.memberships import WITH_PLACES, MembershipInline, told
from meetings.admin.signing_in import noting_password
from meetings.audit import Actor, record, record_account
from meetings.models import Act, Configuration, Membership, User
from meetings.models.memberships import BY_PLACE
from meetings.rights import is_superuser, may_change_account
from meetings.typed import TimeZoneInput

SWITCHES = ("is_active", "is_staff", "is_superuser")
PERSON = ("username", "first_name", "last_name", "email", "time_zone")
ROLES = _("Roles, below, say what somebody may do, and where. Whoever has one reads all configurations.")


def of_no_use(user: User) -> Any:
    """What an account lacks to be of use to somebody; none where it lacks nothing, or is shut anyway."""
    if not user.is_active or user.is_superuser:
        return None
    has_role = Membership.objects.filter(user=user).exists()  # anew: those read before the form are not what was saved
    if has_role and not user.is_staff:
        return _("“%(name)s” cannot sign in here yet: tick “Staff status” too.")
    if user.is_staff and not has_role:
        return _("“%(name)s” can sign in, and will see nothing: give them a role too.")
    return None


class PlaceFilter(admin.SimpleListFilter):
    """Who has a role there: one of this configuration, or of all."""

    title = _("configuration")
    parameter_name = "configuration"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(one.slug, one.code) for one in Configuration.objects.filter(valid_until=None)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if not self.value():
            return queryset
        there = Membership.objects.filter(Q(configuration=None) | Q(configuration__slug=self.value()))
        return queryset.filter(pk__in=there.values("user"))


def roles_of(account: User) -> set[str]:
    return {str(held) for held in Membership.objects.filter(user=account).select_related("role", "configuration")}


def keep(request: HttpRequest, account: User, before: set[str], after: set[str], **more: Any) -> None:
    """What somebody may do has changed: for the audit log."""
    given, taken = sorted(after - before), sorted(before - after)
    if given or taken or more:
        record_account(Actor.of(request), Act.ROLE_CHANGED, account, given=given, taken=taken, **more)


def keep_person(request: HttpRequest, form: Any, change: bool) -> None:
    """That an account is new, was renamed, or says something else of its person: what, but of a name only which."""
    changed = [name for name in PERSON if name in form.changed_data]
    if change and not changed:
        return
    more: dict[str, Any] = {"changed": changed} if change else {"new": True}
    if change and "username" in changed:
        more["was"] = form.initial["username"]
    record_account(Actor.of(request), Act.ACCOUNT_CHANGED, form.instance, **more)


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    list_display = ("username", "first_name", "last_name", "email", "roles", "is_staff", "is_active", "last_login")
    list_filter = (("memberships__role", admin.RelatedOnlyFieldListFilter), PlaceFilter, "is_active", "is_staff")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": (("first_name", "last_name"), "email", "time_zone")}),
        (_("What they may do"), {"description": ROLES, "fields": ("is_active", "is_staff", "is_superuser")}),
        (_("Dates"), {"fields": (("last_login", "date_joined"),)}),
    )
    add_fieldsets = (
        *DjangoUserAdmin.add_fieldsets,
        (_("What they may do"), {"description": ROLES, "fields": ("is_staff",)}),
    )
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    inlines = (MembershipInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related(WITH_PLACES)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.readonly_fields, *(() if is_superuser(request.user) else ("is_superuser",)))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and may_change_account(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and may_change_account(request.user, obj)

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **more: Any) -> Any:
        """Under a lock, so that two administrators do not give the same role at once."""
        if request.method != "POST" or object_id is None:
            return super().changeform_view(request, object_id, *args, **more)
        with transaction.atomic():
            with suppress(ValueError):  # no such key: told by the page
                list(User.objects.filter(pk=object_id).select_for_update(no_key=True))
            return super().changeform_view(request, object_id, *args, **more)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        with noting_password(request, self.get_object(request, unquote(id))):
            return super().user_change_password(request, id, form_url)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **options: Any) -> Any:
        if db_field.name == "time_zone":
            options["widget"] = TimeZoneInput
        return super().formfield_for_dbfield(db_field, request, **options)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        account = form.instance
        before = roles_of(account) if change else set()
        super().save_related(request, form, formsets, change)
        keep_person(request, form, change)
        switched = {name: getattr(account, name) for name in SWITCHES if name in form.changed_data}
        keep(request, account, before, roles_of(account), **switched)
        if lacks := of_no_use(account):
            messages.warning(request, lacks % {"name": account.get_username()})

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        keep(request, obj, roles_of(obj), set(), deleted=True)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        with transaction.atomic():
            for account in queryset:
                keep(request, account, roles_of(account), set(), deleted=True)
            super().delete_queryset(request, queryset)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> HttpResponse:
        account = context["original"]
        if account and account.pk == request.user.pk and not is_superuser(request.user):
            context["read_only_because"] = _("This is your own account: somebody else has to change your roles.")
        elif account and not may_change_account(request.user, account):
            context["read_only_because"] = _("This account has a role that you may not give, so you can only read it.")
        return super().render_change_form(request, context, *args, **options)

    @admin.display(description=_("roles"))
    def roles(self, user: User) -> str:
        held = told(user.memberships.all(), "role")
        return str(_("everything, as a superuser")) if user.is_superuser else held


def permissions_of(role: Group) -> set[str]:
    names = Permission.objects.filter(group=role)  # anew: those read before the form are not what was saved
    return {f"{app}.{codename}" for app, codename in names.values_list("content_type__app_label", "codename")}


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(OfAllConfigurations, DjangoGroupAdmin):
    """A role: what it may do is a superuser's choice; who has it, an administrator's."""

    read_only_because = _("A role is of all configurations: who administers all of them can change it.")

    list_display = ("name", "held_by")
    fields = ("name", "holders", "permissions")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        held = Membership.objects.select_related("user", "configuration").order_by("user__username", *BY_PLACE)
        holders = Prefetch("memberships", held)
        return super().get_queryset(request).prefetch_related("permissions__content_type", holders)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("holders", *(() if is_superuser(request.user) else ("permissions",)))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """What a role may do concerns all who have it: kept in the audit log, as its name is."""
        role = form.instance
        before = permissions_of(role) if change else set()
        super().save_related(request, form, formsets, change)
        after = permissions_of(role)
        changes: dict[str, Any] = {"added": sorted(after - before), "removed": sorted(before - after)}
        if "name" in form.changed_data:
            changes |= {"was": form.initial["name"]} if change else {"new": True}
        if any(changes.values()):
            record(Actor.of(request), Act.ROLE_CHANGED, role=role.name, **changes)

    def delete_model(self, request: HttpRequest, obj: Group) -> None:
        record(Actor.of(request), Act.ROLE_CHANGED, role=obj.name, deleted=True)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Group]) -> None:
        with transaction.atomic():
            for role in queryset:
                record(Actor.of(request), Act.ROLE_CHANGED, role=role.name, deleted=True)
            super().delete_queryset(request, queryset)

    @admin.display(description=_("who has it, and where"))
    def held_by(self, role: Group) -> str:
        return told(role.memberships.all(), "user")

    @admin.display(description=_("Who has it, and where"))
    def holders(self, role: Group) -> SafeString | str:
        lines = (
            (reverse("admin:meetings_user_change", args=[held.user_id]), held.user, held.place)
            for held in role.memberships.all()
        )
        return format_html_join(SafeString("<br>"), '<a href="{}">{}</a>: {}', lines) if role.pk else "–"
