"""Query parameters that were given more than once. We do not guess which value is meant."""

from collections.abc import Collection, Iterator, Mapping

from django.http import HttpRequest
from django.utils.translation import gettext as _

MAX_SHOWN_LENGTH = 40  # characters of a wrong value


def get_values(request: HttpRequest, name: str) -> list[str]:
    """Return the different values of a parameter, as they were typed, without empty ones."""
    return list(dict.fromkeys(value for value in request.GET.getlist(name) if value.strip()))


def describe_repeated_parameters(request: HttpRequest, names: Mapping[str, str]) -> Iterator[str]:
    """Yield a message for each parameter with more than one value. `names` maps parameters to their labels."""
    for parameter, name in names.items():
        if (count := len(get_values(request, parameter))) > 1:
            yield _("%(name)s: choose one value. The address has %(count)d.") % {"name": name, "count": count}


def describe_unknown_value(request: HttpRequest, parameter: str, name: str, allowed: Collection[str]) -> Iterator[str]:
    """Yield a message if the only value of a parameter is none of `allowed`. `name` is the label of the parameter."""
    if (value := get_single_value(request, parameter)) and value not in allowed:
        shown = value.replace("\0", "")[:MAX_SHOWN_LENGTH]
        yield _("%(name)s: “%(value)s” is not one of the values.") % {"name": name, "value": shown}


def get_single_value(request: HttpRequest, name: str) -> str:
    """Return the value of a parameter; "" if it has several values or none."""
    values = get_values(request, name)
    return values[0] if len(values) == 1 else ""
