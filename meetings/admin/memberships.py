"""Inline of the roles of a user."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Prefetch
from django.forms import BaseInlineFormSet, ModelChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from meetings.access import (
    AnyUser,
    Right,
    can_change_account,
    get_assignable_roles,
    get_configurations_with_right,
    has_right,
    has_right_everywhere,
    is_superuser,
)
from meetings.models import Membership, User
from meetings.models.users import DUPLICATE_MESSAGE

MEMBERSHIPS_PREFETCH = Prefetch("memberships", Membership.objects.select_related("role", "configuration"))


def format_memberships(memberships: Iterable[Membership], name: str) -> str:
    """Format memberships by role or user, for example “Authors: JHA, ENV; Translators: all configurations (fr)”.

    `name` is the attribute to group by: `role` or `user`.
    """
    places: dict[str, list[str]] = {}
    for membership in memberships:
        places.setdefault(str(getattr(membership, name)), []).append(membership.scope)
    return "; ".join(f"{heading}: {', '.join(names)}" for heading, names in places.items()) or "–"


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
    formset = MembershipFormSet
    fields = (("role", "configuration", "language"),)

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

    def may_assign_roles(self, request: HttpRequest, account: User | None) -> bool:
        is_own = account is not None and account.pk == request.user.pk and not is_superuser(request.user)
        return not is_own and has_right(request.user, Right.ADMINISTER) and can_change_account(request.user, account)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_assign_roles(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_assign_roles(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_assign_roles(request, obj)


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
