"""The description for code generators: whole answers as JSON, without alternatives.

A description cannot say that an answer has only some members if a certain parameter is sent. So code generators would
make each answer a union of the whole one, a partial one and CSV, which programs can use only with casts. And they make
a type of each list of values in each parameter, unless it has a name.
"""

from functools import cache
from typing import Any

import msgspec

from meetings.api.description import SOME_MEMBERS, build_description
from meetings.documents.encoding import SCHEMA_REFERENCE

PARTIAL_PARAMETERS = ("fields", "format")
UNCHANGED = "304"  # only to a request with If-None-Match, which generated clients do not send


@cache
def build_whole_answers_description() -> bytes:
    """Return the description without `fields` and `format`, and without the answers that only they or headers give."""
    description = msgspec.json.decode(build_description())
    schemas = description["components"]["schemas"]
    for name in (SOME_MEMBERS, f"{SOME_MEMBERS}Page"):
        del schemas[name]
    names = {tuple(schema["enum"]): name for name, schema in schemas.items() if "enum" in schema}
    for operations in description["paths"].values():
        for operation in operations.values():
            operation["parameters"] = [
                parameter | {"schema": simplify_schema(parameter["schema"], names)}
                for parameter in operation["parameters"]
                if parameter["name"] not in PARTIAL_PARAMETERS
            ]
            del operation["responses"][UNCHANGED]
            answer = operation["responses"]["200"]
            whole = answer["content"]["application/json"]
            whole["schema"] = whole["schema"].get("anyOf", [whole["schema"]])[0]
            answer["content"] = {"application/json": whole}
    return msgspec.json.encode(description)


def simplify_schema(schema: dict[str, Any], names: dict[tuple[Any, ...], str]) -> dict[str, Any]:
    """Return the schema of a parameter without alternatives, with the names of lists of values that answers have, too.

    The last alternative is the most general one: a list and not one value, any text and not a known one.
    """
    schema = schema.get("anyOf", [schema])[-1]
    if "items" in schema:
        return schema | {"items": simplify_schema(schema["items"], names)}
    name = names.get(tuple(schema.get("enum", ())))
    return {"$ref": SCHEMA_REFERENCE.format(name=name)} if name else schema
