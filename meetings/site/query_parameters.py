"""Query parameters of pages that cannot be used: unknown, wrong, or given more than once. Pages say so and go on."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from meetings.api.form_fields import build_choice_error
from meetings.api.parameters import describe_error, find_nearest_name

MAX_SHOWN_LENGTH = 40  # characters of a wrong value
MIN_MEANT_LENGTH = 5  # characters of a wrong name


def get_values(request: HttpRequest, name: str) -> list[str]:
    """Return the different values of a parameter, as they were typed, without empty ones."""
    return list(dict.fromkeys(value for value in request.GET.getlist(name) if value.strip()))


def describe_repeated_parameters(request: HttpRequest, names: Mapping[str, str]) -> Iterator[str]:
    """Yield a message for each parameter with more than one value. `names` maps parameters to their labels."""
    for parameter, name in names.items():
        if (count := len(get_values(request, parameter))) > 1:
            yield _("%(name)s: choose one value. The address has %(count)d.") % {"name": name, "count": count}


def describe_unknown_value(request: HttpRequest, parameter: str, name: str, allowed: Iterable[str]) -> Iterator[str]:
    """Yield a message if the only value of a parameter is none of `allowed`. `name` is the label of the parameter."""
    choices = list(allowed)
    if (value := get_single_value(request, parameter)) and value not in choices:
        shown = value.replace("\0", "")[:MAX_SHOWN_LENGTH]
        yield f"{name}: {describe_error(build_choice_error(shown, choices), shown, for_page=True)[0]}"


def choose_value(
    request: HttpRequest,
    parameter: str,
    label: str,
    choices: Collection[str],
    aliases: Mapping[str, str] = MappingProxyType({}),
) -> tuple[str, list[str]]:
    """Return the only value of a parameter if it is one of `choices`, otherwise "", and why it was ignored.

    `aliases` are words that mean one of the choices.
    """
    typed = get_single_value(request, parameter)
    value = aliases.get(typed, typed)
    if value in choices:
        return value, []
    unknown = describe_unknown_value(request, parameter, label, choices)
    return "", [*unknown, *describe_repeated_parameters(request, {parameter: label})]


def add_robots_header(response: HttpResponse, messages: Sequence[str]) -> HttpResponse:
    """Keep the page out of search engines if something was ignored: there is no end of such addresses."""
    if messages:
        response["X-Robots-Tag"] = "noindex"
    return response


def describe_unknown_parameters(
    request: HttpRequest, known: Sequence[str], others: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """Yield a message for each parameter that is meant to be one of `known`, or that the API has and the page has not.

    `others` are the latter, each with what to use instead. Any other parameter is none of ours, such as those that
    other sites add to links.
    """
    for name in request.GET:
        if name not in known and (meant := others.get(name) or find_meant_names(name, known)):
            shown, words = name.replace("\0", "")[:MAX_SHOWN_LENGTH], ", ".join(f"“{each}”" for each in meant)
            yield _("There is no filter “%(name)s”. Use %(words)s.") % {"name": shown, "words": words}


def find_meant_names(name: str, known: Sequence[str]) -> list[str]:
    """Return the known name that a longer name is meant to be. Short names are similar to those of other sites."""
    if len(name) < MIN_MEANT_LENGTH:
        return []
    nearest = find_nearest_name(name[:MAX_SHOWN_LENGTH], known, cutoff=0.85)
    return [nearest] if nearest else []


def get_single_value(request: HttpRequest, name: str) -> str:
    """Return the value of a parameter; "" if it has several values or none."""
    values = get_values(request, name)
    return values[0] if len(values) == 1 else ""
