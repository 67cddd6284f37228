"""The API's description as pages: the operations, the shapes of answers, and what each type of problem means.

They are made of the same description that programs get. No script, so that they work offline, in any browser, and
under a policy that lets nothing in.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from limits import parse

from meetings.api.description import description
from meetings.links import site_of
from meetings.problem_types import MEANINGS, Meaning, meaning_at
from meetings.problems import ProblemType

Schema = dict[str, Any]
BOUNDS = (("minimum", "at least"), ("maximum", "at most"), ("minLength", "at least"), ("maxLength", "at most"))


@dataclass(frozen=True)
class Kind:
    """What a value is: words, and the shape that it has a name for."""

    words: str
    shape: str = ""


@dataclass(frozen=True)
class Entry:
    """A parameter, or a member of a shape."""

    name: str
    kinds: list[Kind]
    about: str
    words: dict[str, str]
    notes: list[str]


@dataclass(frozen=True)
class Operation:
    """`kinds` and `media_types` are of its answer. `problems` are its own: not those that all operations have."""

    id: str
    path: str
    summary: str
    about: str
    parameters: list[Entry]
    kinds: list[Kind]
    media_types: list[str]
    problems: dict[ProblemType, Meaning]
    example: str
    request: str


@dataclass(frozen=True)
class Tag:
    """`title` is its name for people: “Agenda items” of AgendaItems."""

    name: str
    title: str
    about: str
    operations: list[Operation]


@dataclass(frozen=True)
class Shape:
    name: str
    about: str
    members: list[Entry]
    words: dict[str, str]


class Documentation:
    """The description, read for people."""

    def __init__(self, described: Schema) -> None:
        self.described = described
        self.info = described["info"]

    @cached_property
    def operations(self) -> list[tuple[str, Schema]]:
        """Each with its path."""
        paths = self.described["paths"]
        return [(path, operation) for path, methods in paths.items() for operation in methods.values()]

    @property
    def tags(self) -> list[Tag]:
        found: dict[str, list[Operation]] = {each["name"]: [] for each in self.described.get("tags", [])}
        for path, operation in self.operations:
            found.setdefault(operation["tags"][0], []).append(self.operation(path, operation))
        about = {each["name"]: each.get("description", "") for each in self.described.get("tags", [])}
        return [
            Tag(name, re.sub(r"\B(?=[A-Z])", " ", name).capitalize(), about.get(name, ""), operations)
            for name, operations in found.items()
            if operations
        ]

    @cached_property
    def everywhere(self) -> set[str]:
        """The statuses that every operation may answer with."""
        return set.intersection(*(set(operation["responses"]) for _path, operation in self.operations))

    @property
    def headers(self) -> dict[str, str]:
        """What each header of answers says."""
        found = [operation["responses"]["200"]["headers"] for _path, operation in self.operations]
        return {name: self.resolved(header)["description"] for headers in found for name, header in headers.items()}

    def operation(self, path: str, operation: Schema) -> Operation:
        responses = operation["responses"]
        content: Schema = self.resolved(responses["200"])["content"]
        first: Schema = next(iter(content.values()))
        [example] = [*first.get("examples", {}).values()][:1] or [{}]
        example = self.resolved(example)
        value = example.get("value")
        return Operation(
            id=operation["operationId"],
            path=path,
            summary=operation["summary"],
            about=operation.get("description", ""),
            parameters=[self.parameter(self.resolved(each)) for each in operation["parameters"]],
            kinds=list(dict.fromkeys(self.kinds(first["schema"]))),
            media_types=list(content),
            problems={
                type_: meaning
                for type_, meaning in MEANINGS.items()
                if str(meaning.status) in responses.keys() - self.everywhere
            },
            example=json.dumps(value, indent=2, ensure_ascii=False) if value is not None else "",
            request=example.get("x-request", path if "{" not in path else ""),
        )

    @property
    def shapes(self) -> list[Shape]:
        return [self.shape(name, schema) for name, schema in sorted(self.described["components"]["schemas"].items())]

    def shape(self, name: str, schema: Schema) -> Shape:
        required = schema.get("required", ())
        members = [
            self.entry(member, each, "" if member in required else "may be absent")
            for member, each in schema.get("properties", {}).items()
        ]
        return Shape(name, schema.get("description", ""), members, words_of(schema))

    def parameter(self, parameter: Schema) -> Entry:
        place = {"path": "part of the address", "header": "header"}.get(parameter["in"], "")
        schema = parameter["schema"]
        default = f"{schema['default']} where it is left out" if "default" in schema else ""
        return self.entry(parameter["name"], schema, place, default, about=parameter["description"])

    def entry(self, name: str, schema: Schema, *notes: str, about: str = "") -> Entry:
        examples = ", ".join(f"`{each}`" for each in schema.get("examples", ()))
        told = [*notes, *limits(schema), f"for example {examples}" if examples else ""]
        about = about or schema.get("description", "")
        return Entry(
            name, list(dict.fromkeys(self.kinds(schema))), about, words_of(schema), [each for each in told if each]
        )

    def kinds(self, schema: Schema) -> Iterator[Kind]:
        if "$ref" in schema:
            yield Kind("", schema["$ref"].rsplit("/", 1)[1])
            return
        for union in ("anyOf", "oneOf", "allOf"):
            for each in schema.get(union, ()):
                yield from self.kinds(each)
        types = schema.get("type", [])
        for kind in [types] if isinstance(types, str) else types:
            if kind == "array":
                for each in self.kinds(schema.get("items", {})):
                    yield Kind(f"list of {each.words}".strip(), each.shape)
            else:
                form = f" ({schema['format']})" if "format" in schema and kind == "string" else ""
                yield Kind(f"{'text' if kind == 'string' else kind}{form}")

    def resolved(self, part: Schema) -> Schema:
        found: Any = self.described
        for step in part.get("$ref", "#").removeprefix("#").strip("/").split("/"):
            found = found[step] if step else found
        return found if "$ref" in part else part


def words_of(schema: Schema) -> dict[str, str]:
    """The words that there are, each with its meaning, where it has one. A list has those of its entries."""
    words = [str(word) for word in schema.get("enum", ())]
    found = dict(zip(words, schema.get("x-enum-descriptions", [""] * len(words)), strict=True))
    for form in (*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else [])):
        found |= words_of(form)
    return found


def limits(schema: Schema) -> Iterator[str]:
    for name, told in BOUNDS:
        if name in schema:
            yield f"{told} {schema[name]}{' characters' if 'Length' in name else ''}"


@cache
def documentation() -> Documentation:
    return Documentation(json.loads(description()))


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    api = documentation()
    told = {
        "info": api.info,
        "tags": api.tags,
        "headers": api.headers,
        "shapes": api.shapes,
        "problems": MEANINGS,
        "base": site_of(request),
        "rate": rate(),
    }
    return render(request, "api/docs.html", told)


def rate() -> str:
    """As “1200 answers per minute”, empty where there is no limit."""
    if not settings.API_RATE:
        return ""
    item = parse(settings.API_RATE)
    period = f"{item.multiples} {item.GRANULARITY.name}s" if item.multiples > 1 else item.GRANULARITY.name
    return f"{item.amount} answers per {period}"


@require_safe
def problem_page(request: HttpRequest, slug: str) -> HttpResponse:
    meaning = meaning_at(slug)
    if meaning is None:
        raise Http404
    return render(request, "api/problem.html", {"slug": slug, "problem": meaning, "problems": MEANINGS})
