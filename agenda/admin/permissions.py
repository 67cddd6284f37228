"""Permissions by desk: everybody can read everything, and each desk edits its own rows.

`meetings.access` decides for each row.
"""

import re
from collections.abc import Iterable
from typing import Any

from django.contrib.admin.options import BaseModelAdmin
from django.contrib.auth import get_permission_codename
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from meetings.access import NotAllowed, Right, format_refusal, get_configurations_with_right, has_right
from meetings.models import Configuration, Meeting, User


def require_reading(request: HttpRequest) -> None:
    """Raise NotAllowed if the user may not read the agendas."""
    if not has_right(request.user, Right.VIEW):
        raise NotAllowed(format_refusal(Right.VIEW))


def read_posted_number(request: HttpRequest, name: str) -> int:
    """Return the number that a hidden field of a form has sent, or -1 if it is none that a form of ours has."""
    typed = request.POST.get(name, "")
    return int(typed) if re.fullmatch("[0-9]{1,9}", typed) else -1


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


def limit_to_own_configurations(field: ModelChoiceField, user: User) -> None:
    """Let the user choose from the configurations that they edit; those in force first, the others for past meetings.

    This covers rows that are added and rows that are moved: a move needs the right at both ends.
    """
    field.queryset = get_configurations_with_right(user, Right.CHANGE)
    today, choices = timezone.localdate(), dict[bool, list[tuple[str, str]]]({True: [], False: []})
    for configuration in field.queryset:
        choices[configuration.is_in_force_on(today)].append((str(configuration.pk), str(configuration)))
    groups = [(_("In force"), choices[True]), (_("Not in force"), choices[False])]
    empty = field.empty_label or ("" if field.required else _("All configurations"))
    field.choices = [("", empty), *((name, group) for name, group in groups if group)]
    field.error_messages["invalid_choice"] = _(
        "You can only choose from the configurations that you edit: %s."
    ) % format_codes(field.queryset)


def format_codes(configurations: Iterable[Configuration]) -> str:
    return get_text_list([configuration.code for configuration in configurations], _("and")) or _("none")


def explain_read_only(request: HttpRequest, subject: Any) -> str:
    """Explain why the user cannot change this meeting or topic; empty if they can."""
    if has_right(request.user, Right.CHANGE, subject):
        return ""
    if isinstance(subject, Meeting) and has_right(request.user, Right.DUTY, subject):
        return _("You can only read this. Once it is published, you can make same-day changes on the day.")
    place = subject.configuration if isinstance(subject, Meeting) else subject.desk
    own = get_configurations_with_right(request.user, Right.CHANGE)
    if place is None or not own:
        return _("You can read this but you cannot change it.")
    return _("You can only read this, because it belongs to %(code)s and you edit %(own)s.") % {
        "own": format_codes(own),
        "code": place.code,
    }
