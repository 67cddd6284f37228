"""Collect all addresses that a stranger can request: from the URL configuration, from the API's description and, for
pages, from the query parameters that their views read.

So a new route or parameter is tested automatically. If there is no value for one, the test fails and says where to add
it.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from typing import Any, NamedTuple
from unittest.mock import patch
from urllib.parse import quote, urlsplit

from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.http import QueryDict
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern
from django.utils import translation
from django.utils.regex_helper import normalize

from tests.leaks.names import DATE, HIDDEN, LIVE, NOBODY, OF_PAGES, PAIRS, NamesByParameter
from tests.public_requests import Visitor

ADMIN_NAMESPACES = {"admin"}  # namespaces that ask strangers to sign in
NAMES_MODULE = "tests/leaks/names.py"
# Three of 24 languages: the same code serves all, depending on whether there is a text in the language, and whether
# Django has a catalogue for it. Most texts are in English, live subjects also have a French text, Maltese has neither.
# On PostgreSQL its tables of readers are tested, which know no languages.
WALKED_LANGUAGES = ("en", "fr", "mt") if connection.vendor == "sqlite" else ("en",)
# Pages in the other languages have the same views, so they are requested with GET only, and without query parameters.
OTHER_LANGUAGES = tuple(f"/{language}/" for language in WALKED_LANGUAGES if language != "en")
PAGINATED_LISTS = ("meetings", "topics", "agenda-items", "changes")
Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Route:
    """A route. `template` is like `/en/topics/%(slug)s/`; `kinds` are the names of the converters of its parts."""

    name: str
    template: str
    kinds: Mapping[str, str] = field(default_factory=dict)
    parts: Sequence[str] = ()

    @property
    def schema_path(self) -> str:
        return self.template % {part: f"{{{part}}}" for part in self.parts}


class TwinAddress(NamedTuple):
    """An address, and its twin for a subject that does not exist. They are equal if the address names no subject."""

    path: str
    twin: str


def list_routes(patterns: Sequence[Any] | None = None, prefix: str = "/", **kinds: str) -> Iterator[Route]:
    """Yield every form of every route in WALKED_LANGUAGES, without those of the admin."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if getattr(pattern, "namespace", "") in ADMIN_NAMESPACES:
            continue
        known = kinds | {name: type(kind).__name__ for name, kind in pattern.pattern.converters.items()}
        for form, parts in list_patterns(pattern.pattern):
            if isinstance(pattern, URLResolver):
                yield from list_routes(pattern.url_patterns, prefix + form, **known)
            elif isinstance(pattern, URLPattern):
                template = prefix + form
                every = [part for part in [*known, *parts] if f"%({part})s" in template]
                yield Route(pattern.name or pattern.lookup_str, template, known, list(dict.fromkeys(every)))


def list_patterns(pattern: Any) -> list[tuple[str, list[str]]]:
    if isinstance(pattern, LocalePrefixPattern):
        forms: list[tuple[str, list[str]]] = []
        for language in WALKED_LANGUAGES:
            with translation.override(language):
                forms.append((pattern.language_prefix, []))
        return forms
    return normalize(pattern.regex.pattern)


def get_values(names: NamesByParameter, name: str, kind: str, schema: Schema, where: str) -> list[str]:
    """Return the values of a parameter: those of `names`, or else values that fit its converter or schema."""
    if name in names:
        return list(names[name])
    ids = [*names["id"]]
    numbers = list(names["number"][:2])
    for choices in schema.get("anyOf", [schema]):
        if "enum" in choices:
            return [str(value) for value in choices["enum"]]
    if name in OF_PAGES:
        return OF_PAGES[name]
    by_form = {"uuid": ids, "date": [DATE], "boolean": ["true", "false"], "integer": numbers}
    by_form |= {"UUIDConverter": ids, "IntConverter": numbers}
    form = kind or schema.get("format") or schema.get("type", "")
    if form not in by_form:
        raise AssertionError(
            f"The leak test has no value for “{name}” in {where}: add one to {NAMES_MODULE}, either the name of a "
            "hidden meeting or topic (`build_names`), or a value that is the same for all (`COMMON`)."
        )
    return by_form[form]


