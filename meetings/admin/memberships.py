"""The roles of somebody, as rows on the screen of their account."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Prefetch
from django.forms import BaseInlineFormSet, ModelChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from meetings.models import Membership, User
from meetings.models.memberships import HAS_IT_ALREADY
from meetings.rights import (
    Person,
    Right,
    configurations_of,
    givable_roles,
    is_superuser,
    may,
    may_change_account,
    may_everywhere,
)

WITH_PLACES = Prefetch("memberships", Membership.objects.select_related("role", "configuration"))


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

    def formfield_for_dbfield(self, db_field: Any, request: Any, **options: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **options)
        if isinstance(field, ModelChoiceField):
            offer = {"role": offer_roles, "configuration": offer_places}[db_field.name]
            offer(field, request.user)
            field.widget = getattr(field.widget, "widget", field.widget)  # without the buttons that delete a role
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


def offer_roles(field: ModelChoiceField, giver: Person) -> None:
    field.queryset = givable_roles(giver)
    field.error_messages["invalid_choice"] = _("Only superusers give this role.")


def offer_places(field: ModelChoiceField, giver: Person) -> None:
    field.empty_label, field.help_text = str(_("All configurations")), ""
    if not may_everywhere(giver, Right.ADMINISTER):
        field.required, field.empty_label = True, "---------"
        field.error_messages["required"] = _("Choose one: you do not give roles for all configurations.")
    field.queryset = configurations_of(giver, Right.ADMINISTER)
    field.error_messages["invalid_choice"] = _("You give no roles for that configuration.")
