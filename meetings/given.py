"""What the address of a page gives more than once: none of several values is meant more than another."""

from collections.abc import Iterator, Mapping

from django.http import HttpRequest
from django.utils.translation import gettext as _


def values_of(request: HttpRequest, name: str) -> list[str]:
    """The different values of a parameter, as they were typed; an empty one is none."""
    return list(dict.fromkeys(value for value in request.GET.getlist(name) if value.strip()))


def several(request: HttpRequest, names: Mapping[str, str]) -> Iterator[str]:
    """What there is to say of parameters with more than one value. `names` are what readers know them by."""
    for parameter, name in names.items():
        if (count := len(values_of(request, parameter))) > 1:
            yield _("%(name)s: there are %(count)d of them, and only one can be chosen.") % {
                "name": name,
                "count": count,
            }


def one_value(request: HttpRequest, name: str) -> str:
    """The value of a parameter; nothing where there are several."""
    values = values_of(request, name)
    return values[0] if len(values) == 1 else ""
