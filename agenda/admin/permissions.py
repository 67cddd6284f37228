"""Permissions by desk: everybody can read everything, and each desk edits its own rows.

`meetings.access` decides for each row.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.options import BaseModelAdmin
from django.contrib.auth import get_permission_codename
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from meetings.access import Right, get_configurations_with_right, has_right
from meetings.models import Configuration, Meeting


def has_row_permission(model_admin: BaseModelAdmin, request: HttpRequest, action: str, subject: Any) -> bool:
    """Return whether the user has Django's permission for this model at the subject's configuration."""
    codename = get_permission_codename(action, model_admin.opts)
    return request.user.has_perm(f"{model_admin.opts.app_label}.{codename}", subject)


class DeskPermissionMixin(BaseModelAdmin):
    """Allow changes and deletion only to users whose roles cover the row's configuration."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_row_permission(self, request, "change", obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_row_permission(self, request, "delete", obj) and super().has_delete_permission(request, obj)


class DeskInlinePermissionMixin(BaseModelAdmin):
    """Permissions of inlines: the configuration of the parent object counts.

    `obj` is the parent, or None while the parent is being added.
    """

    def has_add_permission(self, request: HttpRequest, obj: Any) -> bool:  # type: ignore[override]
        return has_row_permission(self, request, "add", obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_row_permission(self, request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_row_permission(self, request, "delete", obj)


def limit_to_own_configurations(field: ModelChoiceField, request: HttpRequest) -> list[Configuration]:
    """Limit the field to the configurations that the user edits, and return these.

    This covers rows that are added and rows that are moved: a move needs the right at both ends.
    """
    queryset = get_configurations_with_right(request.user, Right.CHANGE)
    field.queryset = queryset
    configurations = list(queryset)
    field.error_messages["invalid_choice"] = _(
        "You can only choose from the configurations that you edit: %s."
    ) % format_codes(configurations)
    return configurations


def format_codes(configurations: Iterable[Configuration]) -> str:
    return get_text_list([configuration.code for configuration in configurations], _("and")) or _("none")


def explain_read_only(request: HttpRequest, subject: Any) -> str:
    """Explain why the user cannot change this meeting, topic or part of a meeting; empty if they can."""
    if has_right(request.user, Right.CHANGE, subject):
        return ""
    whole = getattr(subject, "meeting", subject)
    if isinstance(whole, Meeting) and has_right(request.user, Right.DUTY, whole):
        return _("You can only read this. Once it is published, you can make same-day changes on the day.")
    place = whole.configuration if isinstance(whole, Meeting) else whole.desk
    own = get_configurations_with_right(request.user, Right.CHANGE)
    if place is None or not own:
        return _("You can read this but you cannot change it.")
    return _("You can only read this, because it belongs to %(code)s and you edit %(own)s.") % {
        "own": format_codes(own),
        "code": place.code,
    }
