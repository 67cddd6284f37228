"""The OpenAPI 3.1 description, made of what the views declare and of the types that their answers are.

Shapes come from msgspec's types alone: those of the documents, and those of the API's answers.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from http import HTTPStatus
from typing import Any

import msgspec
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

from meetings.api.examples import example_of, problem_examples
from meetings.deprecation import Deprecation
from meetings.documents.text import json_schema
from meetings.licence import Licence
from meetings.negotiation import FORMAT
from meetings.paging import KeysetPagination
from meetings.parameters import Parameter
from meetings.problems import PROBLEM_TYPE, ProblemDetails, ProblemType

WHEN = {
    400: _("A parameter is unknown or wrong, or the request is malformed."),
    404: _("There is nothing at this address."),
    405: _("The API reads only."),
    406: _("Accept leaves out every format that there is; `allowed` names them."),
    410: _("It was published and is withdrawn; `detail` is the public reason."),
    412: _("If-Match or If-Unmodified-Since does not hold."),
    414: _("The path or the query is too long."),
    429: _("Too much was asked from this address."),
    431: _("A header is too large."),
    500: _("A fault on the site's side."),
    503: _("The site is away for a moment."),
}
ANYWHERE = (412, 414, 429, 431, 503)  # whatever is asked


PROBLEM_PARTS = (ProblemDetails.__name__, ProblemType.__name__)
OF_JSON = {str: "string", int: "integer"}
TEXT = {"type": "string"}
ETAG = {"schema": TEXT, "description": _("For If-None-Match.")}
MODIFIED = {"schema": TEXT, "description": _("For If-Modified-Since.")}
REQUEST_ID = {"schema": TEXT, "description": _("Names the request in the site's log.")}
RETRY_AFTER = {"schema": {"type": "integer"}, "description": _("How many seconds to wait.")}
ALLOW = {"schema": TEXT, "description": _("The methods that there are.")}
SOME = {
    "type": "object",
    "description": _("With `fields`: the members that were asked for, each as it is in the whole answer."),
}
LINK = {"schema": TEXT, "description": _("The licence (`license`); of a list, also its `next` and `prev` page.")}
HEADERS = {"ETag": ETAG, "Last-Modified": MODIFIED, "Link": LINK, "X-Request-Id": REQUEST_ID}
LANGUAGE = {"schema": TEXT, "description": _("The language of the answer; of a list, all that its entries are in.")}


@dataclass(frozen=True)
class Operation:
    """What one address does. `shape` is what it answers, or what its list holds; JSON Schema where it has no type."""

    id: str
    summary: Any
    tag: str
    parameters: tuple[Parameter, ...] = ()
    shape: type[msgspec.Struct] | dict[str, Any] = field(default_factory=dict)
    errors: tuple[int, ...] = (400, 405, 406, 500)
    is_list: bool = False
    has_language: bool = False
    deprecated: Deprecation | None = None

    def deprecations(self, used: Iterable[str]) -> list[Deprecation]:
        """What will go of what a request uses: `used` are the names of its query parameters."""
        names = set(used)
        found = [self.deprecated, *(parameter.deprecated for parameter in self.query if parameter.name in names)]
        return [each for each in found if each]

    @cached_property
    def query(self) -> tuple[Parameter, ...]:
        return tuple(parameter for parameter in self.parameters if parameter.place == "query")


class EndpointSchema(AutoSchema):
    """The description of one operation, as its view's `operation()` has it."""

    def get_operation(self, path: str, path_regex: str, path_prefix: str, method: str, registry: Any) -> dict[str, Any]:
        view: Any = self.view
        operation: Operation = view.operation()
        answers = [schema_of(operation.shape, registry)]
        if any(parameter.name == "fields" for parameter in operation.query):
            answers.append(register(registry, "SomeMembers", "schemas", SOME))
        if operation.is_list:
            answers = [page_of(answer, registry) for answer in answers]
        content: dict[str, Any] = {"schema": {"anyOf": answers} if len(answers) > 1 else answers[0]}
        if example := example_of(operation.id):
            content["examples"] = {"published": example}
        found = {
            "description": operation.summary,
            "headers": HEADERS | ({"Content-Language": LANGUAGE} if operation.has_language else {}),
            "content": {"application/json": content} | tables_of(view, operation),
        }
        return {
            "operationId": operation.id,
            "summary": operation.summary,
            "tags": [operation.tag],
            "security": [],
            "parameters": [described(parameter) for parameter in operation.parameters],
            "responses": {
                "200": found,
                "304": {"description": _("It still is what the ETag in If-None-Match stands for.")},
                **{str(status): problem(status, registry) for status in sorted({*operation.errors, *ANYWHERE})},
            },
        } | fate(operation.deprecated)


