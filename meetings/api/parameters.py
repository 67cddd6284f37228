"""Declare and parse the parameters of the API. No parameter is ignored: an unknown or wrong one is a Problem."""

import datetime as dt
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request

from meetings.api.deprecation import Deprecation
from meetings.api.form_fields import CharField, ChoiceField, InstantField, StrictField, find_nearest
from meetings.clock import get_instant
from meetings.documents.choices import Language
from meetings.http.problems import Problem, build_parameter_problem
from meetings.i18n.languages import get_accepted_language

ALIASES = tomllib.loads(Path(__file__).with_name("aliases.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Parameter:
    """A parameter as OpenAPI describes it. `field` parses its value; `location` is OpenAPI's `in`."""

    name: str
    field: StrictField
    description: Any
    location: str = "query"
    deprecated: Deprecation | None = None

    def get_value(self, request: Request) -> Any:
        """Return the value in the request, or else the field's initial value. Raise a Problem (400) for a wrong one."""
        text = request.query_params.get(self.name)
        try:
            return self.field.clean(text)
        except ValidationError as error:
            raise build_value_problem(self.name, error, text or "") from error


LANG = Parameter(
    "lang",
    ChoiceField(choices=Language, aliases=ALIASES["languages"]),
    gettext_lazy(
        "The language of the answer; it takes precedence over Accept-Language. Texts that are not available in this "
        "language are in their original language."
    ),
)
ACCEPT_LANGUAGE = Parameter(
    "Accept-Language",
    CharField(schema={"type": "string", "examples": ["fr", "de-AT, en;q=0.5"]}),
    gettext_lazy("The language of the answer if there is no `lang`: the first one that is among the 24."),
    "header",
)
AS_OF = Parameter(
    "as_of",
    InstantField(),
    gettext_lazy(
        "A time in the past. The answer is what was published then, without anything that has been withdrawn or "
        "removed since. The following pages of a list are as of the same time."
    ),
)


def build_value_problem(name: str, error: ValidationError, text: str) -> Problem:
    """Return the Problem (400) for a form field's error about the value `text` of a parameter."""
    detail, members = describe_error(error, text)
    return build_parameter_problem(name, f"{name}: {detail}", **members)


def describe_error(error: ValidationError, text: str, *, for_page: bool = False) -> tuple[str, dict[str, Any]]:
    """Return a form field's error about the value `text` as sentences, and as members of a Problem.

    The sentences list the choices and name the nearest one: that in the error's params, or else the most similar one.
    Readers of a page choose from a menu, so the choices are listed `for_page` only if none is near.
    """
    [first, *_others] = error.error_list
    params = {"value": text[:60], **(first.params or {})}
    choices, nearest = params.get("choices", ()), params.get("nearest")
    if nearest is None and choices:
        nearest = find_nearest(params["value"], choices)
    sentences = [str(first.message) % params]
    if choices and not (for_page and nearest):
        sentences.append(_("Use one of: %s.") % ", ".join(choices))
    if nearest:
        sentences.append(_("Did you mean “%s”?") % nearest)
    return " ".join(sentences), {"allowed": list(choices), "nearest": nearest or ""}


def check_parameters(request: Request, parameters: Iterable[Parameter]) -> None:
    """Raise a Problem (400) for a parameter that is unknown, or that appears twice although it has one value.

    Join the values of a list that appears several times, because many clients send lists like that.
    """
    by_name = {parameter.name: parameter for parameter in parameters}
    known, joined = sorted(by_name), None
    for name, values in request.query_params.lists():
        if name not in by_name:
            message = _("There is no parameter “%(value)s”.") if known else _("This address has no parameters.")
            params = {"choices": known, "nearest": find_nearest_name(name[:60], known)}
            detail, members = describe_error(ValidationError(message, "unknown", params), name)
            raise build_parameter_problem(name[:60], detail, known=known, nearest=members["nearest"])
        if len(values) > 1 and not by_name[name].field.is_list:
            raise build_parameter_problem(name, _("%s appears %d times. Use it once.") % (name, len(values)))
        if len(values) > 1:
            joined = joined or request.query_params.copy()
            joined[name] = ",".join(values)
    if joined is not None:
        request._request.GET = joined  # type: ignore[assignment]


def find_nearest_name(name: str, known: Sequence[str], cutoff: float = 0.75) -> str:
    """Return the nearest parameter name: one with this alias, or else one that is very similar."""
    aliased = (each for each in known if name.casefold() in ALIASES["parameters"].get(each, "").split())
    return next(aliased, "") or find_nearest(name, known, cutoff)


@cache
def build_ordering_parameter(words: tuple[str, ...]) -> Parameter:
    """Return the parameter `ordering` of a list. The first word is the default."""
    aliases = {
        sign + alias: sign + word
        for word, others in ALIASES["orderings"].items()
        for alias in others.split()
        for sign in ("", "-")
    }
    description = gettext_lazy(
        "The order of the list: by date, latest first (`-date`) or earliest first (`date`); or by the time at which "
        "the current edition was published, latest first (`-appeared`) or earliest first (`appeared`)."
    )
    field = ChoiceField(choices=words, aliases=aliases, initial=words[0])
    names = [f"{word[1:]}_descending" if word.startswith("-") else word for word in words]
    field.schema = field.schema | {"x-enum-varnames": [name.upper() for name in names]}
    return Parameter("ordering", field, description)


def get_answer_language(request: Request) -> str:
    """Return the language of `?lang=`, or else the first of Accept-Language that is one of the 24, or else English."""
    language: str | None = LANG.get_value(request)
    return language or get_accepted_language(request.headers.get("Accept-Language", ""))


def get_as_of(request: Request) -> dt.datetime | None:
    """Return the instant of `?as_of=`, or None.

    Raise a Problem (400) for a wrong one. One in the future is refused because it would show what is under embargo.
    """
    at: dt.datetime | None = AS_OF.get_value(request)
    if at and at > get_instant(request._request):
        raise build_parameter_problem(AS_OF.name, _("as_of is in the future. Use a time that has passed."))
    if at and "cursor" in request.query_params:
        detail = _("Use either as_of or cursor, not both: a cursor keeps the time of the first page.")
        raise build_parameter_problem(AS_OF.name, detail)
    return at
