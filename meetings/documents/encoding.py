"""Encode documents as canonical JSON, compute their digests, decode and validate them."""

import hashlib
from typing import Any, TypeVar, get_args

import msgspec
from django.db.models import TextChoices

from meetings.documents.choice_descriptions import list_choice_descriptions
from meetings.documents.members import get_members
from meetings.documents.schema import Document

SCHEMA_REFERENCE = "#/components/schemas/{name}"
AnyStruct = TypeVar("AnyStruct", bound=msgspec.Struct)


class InvalidDocument(ValueError):
    """The data is not a document of a known shape. The message says where it differs."""


def prepare_decoding() -> None:
    """Let msgspec read the declarations of all classes that are loaded, before there are threads.

    It does so when it first needs a class. If two threads need one at the same moment, the process ends with a
    segmentation fault (msgspec 0.22).
    """
    shapes: list[type[msgspec.Struct]] = [msgspec.Struct]
    while shapes:
        shape = shapes.pop()
        msgspec.json.Decoder(shape)
        shapes += shape.__subclasses__()


def encode_document(document: Document) -> str:
    """Return the canonical JSON text of a document (RFC 8785: sorted members, no white space).

    Equal documents have equal bytes.
    """
    return msgspec.json.encode(document, order="sorted").decode()


def compute_digest(text: str) -> str:
    """Return the SHA-256 digest of a canonical text's UTF-8 bytes, in lower-case hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def decode_document(text: str | bytes) -> Document:
    """Return the document that a stored text contains. Raise InvalidDocument if there is none, or if it was erased.

    Documents of older shapes will be upgraded to the newest one here, according to their `version`.
    """
    try:
        document: Document = msgspec.json.decode(text, type=Document)
    except msgspec.ValidationError as error:
        raise InvalidDocument(str(error)) from error
    except msgspec.DecodeError as error:
        raise InvalidDocument(f"not JSON: {error}") from error
    return document


def validate_document(document: AnyStruct) -> AnyStruct:
    """Return a copy of the document, checked against its shape. Raise InvalidDocument if it does not match.

    msgspec does not check structs that are created in code.
    """
    return convert_data(document, type(document))


def convert_data(data: Any, shape: type[AnyStruct]) -> AnyStruct:
    """Return an instance of `shape` built from dictionaries, lists and structs. Raise InvalidDocument if impossible."""
    try:
        return msgspec.convert(msgspec.to_builtins(data), shape)
    except msgspec.ValidationError as error:
        raise InvalidDocument(str(error)) from error


def convert_document(data: Any) -> Document:
    """Return the document, of any type, that decoded JSON describes. Raise InvalidDocument if there is none."""
    try:
        document: Document = msgspec.convert(data, type=Document)
    except msgspec.ValidationError as error:
        raise InvalidDocument(str(error)) from error
    return document


def build_json_schema(shape: Any = Document) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the JSON Schema (2020-12) of a shape, and those of its parts by name, for the API's description.

    Each enumeration is a part of its own, with the meanings of its values.
    """
    choices: dict[str, type[TextChoices]] = {}

    def reference_choices(kind: type[TextChoices]) -> dict[str, Any]:
        choices[kind.__name__] = kind
        return {"$ref": SCHEMA_REFERENCE.format(name=kind.__name__)}

    (whole,), parts = msgspec.json.schema_components(
        [shape], schema_hook=reference_choices, ref_template=SCHEMA_REFERENCE
    )
    for part in find_classes(shape, set()):
        for member, declared in get_members(part).items():
            schema = parts[part.__name__]["properties"][member]
            if declared.description and "description" not in schema:
                schema["description"] = declared.description
            if declared.added:
                schema["x-added"] = declared.added
    parts |= {name: build_choices_schema(kind) for name, kind in choices.items()}
    return translate_patterns(whole), translate_patterns(parts)


def translate_patterns(schema: Any) -> Any:
    """Return the JSON Schema with `$` at the end of its patterns for `\\Z`, which only Python knows.

    In Python, `$` also matches before a line break at the end.
    """
    if isinstance(schema, list):
        return [translate_patterns(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    pattern = {"pattern": schema["pattern"].replace(r"\Z", "$")} if isinstance(schema.get("pattern"), str) else {}
    return {name: translate_patterns(part) for name, part in schema.items()} | pattern


def find_classes(hint: Any, found: set[type[msgspec.Struct]]) -> set[type[msgspec.Struct]]:
    """Add to `found` the classes that a type is made of, and return it."""
    within = get_args(hint)
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct) and hint not in found:
        found.add(hint)
        within = tuple(field.type for field in msgspec.structs.fields(hint))
    for each in within:
        find_classes(each, found)
    return found


def build_choices_schema(kind: type[TextChoices], *, empty: bool = True) -> dict[str, Any]:
    """Return the schema of an enumeration. `empty`: include the empty value.

    Code generators read the names of the values from `x-enum-varnames`, because the empty value is no name, and their
    meanings from `x-enum-descriptions`, both in the order of the values.
    """
    choices = [choice for choice in kind if choice.value or empty]
    return {
        "type": "string",
        "enum": [choice.value for choice in choices],
        "x-enum-varnames": [choice.name for choice in choices],
        "x-enum-descriptions": list_choice_descriptions(kind, empty=empty),
    }
