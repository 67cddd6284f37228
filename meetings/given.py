"""Query parameters that were given more than once. We do not guess which value is meant."""

from collections.abc import Iterator, Mapping

from django.http import HttpRequest
from django.utils.translation import gettext as _


def get_values(request: HttpRequest, name: str) -> list[str]:
    """Return the different values of a parameter, as they were typed, without empty ones."""
    return list(dict.fromkeys(value for value in request.GET.getlist(name) if value.strip()))


def describe_repeated_parameters(request: HttpRequest, names: Mapping[str, str]) -> Iterator[str]:
    """Yield a message for each parameter with more than one value. `names` maps parameters to their labels."""
    for parameter, name in names.items():
        if (count := len(get_values(request, parameter))) > 1:
            yield _("%(name)s: choose one value. The address has %(count)d.") % {"name": name, "count": count}


def get_single_value(request: HttpRequest, name: str) -> str:
    """Return the value of a parameter; "" if it has several values or none."""
    values = get_values(request, name)
    return values[0] if len(values) == 1 else ""
