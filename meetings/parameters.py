"""Declare and parse the parameters of the API. No parameter is ignored: an unknown or wrong one is a Problem."""

import datetime as dt
import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request

from meetings.clock import InvalidTimeError, get_instant, parse_instant
from meetings.deprecation import Deprecation
from meetings.documents.text import build_choices_schema
from meetings.languages import LANGUAGES, get_accepted_language
from meetings.problems import build_parameter_problem
from meetings.vocabulary import Language


@dataclass(frozen=True)
class Parameter:
    """A parameter as OpenAPI describes it. `schema` is JSON Schema; `location` is OpenAPI's `in`."""

    name: str
    schema: dict[str, Any]
    description: Any
    location: str = "query"
    deprecated: Deprecation | None = None


LANG = Parameter(
    "lang",
    build_choices_schema(Language),
    gettext_lazy(
        "The language of the answer; it takes precedence over Accept-Language. Texts that are not available in this "
        "language are in their original language."
    ),
)
ACCEPT_LANGUAGE = Parameter(
    "Accept-Language",
    {"type": "string", "examples": ["fr", "de-AT, en;q=0.5"]},
    gettext_lazy("The language of the answer if there is no `lang`: the first one that is among the 24."),
    "header",
)
AS_OF = Parameter(
    "as_of",
    {"type": "string", "format": "date-time", "examples": ["2017-09-14T18:00:00Z"]},
    gettext_lazy(
        "A time in the past. The answer is what was published then, without anything that has been withdrawn or "
        "removed since. The following pages of a list are as of the same time."
    ),
)
ORDERING = "ordering"
ORDERING_ALIASES = {  # words that clients may try instead of ours, in either direction
    "appeared": "modified modified_at updated updated_at changed published published_at created available_from newest",
    "date": "start_date end_date day listed_on latest",
}
PARAMETER_ALIASES = {  # names that clients may try instead of ours
    "as_of": "at asof as_at snapshot version",
    "configuration": "config council",
    "cursor": "page offset",
    "date_from": "from from_date start start_date after date day",
    "date_to": "to to_date end end_date until before",
    "fields": "field only include select members columns",
    "form": "type",
    "kind": "type",
    "lang": "language locale",
    "limit": "per_page page_size size count",
    "modified_since": "since updated updated_since updated_after changed changed_since modified modified_after",
    ORDERING: "order order_by orderby sort sort_by sortby",
    "place": "city location venue",
    "outcome": "result results outcomes",
    "presidency": "country",
    "procedure": "file dossier",
    "topic": "subject",
    "valid_on": "date day",
}
LANGUAGE_ALIASES = {  # country codes that clients may try instead of language codes
    "at": "de",
    "cz": "cs",
    "dk": "da",
    "ee": "et",
    "gb": "en",
    "gr": "el",
    "ie": "ga",
    "se": "sv",
    "si": "sl",
}
WITHOUT_SUGGESTION = ("format",)  # which looks like “form”


def find_nearest(word: str, known: Sequence[str], cutoff: float = 0.5) -> dict[str, str]:
    """Return the most similar known word, ignoring case, as a member of a Problem; empty if none is similar."""
    folded = {each.casefold(): each for each in known}
    found = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=cutoff)
    return {"nearest": folded[found[0]]} if found else {}


def find_nearest_name(name: str, known: Sequence[str]) -> dict[str, str]:
    """Return the nearest parameter name: one with this alias, or else one that is very similar."""
    word = name.casefold()
    for each in known:
        if word in PARAMETER_ALIASES.get(each, "").split():
            return {"nearest": each}
    return {} if word in WITHOUT_SUGGESTION else find_nearest(name, known, cutoff=0.75)


def refuse_unknown_parameters(request: Request, parameters: Iterable[Parameter]) -> None:
    """Raise a Problem (400) for a parameter that is unknown, appears twice, or contains a null character."""
    known = sorted(parameter.name for parameter in parameters)
    for name, values in request.query_params.lists():
        excerpt = name[:60]
        if name not in known:
            members = find_nearest_name(excerpt, known)
            if members:
                hint = _("Did you mean “%s”?") % members["nearest"]
            elif known:
                hint = _("The parameters are: %s.") % ", ".join(known)
            else:
                hint = _("This address has no parameters.")
            detail = _("There is no parameter “%(name)s”. %(hint)s") % {"name": excerpt, "hint": hint}
            raise build_parameter_problem(excerpt, detail, known=known, **members)
        if len(values) > 1:
            raise build_parameter_problem(name, _("%s appears %d times. Use it once.") % (name, len(values)))
        if "\0" in values[0]:
            raise build_parameter_problem(name, _("%s contains a null character.") % name)


