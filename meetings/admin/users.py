"""Admin of users and roles.

An administrator who is not a superuser assigns roles to others, for the configurations that they administer. So that
nobody can extend their own rights:

- nobody changes their own roles;
- only superusers assign and remove a role that administers;
- nobody changes the account of a user with a role that they may not assign: who sets a password, can sign in;
- only superusers decide what a role may do, and who is a superuser;
- a role applies to all configurations, so only administrators of all of them name, add and delete roles.
"""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Prefetch, Q, QuerySet
from django.forms import BaseInlineFormSet, CheckboxSelectMultiple, ModelChoiceField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from meetings.access import (
    AnyUser,
    Right,
    can_change_account,
    can_sign_in,
    get_assignable_roles,
    get_configurations_with_right,
    has_right,
    has_right_everywhere,
    is_superuser,
)
from meetings.access.audit import Actor, record_account, record_act
from meetings.admin.account import show_access
from meetings.admin.base import AllConfigurationsAdmin, AuditedDeletionAdmin, ChangedFieldsForm, ConfirmedAdmin
from meetings.fields.line import validate_line
from meetings.forms.fields import TimeZoneInput
from meetings.models import Act, Configuration, Membership, User, UserSession
from meetings.models.users import DUPLICATE_MESSAGE, SCOPE_ORDERING
from meetings.sign_in.confirmation import ask_to_confirm
from meetings.sign_in.password_links import can_mail_link
from meetings.sign_in.sessions import end_sessions, get_row_key

ACCOUNT_FLAGS = ("is_active", "is_staff", "is_superuser")
PERSONAL_FIELDS = ("username", "first_name", "last_name", "email", "time_zone")
ROLES_HELP_TEXT = _(
    "Roles set what this person can do and for which configurations. Anyone with a role can read everything."
)
NEW_ACCOUNT_HELP_TEXT = _(
    "The account has no password yet. After saving, you get a link with which the person sets their own."
)

MAX_HOLDERS = 100  # of a role, on the pages of roles
MAX_DIGITS = 9  # of the number of a permission
MEMBERSHIPS_PREFETCH = Prefetch("memberships", Membership.objects.select_related("role", "configuration"))


def format_memberships(memberships: Iterable[Membership], name: str) -> str:
    """Format memberships by role or user, for example “Authors: JHA, ENV; Translators: all configurations (fr)”.

    `name` is the attribute to group by: `role` or `user`.
    """
    places: dict[str, list[str]] = {}
    for membership in memberships:
        places.setdefault(str(getattr(membership, name)), []).append(membership.scope)
    return "; ".join(f"{heading}: {', '.join(names)}" for heading, names in places.items()) or "–"


class MembershipForm(ChangedFieldsForm):
    """A role of an account, and where the account has it."""

    is_one_value = True


class MembershipFormSet(BaseInlineFormSet):
    def validate_unique(self) -> None:
        """Report duplicates at their row, also of roles for all configurations, which Django would accept."""
        seen = set()
        for form in self.forms:
            if form.cleaned_data.get("role") is None or self._should_delete_form(form):  # type: ignore[attr-defined]
                continue
            key = tuple(form.cleaned_data.get(name) for name in ("role", "configuration", "language"))
            if key in seen:
                form.add_error("role", DUPLICATE_MESSAGE)
            seen.add(key)


