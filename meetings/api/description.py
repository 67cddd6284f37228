"""Build the OpenAPI 3.1 description from what the views declare and from the types of their answers.

Schemas come only from msgspec types: those of the documents, and those of the API's answers. Import this module where
you need it, not at the head of a module: drf-spectacular takes long to load.
"""

import tomllib
from collections.abc import Iterable
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import msgspec
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

from meetings.api.deprecation import Deprecation
from meetings.api.examples import get_example, get_problem_examples
from meetings.api.operations import Operation
from meetings.api.parameters import Parameter
from meetings.documents.encoding import build_json_schema
from meetings.http.licence import Licence
from meetings.http.problems import PROBLEM_TYPE, ProblemDetails, ProblemType

TEXTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
COMMON_STATUSES = (412, 414, 429, 431, 503)  # of every operation
PROBLEM_COMPONENTS = (ProblemDetails.__name__, ProblemType.__name__)
JSON_TYPES = {str: "string", int: "integer"}
NUMBER_NAMES = ("ZERO", "ONE", "TWO")
STRING_SCHEMA = {"type": "string"}
OPTIONAL_MARKS = {"x-added", "x-requested-by"}
SOME_MEMBERS = "SomeMembers"
SOME_MEMBERS_SCHEMA = {
    "type": "object",
    "description": _("With `fields`: only the members you asked for, each as in the full answer."),
}


class EndpointSchema(AutoSchema):
    """The description of one operation, from its view's `build_operation()`."""

    def get_operation(self, path: str, path_regex: str, path_prefix: str, method: str, registry: Any) -> dict[str, Any]:
        view: Any = self.view
        operation: Operation = view.build_operation()
        answers = [build_schema(operation.shape, registry)]
        if any(parameter.name == "fields" for parameter in operation.query_parameters):
            answers.append(register_component(registry, SOME_MEMBERS, "schemas", SOME_MEMBERS_SCHEMA))
        if operation.is_list:
            answers = [build_page_schema(answer, registry) for answer in answers]
        content: dict[str, Any] = {"schema": {"anyOf": answers} if len(answers) > 1 else answers[0]}
        if example := get_example(operation.id):
            content["examples"] = {"published": example}
        headers = ["ETag", "Last-Modified", "Link", "X-Request-Id"]
        if view.has_languages:
            headers.append("Content-Language")
        found = {
            "description": operation.summary,
            "headers": describe_headers(headers),
            "content": {"application/json": content} | describe_csv(view),
        }
        return {
            "operationId": operation.id,
            "summary": operation.summary,
            "tags": [operation.tag],
            "security": [],
            "parameters": [describe_parameter(parameter) for parameter in operation.parameters],
            "responses": {
                "200": found,
                "304": {"description": _("The answer has not changed since the ETag in If-None-Match.")},
                **{
                    str(status): describe_problem(status, registry)
                    for status in sorted({*operation.errors, *COMMON_STATUSES})
                },
            },
        } | describe_deprecation(operation.deprecated)


def describe_headers(names: Iterable[str]) -> dict[str, Any]:
    return {
        name: {
            "schema": {"type": "integer"} if name == "Retry-After" else STRING_SCHEMA,
            "description": TEXTS["headers"][name],
        }
        for name in names
    }


def describe_csv(view: Any) -> dict[str, Any]:
    """Return the media type of the view's list as CSV; empty where it has no CSV."""
    if not view.has_table:
        return {}
    names = [column.name for column in view.columns]
    text = _("CSV (RFC 4180). The first row has the names of the columns: %s.") % ", ".join(names)
    return {"text/csv": {"schema": STRING_SCHEMA | {"description": text}}}


def describe_parameter(parameter: Parameter) -> dict[str, Any]:
    schema = parameter.field.schema
    forms = schema.get("anyOf", [schema])
    separated = {"style": "form", "explode": False} if any(form.get("type") == "array" for form in forms) else {}
    return (
        separated
        | {
            "name": parameter.name,
            "in": parameter.location,
            "required": parameter.location == "path",
            "description": parameter.description,
            "schema": schema,
        }
        | describe_deprecation(parameter.deprecated, parameter.description)
    )