def tables_of(view: Any, operation: Operation) -> dict[str, Any]:
    """The list as CSV, if it can be had so."""
    if not any(parameter.name == FORMAT.name for parameter in operation.query):
        return {}
    names = [column.name for column in view.columns]
    told = _("CSV (RFC 4180), with a row of names first. Columns: %s.") % ", ".join(names)
    return {"text/csv": {"schema": TEXT | {"description": told}}}


def described(parameter: Parameter) -> dict[str, Any]:
    forms = parameter.schema.get("anyOf", [parameter.schema])
    separated = {"style": "form", "explode": False} if any(form.get("type") == "array" for form in forms) else {}
    return (
        separated
        | {
            "name": parameter.name,
            "in": parameter.place,
            "required": parameter.place == "path",
            "description": parameter.description,
            "schema": parameter.schema,
        }
        | fate(parameter.deprecated, parameter.description)
    )


def fate(deprecated: Deprecation | None, about: Any = "") -> dict[str, Any]:
    return {"deprecated": True, "description": f"{about} {deprecated}".strip()} if deprecated else {}


def problem(status: int, registry: Any) -> dict[str, str]:
    content = {PROBLEM_TYPE: {"schema": schema_of(ProblemDetails, registry), "examples": problem_examples(status)}}
    phrase = "".join(word.capitalize() for word in HTTPStatus(status).phrase.split())
    headers = {"X-Request-Id": REQUEST_ID}
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers |= {"Allow": ALLOW}
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        headers |= {"Retry-After": RETRY_AFTER}
    told = {"description": WHEN[status], "headers": headers, "content": content}
    return register(registry, phrase, "responses", told)


def page_of(answer: dict[str, str], registry: Any) -> dict[str, str]:
    """The page of a list, as a component by the name of what it holds: MeetingPage."""
    results = {"type": "array", "items": answer}
    page = KeysetPagination().get_paginated_response_schema(results, schema_of(Licence, registry))
    return register(registry, f"{answer['$ref'].rsplit('/', 1)[1]}Page", "schemas", page)


def schema_of(shape: type[msgspec.Struct] | dict[str, Any], registry: Any) -> dict[str, Any]:
    """The schema of a type, by reference; the types it is made of become components."""
    if isinstance(shape, dict):
        return shape
    whole, parts = json_schema(shape)
    for name, schema in parts.items():
        register(registry, name, "schemas", typed(schema) if name in PROBLEM_PARTS else complete(typed(schema)))
    return whole


def typed(schema: Any) -> Any:
    """The schema with the type of its words and numbers said, which generators of code ask for beside `enum`."""
    if isinstance(schema, list):
        return [typed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {name: typed(part) for name, part in schema.items()}
    values = schema.get("enum")
    return {"type": OF_JSON[type(values[0])]} | parts if isinstance(values, list) else parts


def complete(schema: dict[str, Any]) -> dict[str, Any]:
    """An answer has all members, whether or not what is read back may lack them.

    A member that is added later, and that older documents lack, is marked in the shape with `x-added`.
    """
    properties: dict[str, dict[str, Any]] | None = schema.get("properties")
    if properties is None:
        return schema
    return schema | {"required": [name for name, member in properties.items() if "x-added" not in member]}


def register(registry: Any, name: str, kind: str, schema: dict[str, Any]) -> dict[str, str]:
    component: Any = ResolvedComponent(  # type: ignore[no-untyped-call]
        name=name, type=kind, schema=schema, object=name
    )
    registry.register_on_missing(component)
    reference: dict[str, str] = component.ref
    return reference


@cache
def description() -> bytes:
    """The whole description in English, made once a process; takes no query."""
    generator: Any = SchemaGenerator
    with override("en"):
        return msgspec.json.encode(generator().get_schema(public=True))