def build_addresses(route: Route, hidden: NamesByParameter, nobody: NamesByParameter) -> list[TwinAddress]:
    """Return the addresses of a route with all values of its parts."""
    choices = []
    for part in route.parts:
        both = [get_values(names, part, route.kinds.get(part, ""), {}, route.template) for names in (hidden, nobody)]
        choices.append(list(zip(*both, strict=True)))
    found = []
    for chosen in product(*choices):
        names = [dict(zip(route.parts, each, strict=True)) for each in zip(*chosen, strict=True)] or [{}, {}]
        found.append(TwinAddress(route.template % names[0], route.template % names[1]))
    return found


class RecordingQueryDict(QueryDict):
    """Query parameters that record which names a view reads."""

    names: set[str]

    def get(self, key: Any, *args: Any) -> Any:
        self.names.add(key)
        return super().get(key, *args)

    def getlist(self, key: Any, *args: Any) -> Any:
        self.names.add(key)
        return super().getlist(key, *args)

    def __getitem__(self, key: Any) -> Any:
        self.names.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.names.add(str(key))
        return super().__contains__(key)


@contextmanager
def record_parameters() -> Iterator[set[str]]:
    """Record the names of the query parameters that views read within the context."""
    names: set[str] = set()

    def query(request: WSGIRequest) -> RecordingQueryDict:
        asked = request.__dict__.get("_asked")
        if asked is None:
            asked = RecordingQueryDict(request.META["QUERY_STRING"])
            asked.names = names
            request.__dict__["_asked"] = asked
        return asked

    with patch.object(WSGIRequest, "GET", property(query)):
        yield names


def list_query_parameters(visitor: Visitor) -> dict[str, dict[str, Schema]]:
    """Return the query parameters of each address in the API's description."""
    paths = json.loads(visitor.get("/api/v1/schema/").content)["paths"]
    return {
        path: {each["name"]: each["schema"] for each in operation.get("parameters", ()) if each["in"] == "query"}
        for path, operations in paths.items()
        for operation in operations.values()
    }


def list_addresses(
    visitor: Visitor, patterns: Sequence[Any] | None = None, *, ask: Callable[[str], Any] | None = None
) -> list[TwinAddress]:
    """Return all addresses of the site or of some URL patterns, for hidden, live and withdrawn subjects.

    `ask` requests a path, by default with the visitor. Each address without a query is requested once, because its view
    shows by what it reads which query parameters it has.
    """
    ask = ask or visitor.get
    found = list(list_unrouted_addresses())
    parameters = list_query_parameters(visitor)
    for route in list_routes(patterns):
        begun = [form for pair in PAIRS for form in build_addresses(route, *pair)]
        with record_parameters() as names:
            for address in begun:
                ask(address.path)
        if route.template.startswith(OTHER_LANGUAGES):
            names.clear()
        wanted: dict[str, Schema] = {name: {} for name in sorted(names)} | parameters.get(route.schema_path, {})
        ends = list(dict.fromkeys([begun[0], begun[-1]]))
        found += begun
        for name, schema in wanted.items():
            pairs = list_cursors(visitor) if name == "cursor" else build_value_pairs(route, name, schema)
            found += [
                TwinAddress(f"{end.path}?{name}={first}", f"{end.twin}?{name}={second}")
                for end in ends
                for first, second in pairs
            ]
    return found


def build_value_pairs(route: Route, name: str, schema: Schema) -> list[tuple[str, str]]:
    where = f"{route.schema_path}?{name}="
    found: list[tuple[str, str]] = []
    for hidden, nobody in ((HIDDEN, NOBODY), (LIVE, LIVE)):
        both = [map(quote, get_values(names, name, "", schema, where)) for names in (hidden, nobody)]
        found += zip(*both, strict=True)
    return list(dict.fromkeys(found))


def list_cursors(visitor: Visitor) -> list[tuple[str, str]]:
    """Return the cursors of the second page of each list, which could reveal the position of hidden subjects."""
    links = [visitor.get(f"/api/v1/{name}/?limit=1").json()["next"] for name in PAGINATED_LISTS]
    found = ["x", *(urlsplit(link).query.partition("cursor=")[2].partition("&")[0] for link in links if link)]
    return [(cursor, cursor) for cursor in found]


def list_unrouted_addresses() -> Iterator[TwinAddress]:
    """Yield addresses without a route, and addresses of files."""
    words = [(names["digest"][0], names["slug"][0]) for names in (HIDDEN, NOBODY)]
    for form in ("/{}", "/{}/", "/en/{}/", "/media/{}", "/media/{}.webp", "/static/{}.pdf", "/api/v2/{}/", "/{}.pdf"):
        for one, other in zip(*words, strict=True):
            yield TwinAddress(form.format(one), form.format(other))
