"""Everybody reads everything; each desk edits its own. `meetings.rights` decides, row by row."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.options import BaseModelAdmin
from django.contrib.auth import get_permission_codename
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from meetings.models import Configuration, Meeting
from meetings.rights import Right, configurations_of, may


def granted(desk: BaseModelAdmin, request: HttpRequest, action: str, subject: Any) -> bool:
    """Django's permission for the kind of row, at the subject's configuration."""
    codename = get_permission_codename(action, desk.opts)
    return request.user.has_perm(f"{desk.opts.app_label}.{codename}", subject)


class OfDesk(BaseModelAdmin):
    """Changed and deleted by those whose roles reach the row's own configuration."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return granted(self, request, "change", obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return granted(self, request, "delete", obj) and super().has_delete_permission(request, obj)


class RowsOfDesk(BaseModelAdmin):
    """Rows within something else (`obj`, none while that is added), whose configuration counts."""

    def has_add_permission(self, request: HttpRequest, obj: Any) -> bool:  # type: ignore[override]
        return granted(self, request, "add", obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return granted(self, request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return granted(self, request, "delete", obj)


def own_desks_for(field: ModelChoiceField, request: HttpRequest) -> list[Configuration]:
    """What is added, or moved, goes only to where one edits: so a move takes the right at both ends."""
    own = configurations_of(request.user, Right.CHANGE)
    field.queryset = own
    found = list(own)
    field.error_messages["invalid_choice"] = _("You edit %s: choose one of these.") % codes_of(found)
    return found


def codes_of(configurations: Iterable[Configuration]) -> str:
    return get_text_list([configuration.code for configuration in configurations], _("and")) or _("none")


def why_read_only(request: HttpRequest, subject: Any) -> str:
    """Why somebody who opens the meeting, topic or part of one cannot change it; empty for who can."""
    if may(request.user, Right.CHANGE, subject):
        return ""
    whole = getattr(subject, "meeting", subject)
    if isinstance(whole, Meeting) and may(request.user, Right.DUTY, whole):
        return _("On the day, once it is published, you may change its facts; all else you can read.")
    place = whole.configuration if isinstance(whole, Meeting) else whole.desk
    own = configurations_of(request.user, Right.CHANGE)
    if place is None or not own:
        return _("Your roles let you read this, and change nothing in it.")
    return _("You edit %(own)s; this is %(code)s: you can read it.") % {"own": codes_of(own), "code": place.code}