def build_ordering_parameter(words: Iterable[str]) -> Parameter:
    description = gettext_lazy(
        "The order of the list: by date, latest first (`-date`) or earliest first (`date`); or by the time at which "
        "the current edition was published, latest first (`-appeared`) or earliest first (`appeared`)."
    )
    return Parameter(ORDERING, {"type": "string", "enum": list(words), "default": "-date"}, description)


def get_ordering(request: Request, words: Sequence[str]) -> str:
    """Return the value of `?ordering=`, or else the first of the words. Raise a Problem (400) for any other."""
    value = request.query_params.get(ORDERING, words[0])
    if value in words:
        return value
    sign, word = ("-" if value.startswith("-") else ""), value.removeprefix("-").casefold()
    suggestions = [f"{sign}{name}" for name, aliases in ORDERING_ALIASES.items() if word in aliases.split()]
    members = {"nearest": suggestions[0]} if suggestions else find_nearest(value[:60], words)
    detail = _("ordering must be one of: %s.") % ", ".join(words)
    raise build_parameter_problem(ORDERING, detail, allowed=list(words), **members)


def get_answer_language(request: Request) -> str:
    """Return the language of `?lang=`, or else the first of Accept-Language that is one of the 24, or else English.

    Raise a Problem (400) if `?lang=` is not one of the 24.
    """
    value = request.query_params.get("lang")
    if value is None:
        return get_accepted_language(request.headers.get("Accept-Language", ""))
    code = value.lower()
    if code in LANGUAGES:
        return code
    alias = LANGUAGE_ALIASES.get(code)
    members = {"nearest": alias} if alias else find_nearest(value[:60], Language.values)
    hint = _("Did you mean “%s”?") % members["nearest"] if members else ""
    detail = _("lang must be one of the 24 official languages: %s. %s") % (", ".join(Language.values), hint)
    raise build_parameter_problem("lang", detail.strip(), allowed=Language.values, **members)


def parse_instant_parameter(text: str) -> dt.datetime:
    """Return the instant that a parameter's text means: with an offset or `Z`, otherwise in Brussels time.

    Raise NoSuchTime for anything else. That includes a day without a time, and an hour that the change of the clocks
    skips or repeats: we do not guess an instant.
    """
    excerpt, written = text[:60], text.strip().upper()
    if re.search(r"T\d\d:\d\d\S* \d\d:?\d\d\Z", written):
        raise InvalidTimeError(
            _("“%s” has a space where its “+” should be. Write the “+” as %%2B, or use UTC with a Z.") % excerpt
        )
    try:
        time = dt.datetime.fromisoformat(written)
    except ValueError:
        time = None
    if time and re.fullmatch(r"\d{4}-\d\d-\d\d", written, re.ASCII):
        message = _("“%(day)s” is only a date, and a day starts at different times in different time zones. %(how)s")
        instruction = _("Add a time, for example %sT00:00:00Z.") % written
        raise InvalidTimeError(message % {"day": excerpt, "how": instruction})
    if time is None or time.tzinfo is None or not re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", written, re.ASCII):
        return parse_instant(excerpt, for_address=True)
    try:
        return time.astimezone(dt.UTC)
    except OverflowError:  # before the year 1 or after 9999 in UTC
        first, last = (dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (dt.MINYEAR, dt.MAXYEAR))
        return first if time.year == dt.MINYEAR else last


def get_instant_parameter(request: Request, name: str) -> dt.datetime:
    """Return the instant of a parameter of the request. Raise a Problem (400) if it is wrong."""
    try:
        return parse_instant_parameter(request.query_params[name])
    except InvalidTimeError as error:
        raise build_parameter_problem(name, f"{name}: {error}") from error


def get_as_of(request: Request) -> dt.datetime | None:
    """Return the instant of `?as_of=`, or None.

    Raise a Problem (400) for a wrong one. One in the future is refused because it would show what is under embargo.
    """
    if AS_OF.name not in request.query_params:
        return None
    at = get_instant_parameter(request, AS_OF.name)
    if at > get_instant(request._request):
        raise build_parameter_problem(AS_OF.name, _("as_of is in the future. Use a time that has passed."))
    if "cursor" in request.query_params:
        detail = _("Use either as_of or cursor, not both: a cursor keeps the time of the first page.")
        raise build_parameter_problem(AS_OF.name, detail)
    return at