class MembershipInline(admin.StackedInline):
    """Offer the roles that the administrator may assign; read-only if they may assign none."""

    model = Membership
    form = MembershipForm
    formset = MembershipFormSet
    fields = (("role", "configuration", "language"),)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.permissions: dict[int | None, bool] = {}  # by account; Django asks again for each row of a page

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """Load what the names of the rows need."""
        return super().get_queryset(request).select_related("role", "configuration")

    def get_extra(self, request: HttpRequest, obj: Any = None, **options: Any) -> int:
        return 0 if obj else 1

    def formfield_for_dbfield(self, db_field: Any, request: Any, **options: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **options)
        if isinstance(field, ModelChoiceField):
            offer = {"role": limit_roles, "configuration": limit_configurations}[db_field.name]
            offer(field, request.user)
            field.widget = getattr(field.widget, "widget", field.widget)  # without buttons to delete a role
            field.choices = [*field.choices]  # type: ignore[misc]  # queried once, not once per row
        return field

    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Return whether the user may assign roles to this account: never to their own."""
        key = obj.pk if obj else None
        if key not in self.permissions:
            is_own = obj is not None and obj.pk == request.user.pk and not is_superuser(request.user)
            may_assign = not is_own and has_right(request.user, Right.ADMINISTER)
            self.permissions[key] = may_assign and can_change_account(request.user, obj)
        return self.permissions[key]

    has_change_permission = has_delete_permission = has_add_permission


def limit_roles(field: ModelChoiceField, giver: AnyUser) -> None:
    field.queryset = get_assignable_roles(giver)
    field.error_messages["invalid_choice"] = _("Only superusers can assign this role.")


def limit_configurations(field: ModelChoiceField, giver: AnyUser) -> None:
    field.empty_label, field.help_text = str(_("All configurations")), ""
    if not has_right_everywhere(giver, Right.ADMINISTER):
        field.required, field.empty_label = True, "---------"
        field.error_messages["required"] = _(
            "Choose a Council configuration. You cannot assign roles for all configurations."
        )
    field.queryset = get_configurations_with_right(giver, Right.ADMINISTER)
    field.error_messages["invalid_choice"] = _("You cannot assign roles for this configuration.")


@contextmanager
def lock_accounts(request: HttpRequest, *keys: Any) -> Iterator[None]:
    """Lock the accounts with these keys while a form is saved, and that of the user, who is read again.

    The user may lose rights at this moment: within the context, ask what they may do. A request that saves nothing
    locks nothing. Raise PermissionDenied if the user may not sign in any more.
    """
    if request.method != "POST":
        yield
        return
    with transaction.atomic():
        rows = User.objects.filter(pk__in=[request.user.pk, *keys]).order_by("pk").select_for_update(no_key=True)
        user = next((row for row in rows if row.pk == request.user.pk), None)
        if user is None or not can_sign_in(user):
            raise PermissionDenied
        request.user = user
        yield


def find_account_problem(user: User) -> Any:
    """Return a warning if the account cannot be used as it is, or None.

    Inactive accounts and superusers are not checked.
    """
    if not user.is_active or user.is_superuser:
        return None
    # Queried again, because the memberships loaded before the form are out of date.
    has_role = Membership.objects.filter(user=user).exists()
    if has_role and not user.is_staff:
        return _("“%(name)s” cannot sign in yet. Tick “May sign in” as well.")
    if user.is_staff and not has_role:
        return _("“%(name)s” can sign in but will not see anything. Give them a role as well.")
    return None


class RoleConfigurationFilter(admin.SimpleListFilter):
    """Filter users who have a role for this configuration, or for all."""

    title = _("Council configuration")
    parameter_name = "configuration"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(Configuration.objects.filter(valid_until=None).values_list("slug", "code"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if not self.value():
            return queryset
        memberships = Membership.objects.filter(Q(configuration=None) | Q(configuration__slug=self.value()))
        return queryset.filter(pk__in=memberships.values("user"))


def get_roles(account: User) -> set[str]:
    return set(map(str, Membership.objects.filter(user=account).select_related("role", "configuration")))


def record_role_changes(request: HttpRequest, account: User, before: set[str], after: set[str], **more: Any) -> None:
    """Record in the audit log which roles the account gained and lost."""
    added, removed = sorted(after - before), sorted(before - after)
    if added or removed or more:
        record_account(Actor.from_request(request), Act.ROLE_CHANGED, account, given=added, taken=removed, **more)


def record_personal_changes(request: HttpRequest, form: Any, change: bool) -> None:
    """Record in the audit log that an account is new or which personal data changed.

    Only the names of the fields are recorded, and the former user name.
    """
    changed = [name for name in PERSONAL_FIELDS if name in form.changed_data]
    if change and not changed:
        return
    more: dict[str, Any] = {"changed": changed} if change else {"new": True}
    if change and "username" in changed:
        more["was"] = form.initial["username"]
    record_account(Actor.from_request(request), Act.ACCOUNT_CHANGED, form.instance, **more)


class AccountForm(ChangedFieldsForm, UserChangeForm):
    """Change an account."""


class RoleForm(ChangedFieldsForm):
    """Add or change a role."""

    class Meta:
        model = Group
        fields = ("name", "permissions")

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        validate_line(name)
        return name


class NewAccountForm(forms.ModelForm):
    """Add an account without a password. Nobody but its owner is to know one."""

    class Meta:
        model = User
        fields = ("username", "first_name", "last_name", "email")

    def clean_username(self) -> str:
        return str(User.normalize_username(self.cleaned_data["username"]))

    def save(self, commit: bool = True) -> User:
        self.instance.set_unusable_password()
        account: User = super().save(commit)
        return account


@admin.register(User)
class UserAdmin(ConfirmedAdmin, AuditedDeletionAdmin, DjangoUserAdmin):
    list_display = ("username", "first_name", "last_name", "email", "roles", "is_staff", "is_active", "last_login")
    empty_value_display = ""
    list_filter = (
        ("memberships__role", admin.RelatedOnlyFieldListFilter),
        RoleConfigurationFilter,
        "is_active",
        "is_staff",
    )
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": (("first_name", "last_name"), "email", "time_zone")}),
        (_("Permissions"), {"description": ROLES_HELP_TEXT, "fields": ("is_active", "is_staff", "is_superuser")}),
        (_("Dates"), {"fields": (("last_login", "date_joined"),)}),
    )
    form, add_form, add_form_template = AccountForm, NewAccountForm, None
    add_fieldsets = (
        (None, {"fields": ("username", ("first_name", "last_name"), "email"), "description": NEW_ACCOUNT_HELP_TEXT}),
        (_("Permissions"), {"description": ROLES_HELP_TEXT, "fields": ("is_staff",)}),
    )
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    inlines = (MembershipInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related(MEMBERSHIPS_PREFETCH)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.readonly_fields, *(() if is_superuser(request.user) else ("is_superuser",)))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and can_change_account(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and can_change_account(request.user, obj)

    def lock_rows(self, request: HttpRequest, *keys: Any) -> AbstractContextManager[None]:
        """Lock the accounts, so that two administrators cannot assign the same role at once."""
        return lock_accounts(request, *keys)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Show the screen from which the account gets a link to set its password. Nobody sets another's password."""
        if page := ask_to_confirm(request):
            return page
        with lock_accounts(request, *self.clean_keys([unquote(id)])):
            account = self.get_object(request, unquote(id))
            if not self.has_change_permission(request, account):
                raise PermissionDenied
            if account is None:
                raise Http404
            return show_access(request, self.admin_site, account)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        """Lead on to the link for the first password."""
        if {"_addanother", "_popup"} & request.POST.keys():
            return super().response_add(request, obj, post_url_continue)
        messages.success(request, _("The account “%s” was added.") % obj.get_username())
        return HttpResponseRedirect(reverse("admin:auth_user_password_change", args=[obj.pk]))

    def formfield_for_dbfield(self, db_field: Any, request: Any, **options: Any) -> Any:
        if db_field.name == "time_zone":
            options["widget"] = TimeZoneInput
        return super().formfield_for_dbfield(db_field, request, **options)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if "email" in form.changed_data:
            obj.is_email_confirmed = is_superuser(request.user) or obj.pk == request.user.pk
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        account = form.instance
        before = get_roles(account) if change else set()
        super().save_related(request, form, formsets, change)
        record_personal_changes(request, form, change)
        switched = {name: getattr(account, name) for name in ACCOUNT_FLAGS if name in form.changed_data}
        record_role_changes(request, account, before, get_roles(account), **switched)
        if not can_sign_in(account):
            sessions = UserSession.objects.filter(user=account).exclude(pk=get_row_key(request.session))
            end_sessions(sessions)  # they would go on once the account may sign in again
        if problem := find_account_problem(account):
            messages.warning(request, problem % {"name": account.get_username()})
        if account.email and not can_mail_link(account):
            warning = _("No link to set a password is sent to %s until you have confirmed this address under “Access”.")
            messages.warning(request, warning % account.email)

    def record_deletion(self, request: HttpRequest, row: User) -> None:
        record_role_changes(request, row, get_roles(row), set(), deleted=True)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> HttpResponse:
        account = context["original"]
        if account and account.pk == request.user.pk and not is_superuser(request.user):
            context["read_only_because"] = _("You cannot change your own roles. Ask another administrator.")
        elif account and not can_change_account(request.user, account):
            context["read_only_because"] = _(
                "You cannot change the account of anyone who has a role that you may not assign."
            )
        return super().render_change_form(request, context, *args, **options)

    @admin.display(description=_("roles"))
    def roles(self, user: User) -> str:
        roles_text = format_memberships(user.memberships.all(), "role")
        return str(_("superuser (can do everything)")) if user.is_superuser else roles_text