def describe_deprecation(deprecated: Deprecation | None, about: Any = "") -> dict[str, Any]:
    return {"deprecated": True, "description": f"{about} {deprecated}".strip()} if deprecated else {}


def describe_problem(status: int, registry: Any) -> dict[str, str]:
    content = {
        PROBLEM_TYPE: {"schema": build_schema(ProblemDetails, registry), "examples": get_problem_examples(status)}
    }
    phrase = "".join(word.capitalize() for word in HTTPStatus(status).phrase.split())
    headers = ["X-Request-Id"]
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers.append("Allow")
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        headers.append("Retry-After")
    response = {
        "description": TEXTS["responses"][str(status)],
        "headers": describe_headers(headers),
        "content": content,
    }
    return register_component(registry, phrase, "responses", response)


def build_page_schema(answer: dict[str, str], registry: Any) -> dict[str, str]:
    """Register the page of a list as a component named after its entries, for example MeetingPage."""
    link = {"type": ["string", "null"], "format": "uri"}
    page = {
        "type": "object",
        "required": ["next", "previous", "licence", "results"],
        "properties": {
            "next": link | {"description": "The address of the next page; null on the last page."},
            "previous": link | {"description": "The address of the previous page; null on the first page."},
            "licence": build_schema(Licence, registry),
            "results": {"type": "array", "items": answer},
        },
    }
    return register_component(registry, f"{answer['$ref'].rsplit('/', 1)[1]}Page", "schemas", page)


def build_schema(shape: type[msgspec.Struct] | dict[str, Any], registry: Any) -> dict[str, Any]:
    """Return the schema of a type, by reference. The types that it is made of become components."""
    if isinstance(shape, dict):
        return shape
    whole, parts = build_json_schema(shape)
    for name, schema in parts.items():
        is_problem_type = name == ProblemType.__name__
        typed = add_types(name_problem_types(schema) if is_problem_type else schema)
        register_component(
            registry, name, "schemas", typed if name in PROBLEM_COMPONENTS else require_all_members(typed)
        )
    return whole


def name_problem_types(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of the problem types with their names, because code generators make none from addresses."""
    return schema | {"x-enum-varnames": [ProblemType(value).name for value in schema["enum"]]}


def add_types(schema: Any) -> Any:
    """Return the schema with a `type` beside each `enum`, and with names of numbers, which code generators need."""
    if isinstance(schema, list):
        return [add_types(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {name: add_types(part) for name, part in schema.items()}
    values = schema.get("enum")
    if not isinstance(values, list):
        return parts
    names = {"x-enum-varnames": [NUMBER_NAMES[value] for value in values]} if isinstance(values[0], int) else {}
    return {"type": JSON_TYPES[type(values[0])]} | names | parts


def require_all_members(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema with all members required, because an answer always has all of them.

    The exceptions are a member that was added later and that older documents lack, and one that is there only with a
    certain parameter. Their types mark them with `x-added` and `x-requested-by`.
    """
    properties: dict[str, dict[str, Any]] | None = schema.get("properties")
    if properties is None:
        return schema
    required = [name for name, member in properties.items() if OPTIONAL_MARKS.isdisjoint(member)]
    return schema | {"required": required}


def register_component(registry: Any, name: str, kind: str, schema: dict[str, Any]) -> dict[str, str]:
    component: Any = ResolvedComponent(  # type: ignore[no-untyped-call]
        name=name, type=kind, schema=schema, object=name
    )
    registry.register_on_missing(component)
    reference: dict[str, str] = component.ref
    return reference


@cache
def build_description() -> bytes:
    """Return the whole description in English. It is built once per process and needs no database query."""
    generator: Any = SchemaGenerator
    with override("en"):
        return msgspec.json.encode(generator().get_schema(public=True))
