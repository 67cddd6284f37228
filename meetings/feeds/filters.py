"""Filters of feeds and calendars. A wrong one is refused, as a subscriber would not see a message on a page."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.api.form_fields import build_choice_error
from meetings.api.parameters import build_value_problem
from meetings.http.problems import build_parameter_problem

PRESS_TITLES = {
    "": gettext_lazy("Press conferences and live streams"),
    "press_conference": gettext_lazy("Press conferences"),
    "live": gettext_lazy("Live streams"),
}
"""The kinds of what is for the press that readers can choose (`is_for_press`), with the titles of their lists."""


def get_choice(
    request: HttpRequest, name: str, choices: Collection[str], aliases: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Return the value of a parameter, "" if it has none. `aliases` are words that mean one of the choices.

    Raise a Problem (400) if it is none of the choices, or if there are several.
    """
    typed = list(dict.fromkeys(filter(str.strip, request.GET.getlist(name)))) or [""]
    if len(typed) > 1:
        raise build_parameter_problem(name, _("%s appears %d times. Use it once.") % (name, len(typed)))
    value = aliases.get(typed[0], typed[0])
    if value and value not in choices:
        allowed = list(filter(None, choices))
        raise build_value_problem(name, build_choice_error(value, allowed), value)
    return value