def get_permissions(role: Group) -> set[str]:
    names = Permission.objects.filter(group=role)  # queried again, because those loaded before the form are out of date
    return {f"{app}.{codename}" for app, codename in names.values_list("content_type__app_label", "codename")}


def describe_other_holders(role: Any) -> str:
    """Say how many more times the role is assigned than the page shows."""
    return str(_("and %d more") % (role.holder_count - MAX_HOLDERS))


admin.site.unregister(Group)


class RolePermissionsField(forms.ModelMultipleChoiceField):
    """A choice of permissions that refuses numbers which no database takes, as it refuses others that do not exist."""

    def clean(self, value: Any) -> Any:
        for key in value or ():
            if len(str(key)) > MAX_DIGITS:
                raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": key})
        return super().clean(value)


@admin.register(Group)
class GroupAdmin(ConfirmedAdmin, AllConfigurationsAdmin, AuditedDeletionAdmin, DjangoGroupAdmin):
    """Admin of roles. Superusers decide what a role may do; administrators decide who has it."""

    read_only_because = _(
        "Roles apply to all configurations. Only administrators of all configurations can change them."
    )

    form = RoleForm
    list_title = _("Roles")
    list_display = ("name", "holder_names")
    fields = ("name", "holder_links", "permissions")
    filter_horizontal = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        """Load the first holders of each role, and count all."""
        memberships = Membership.objects.select_related("user", "configuration").order_by(
            "user__username", *SCOPE_ORDERING
        )
        holders = Prefetch("memberships", memberships[:MAX_HOLDERS], to_attr="first_memberships")
        roles: QuerySet[Group] = super().get_queryset(request).annotate(holder_count=Count("memberships"))
        return roles.prefetch_related("permissions__content_type", holders)

    def formfield_for_manytomany(self, db_field: Any, request: Any = None, **options: Any) -> Any:
        options |= {"widget": CheckboxSelectMultiple, "form_class": RolePermissionsField}
        return super().formfield_for_manytomany(db_field, request, **options)

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        title = _("Role") if object_id else _("Add role")
        return super().changeform_view(request, object_id, form_url, {"title": title, **(extra_context or {})})

    @contextmanager
    def lock_rows(self, request: HttpRequest, *keys: Any) -> Iterator[None]:
        """Lock the roles, so that two superusers who save one at once give back no permission."""
        with lock_accounts(request):
            if request.method == "POST":
                roles = Group.objects.filter(pk__in=keys).order_by("pk")
                list(roles.select_for_update(no_key=True))
            yield

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("holder_links", *(() if is_superuser(request.user) else ("permissions",)))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Record changes of the role's permissions and name in the audit log, since they affect all who have it."""
        role = form.instance
        before = get_permissions(role) if change else set()
        super().save_related(request, form, formsets, change)
        after = get_permissions(role)
        changes: dict[str, Any] = {"added": sorted(after - before), "removed": sorted(before - after)}
        if "name" in form.changed_data:
            changes |= {"was": form.initial["name"]} if change else {"new": True}
        if any(changes.values()):
            record_act(Actor.from_request(request), Act.ROLE_CHANGED, role=role.name, **changes)

    def record_deletion(self, request: HttpRequest, row: Group) -> None:
        record_act(Actor.from_request(request), Act.ROLE_CHANGED, role=row.name, deleted=True)

    @admin.display(description=_("people and configurations"))
    def holder_names(self, role: Any) -> str:
        names = format_memberships(role.first_memberships, "user")
        return f"{names}; {describe_other_holders(role)}" if role.holder_count > MAX_HOLDERS else names

    @admin.display(description=_("People and configurations"))
    def holder_links(self, role: Any) -> SafeString | str:
        if not role.pk:
            return "–"
        lines = (
            (reverse("admin:meetings_user_change", args=[membership.user_id]), membership.user, membership.scope)
            for membership in role.first_memberships
        )
        shown = format_html_join(SafeString("<br>"), '<a href="{}">{}</a>: {}', lines)
        if role.holder_count <= MAX_HOLDERS:
            return shown
        url = f"{reverse('admin:meetings_user_changelist')}?memberships__role__id__exact={role.pk}"
        return format_html('{}<br><a href="{}">{}</a>', shown, url, describe_other_holders(role))
