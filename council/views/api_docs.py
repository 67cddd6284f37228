"""Show the API's description as pages: the operations, the types of answers, and the types of problems.

The pages are rendered from the same description that programs get. They need no script, so that they work offline, in
any browser, and under a strict content security policy.
"""

import json
import re
from collections.abc import Iterator
from functools import cache, cached_property
from typing import Any, NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from meetings.http.links import get_site_url
from meetings.http.problem_descriptions import PROBLEM_DESCRIPTIONS, find_problem_description

Schema = dict[str, Any]
BOUND_LABELS = (("minimum", "at least"), ("maximum", "at most"), ("minLength", "at least"), ("maxLength", "at most"))


class ValueType(NamedTuple):
    """A type of a value: a label for people, or the name of a shape."""

    label: str
    shape: str = ""


class Documentation:
    """The description, prepared for the page. The methods `document_…` return what the templates in `api/` show."""

    def __init__(self, description: Schema) -> None:
        self.described = description
        self.info = description["info"]

    @cached_property
    def operations(self) -> list[tuple[str, Schema]]:
        """All operations, each with its path."""
        paths = self.described["paths"]
        return [(path, operation) for path, methods in paths.items() for operation in methods.values()]

    @property
    def tags(self) -> list[Schema]:
        """The operations by tag. `title` is the tag's name for people: “Agenda items” for AgendaItems."""
        return [
            {
                "name": tag["name"],
                "title": re.sub(r"\B(?=[A-Z])", " ", tag["name"]).capitalize(),
                "about": tag["description"],
                "operations": [
                    self.document_operation(path, operation)
                    for path, operation in self.operations
                    if operation["tags"] == [tag["name"]]
                ],
            }
            for tag in self.described["tags"]
        ]

    @cached_property
    def common_statuses(self) -> set[str]:
        """The statuses that every operation may return."""
        return set.intersection(*(set(operation["responses"]) for _path, operation in self.operations))

    @property
    def headers(self) -> dict[str, str]:
        """The descriptions of the headers of answers."""
        found = [operation["responses"]["200"]["headers"] for _path, operation in self.operations]
        return {name: self.resolve(header)["description"] for headers in found for name, header in headers.items()}

    def document_operation(self, path: str, operation: Schema) -> Schema:
        """Return an operation. `problems` leaves out those that all operations have."""
        responses = operation["responses"]
        content: Schema = self.resolve(responses["200"])["content"]
        first: Schema = next(iter(content.values()))
        [example] = [*first.get("examples", {}).values()][:1] or [{}]
        example = self.resolve(example)
        value = example.get("value")
        return {
            "id": operation["operationId"],
            "path": path,
            "summary": operation["summary"],
            "about": operation.get("description", ""),
            "parameters": [self.document_parameter(self.resolve(each)) for each in operation["parameters"]],
            "types": list(dict.fromkeys(self.list_types(first["schema"]))),
            "media_types": list(content),
            "problems": {
                type_: meaning
                for type_, meaning in PROBLEM_DESCRIPTIONS.items()
                if str(meaning.status) in responses.keys() - self.common_statuses
            },
            "example": json.dumps(value, indent=2, ensure_ascii=False) if value is not None else "",
            "request": example.get("x-request", path if "{" not in path else ""),
        }

    @property
    def shapes(self) -> list[Schema]:
        return [
            self.document_shape(name, schema)
            for name, schema in sorted(self.described["components"]["schemas"].items())
        ]

    def document_shape(self, name: str, schema: Schema) -> Schema:
        required = schema.get("required", ())
        members = [
            self.document_member(member, each, "" if member in required else "may be missing")
            for member, each in schema.get("properties", {}).items()
        ]
        about = schema.get("description", "")
        return {"name": name, "about": about, "members": members, "values": list_values(schema)}

    def document_parameter(self, parameter: Schema) -> Schema:
        place = {"path": "part of the address", "header": "header"}.get(parameter["in"], "")
        schema = parameter["schema"]
        default = f"default {schema['default']}" if "default" in schema else ""
        return self.document_member(parameter["name"], schema, place, default, about=parameter["description"])

    def document_member(self, name: str, schema: Schema, *notes: str, about: str = "") -> Schema:
        examples = ", ".join(f"`{each}`" for each in schema.get("examples", ()))
        all_notes = [*notes, *list_limits(schema), f"for example {examples}" if examples else ""]
        return {
            "name": name,
            "types": list(dict.fromkeys(self.list_types(schema))),
            "about": about or schema.get("description", ""),
            "values": list_values(schema),
            "notes": list(filter(None, all_notes)),
        }

    def list_types(self, schema: Schema) -> Iterator[ValueType]:
        if "$ref" in schema:
            yield ValueType("", schema["$ref"].rsplit("/", 1)[1])
            return
        for union in ("anyOf", "oneOf", "allOf"):
            for each in schema.get(union, ()):
                yield from self.list_types(each)
        types = schema.get("type", [])
        for kind in [types] if isinstance(types, str) else types:
            if kind == "array":
                for each in self.list_types(schema.get("items", {})):
                    yield ValueType(f"list of {each.label}".strip(), each.shape)
            else:
                form = f" ({schema['format']})" if "format" in schema and kind == "string" else ""
                yield ValueType(f"{'text' if kind == 'string' else kind}{form}")

    def resolve(self, part: Schema) -> Schema:
        found: Any = self.described
        for step in part.get("$ref", "#").removeprefix("#").strip("/").split("/"):
            found = found[step] if step else found
        return found if "$ref" in part else part


def list_values(schema: Schema) -> dict[str, str]:
    """Return the allowed values with their meanings, if any. Those of a list are those of its entries."""
    words = [str(word) for word in schema.get("enum", ())]
    found = dict(zip(words, schema.get("x-enum-descriptions", [""] * len(words)), strict=True))
    for form in (*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else [])):
        found |= list_values(form)
    return found


def list_limits(schema: Schema) -> Iterator[str]:
    for name, label in BOUND_LABELS:
        if name in schema:
            yield f"{label} {schema[name]}{' characters' if 'Length' in name else ''}"


@cache
def get_documentation() -> Documentation:
    from meetings.api.description import build_description

    return Documentation(json.loads(build_description()))


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    api = get_documentation()
    context = {
        "info": api.info,
        "tags": api.tags,
        "headers": api.headers,
        "shapes": api.shapes,
        "problems": PROBLEM_DESCRIPTIONS,
        "base": get_site_url(request),
        "rate": settings.API_RATE.replace("/", " requests per "),
    }
    return render(request, "api/docs.html", context)


@require_safe
def tutorial(request: HttpRequest) -> HttpResponse:
    """Show `docs/tutorial.md` with the address of this site in the code."""
    return render(request, "api/tutorial.html", {"base": get_site_url(request)})


@require_safe
def problem_page(request: HttpRequest, slug: str) -> HttpResponse:
    meaning = find_problem_description(slug)
    if meaning is None:
        raise Http404
    return render(request, "api/problem.html", {"slug": slug, "problem": meaning, "problems": PROBLEM_DESCRIPTIONS})
