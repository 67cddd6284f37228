"""What a request may ask of the API: parameters, each described once for people and machines, and none ignored."""

import datetime as dt
import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request

from meetings.clock import NoSuchTime, instant_of, read_instant
from meetings.deprecation import Deprecation
from meetings.documents.text import word_list
from meetings.languages import LANGUAGES, accepted_language
from meetings.problems import bad_parameter
from meetings.vocabulary import Language


@dataclass(frozen=True)
class Parameter:
    """`schema` is JSON Schema. `place` is where it stands in the request, as OpenAPI calls it."""

    name: str
    schema: dict[str, Any]
    description: Any
    place: str = "query"
    deprecated: Deprecation | None = None


LANG = Parameter(
    "lang",
    word_list(Language),
    gettext_lazy(
        "The language to answer in, before that of Accept-Language. What has no text in it answers in the language it "
        "was written in."
    ),
)
ACCEPT_LANGUAGE = Parameter(
    "Accept-Language",
    {"type": "string", "examples": ["fr", "de-AT, en;q=0.5"]},
    gettext_lazy("The language to answer in, where `lang` says none: the first that is one of the 24."),
    "header",
)
AS_OF = Parameter(
    "as_of",
    {"type": "string", "format": "date-time", "examples": ["2017-09-14T18:00:00Z"]},
    gettext_lazy(
        "An instant that has passed: the answer is what was published then, without what has been withdrawn or taken "
        "out since. Of a list, the pages that follow are as of the same."
    ),
)
ORDERING = "ordering"
OTHERWISE_ORDERED = {  # what readers may try in place of ours, whichever way
    "appeared": "modified modified_at updated updated_at changed published published_at created available_from newest",
    "date": "start_date end_date day listed_on latest",
}
OTHERWISE_CALLED = {  # what readers may try in place of ours
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
OTHERWISE_SPOKEN = {  # countries' codes in place of languages'
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
LIKE_NONE = ("format",)  # which looks like “form”


def nearest(word: str, known: Sequence[str], cutoff: float = 0.5) -> dict[str, str]:
    """The known word that is most like it, case aside, as a member of a problem; empty where none is."""
    folded = {each.casefold(): each for each in known}
    found = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=cutoff)
    return {"nearest": folded[found[0]]} if found else {}


def nearest_name(name: str, known: Sequence[str]) -> dict[str, str]:
    """Likewise for a parameter: by what it is called elsewhere, else a name that is very much like it."""
    word = name.casefold()
    for each in known:
        if word in OTHERWISE_CALLED.get(each, "").split():
            return {"nearest": each}
    return {} if word in LIKE_NONE else nearest(name, known, cutoff=0.75)


def refuse_unknown(request: Request, parameters: Iterable[Parameter]) -> None:
    """Raises a 400 for a parameter that is not known, is given twice, or holds a null character."""
    known = sorted(parameter.name for parameter in parameters)
    for name, values in request.query_params.lists():
        shown = name[:60]
        if name not in known:
            members = nearest_name(shown, known)
            if members:
                hint = _("Did you mean “%s”?") % members["nearest"]
            elif known:
                hint = _("Known are: %s.") % ", ".join(known)
            else:
                hint = _("This address takes none.")
            detail = _("There is no parameter “%(name)s”. %(hint)s") % {"name": shown, "hint": hint}
            raise bad_parameter(shown, detail, known=known, **members)
        if len(values) > 1:
            raise bad_parameter(name, _("%s is given %d times: give it once.") % (name, len(values)))
        if "\0" in values[0]:
            raise bad_parameter(name, _("%s holds a null character.") % name)


def ordering_parameter(words: Iterable[str]) -> Parameter:
    description = gettext_lazy(
        "The order of the list: by date, from the latest (`-date`) or the earliest (`date`); or by when the present "
        "edition appeared, from the last (`-appeared`) or the first (`appeared`)."
    )
    return Parameter(ORDERING, {"type": "string", "enum": list(words), "default": "-date"}, description)


def ordering_of(request: Request, words: Sequence[str]) -> str:
    """The word that `?ordering=` says, else the first there is. Raises a 400 for one that there is not."""
    wanted = request.query_params.get(ORDERING, words[0])
    if wanted in words:
        return wanted
    sign, word = ("-" if wanted.startswith("-") else ""), wanted.removeprefix("-").casefold()
    meant = [f"{sign}{ours}" for ours, theirs in OTHERWISE_ORDERED.items() if word in theirs.split()]
    members = {"nearest": meant[0]} if meant else nearest(wanted[:60], words)
    detail = _("ordering is one of: %s.") % ", ".join(words)
    raise bad_parameter(ORDERING, detail, allowed=list(words), **members)


def language_of(request: Request) -> str:
    """The language that `?lang=` asks for, else the first of Accept-Language that is one of the 24, else English.

    Raises a 400 for a language that is not one of the 24.
    """
    wanted = request.query_params.get("lang")
    if wanted is None:
        return accepted_language(request.headers.get("Accept-Language", ""))
    code = wanted.lower()
    if code in LANGUAGES:
        return code
    meant = OTHERWISE_SPOKEN.get(code)
    members = {"nearest": meant} if meant else nearest(wanted[:60], Language.values)
    hint = _("Did you mean “%s”?") % members["nearest"] if members else ""
    detail = _("lang is one of the 24 official languages: %s. %s") % (", ".join(Language.values), hint)
    raise bad_parameter("lang", detail.strip(), allowed=Language.values, **members)


def read_asked(text: str) -> dt.datetime:
    """The instant that is written in a parameter: with an offset or `Z`, else in Brussels time.

    Raises NoSuchTime for a day alone and for an hour that the change of the clocks skips or repeats, too: neither may
    mean an instant that nobody chose.
    """
    shown, written = text[:60], text.strip().upper()
    if re.search(r"T\d\d:\d\d\S* \d\d:?\d\d\Z", written):
        raise NoSuchTime(_("“%s” has a space for its “+”: write it as %%2B, or the time in UTC with a Z.") % shown)
    try:
        time = dt.datetime.fromisoformat(written)
    except ValueError:
        time = None
    if time and re.fullmatch(r"\d{4}-\d\d-\d\d", written, re.ASCII):
        told = _("“%(day)s” is a day, which begins at another instant in each time zone. %(how)s")
        how = _("Write a time as well: %sT00:00:00Z.") % written
        raise NoSuchTime(told % {"day": shown, "how": how})
    if time is None or time.tzinfo is None or not re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", written, re.ASCII):
        return read_instant(shown, for_address=True)
    try:
        return time.astimezone(dt.UTC)
    except OverflowError:  # before the year 1 or after 9999 in UTC
        first, last = (dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (dt.MINYEAR, dt.MAXYEAR))
        return first if time.year == dt.MINYEAR else last


def instant_in(request: Request, name: str) -> dt.datetime:
    """The instant that a parameter of the request asks for. Raises a 400."""
    try:
        return read_asked(request.query_params[name])
    except NoSuchTime as error:
        raise bad_parameter(name, f"{name}: {error}") from error


def as_of(request: Request) -> dt.datetime | None:
    """The instant that `?as_of=` asks for. Raises a 400 for one to come, which would show what is under embargo."""
    if AS_OF.name not in request.query_params:
        return None
    at = instant_in(request, AS_OF.name)
    if at > instant_of(request._request):
        raise bad_parameter(AS_OF.name, _("as_of lies ahead: what is to come is told when it is there."))
    if "cursor" in request.query_params:
        detail = _("as_of belongs to the first page: the cursor carries the instant for those behind it.")
        raise bad_parameter(AS_OF.name, detail)
    return at
