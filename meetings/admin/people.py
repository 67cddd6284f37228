"""Who signs in, and who has which role where.

An administrator who is no superuser gives roles to others, for the configurations that they administer themselves. So
that nobody makes more of themselves than they are:

- nobody changes their own roles;
- a role that administers is given and taken by superusers only;
- whose roles one could not give, of those one does not change the account either: who sets a password, can sign in;
- what a role may do, and who is a superuser, is a superuser's choice.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import ForeignKey, Prefetch, Q, QuerySet
from django.forms import BaseInlineFormSet, ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from meetings.models import Configuration, Membership, User
from meetings.models.memberships import BY_PLACE, HAS_IT_ALREADY
from meetings.rights import (
    Right,
    configurations_of,
    givable_roles,
    is_superuser,
    may,
    may_change_account,
    may_everywhere,
)
from meetings.typed import TimeZoneInput

ROLES = _("Roles, below, say what somebody may do, and where. Whoever has one reads all configurations.")
WITH_PLACES = Prefetch("memberships", Membership.objects.select_related("role", "configuration"))


def of_no_use(user: User) -> Any:
    """What an account lacks to be of use to somebody; none where it lacks nothing, or is shut anyway."""
    if not user.is_active or user.is_superuser:
        return None
    has_role = user.memberships.exists()
    if has_role and not user.is_staff:
        return _("“%(name)s” cannot sign in here yet: tick “Staff status” too.")
    if user.is_staff and not has_role:
        return _("“%(name)s” can sign in, and will see nothing: give them a role too.")
    return None


def told(memberships: Iterable[Membership], name: str) -> str:
    """As “Authors: JHA, ENV; Translators: all configurations (fr)”, by the role or by who has it."""
    places: dict[str, list[str]] = {}
    for membership in memberships:
        places.setdefault(str(getattr(membership, name)), []).append(membership.place)
    return "; ".join(f"{one}: {', '.join(those)}" for one, those in places.items()) or "–"


class MembershipFormSet(BaseInlineFormSet):
    def validate_unique(self) -> None:
        """In words, at the row; and of roles for all configurations, too, which Django would let pass."""
        seen = set()
        for form in self.forms:
            if form.cleaned_data.get("role") is None or self._should_delete_form(form):  # type: ignore[attr-defined]
                continue
            key = tuple(form.cleaned_data.get(name) for name in ("role", "configuration", "language"))
            if key in seen:
                form.add_error("role", HAS_IT_ALREADY)
            seen.add(key)


class MembershipInline(admin.StackedInline):
    """Offers what the administrator may give, and is read-only where they may give nothing."""

    model = Membership
    formset = MembershipFormSet
    fields = (("role", "configuration", "language"),)

    def get_extra(self, request: HttpRequest, obj: Any = None, **options: Any) -> int:
        return 0 if obj else 1

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: Any, **options: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **options)
        if isinstance(field, ModelChoiceField):
            if db_field.name == "role":
                field.queryset = givable_roles(request.user)
                field.error_messages["invalid_choice"] = _("Only superusers give this role.")
            else:
                field.queryset = configurations_of(request.user, Right.ADMINISTER)
                field.error_messages["invalid_choice"] = _("You give no roles for that configuration.")
                field.empty_label = str(_("All configurations"))
                if not may_everywhere(request.user, Right.ADMINISTER):
                    field.required, field.empty_label = True, "---------"
                    field.error_messages["required"] = _("Choose one: you do not give roles for all configurations.")
            field.choices = [*field.choices]  # type: ignore[misc]  # asked once, and not once a row
        return field

    def may_give(self, request: HttpRequest, account: User | None) -> bool:
        own = account is not None and account.pk == request.user.pk and not is_superuser(request.user)
        return not own and may(request.user, Right.ADMINISTER) and may_change_account(request.user, account)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_give(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_give(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_give(request, obj)


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

    def formfield_for_dbfield(self, db_field: Any, request: Any, **options: Any) -> Any:
        if db_field.name == "time_zone":
            options["widget"] = TimeZoneInput
        return super().formfield_for_dbfield(db_field, request, **options)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if lacks := of_no_use(form.instance):
            messages.warning(request, lacks % {"name": form.instance.get_username()})

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> HttpResponse:
        account = context["original"]
        if account and account.pk == request.user.pk and not is_superuser(request.user):
            context["read_only_because"] = _("This is your own account: somebody else has to change your roles.")
        elif account and not may_change_account(request.user, account):
            context["read_only_because"] = _("This account has a role that you may not give, so you can only read it.")
        return super().render_change_form(request, context, *args, **options)

    @admin.display(description=_("roles"))
    def roles(self, user: User) -> str:
        return told(user.memberships.all(), "role")


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin):
    """A role: what it may do is a superuser's choice; who has it, an administrator's."""

    list_display = ("name", "held_by")
    fields = ("name", "holders", "permissions")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        held = Membership.objects.select_related("user", "configuration").order_by("user__username", *BY_PLACE)
        holders = Prefetch("memberships", held)
        return super().get_queryset(request).prefetch_related("permissions__content_type", holders)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("holders", *(() if is_superuser(request.user) else ("permissions",)))

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
