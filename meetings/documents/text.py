"""Documents as bytes: canonical text, digest, reading back."""

import hashlib
from typing import Any, TypeVar

import msgspec
import rfc8785
from django.db.models import TextChoices

from meetings.documents.members import told
from meetings.documents.shape import Document
from meetings.meanings import meanings_of

REFERENCE = "#/components/schemas/{name}"
AnyDocument = TypeVar("AnyDocument", bound=msgspec.Struct)


class InvalidDocument(ValueError):
    """The data is no document of a known shape; the message says where it departs from it."""


def canonical_text(document: Document) -> str:
    """The one JSON text of a document (RFC 8785: members sorted, no white space): equal documents, equal bytes."""
    return rfc8785.dumps(msgspec.to_builtins(document)).decode()


def digest_of(text: str) -> str:
    """SHA-256 of the canonical text's UTF-8 bytes, in lower-case hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def read(text: str | bytes) -> Document:
    """The document that a stored text holds. Older shapes will be raised to the newest here, by their `version`.

    Raises InvalidDocument, also where the text was erased.
    """
    try:
        document: Document = msgspec.json.decode(text, type=Document)
    except msgspec.ValidationError as error:
        raise InvalidDocument(str(error)) from error
    except msgspec.DecodeError as error:
        raise InvalidDocument(f"not JSON: {error}") from error
    return document


def validated(document: AnyDocument) -> AnyDocument:
    """The document again, held against its shape: what was put together in code is not checked by itself.

    Raises InvalidDocument.
    """
    return converted(document, type(document))


def converted(data: Any, shape: type[AnyDocument]) -> AnyDocument:
    """A document of the shape from dictionaries, lists and parts of the shape. Raises InvalidDocument."""
    try:
        return msgspec.convert(msgspec.to_builtins(data), shape)
    except msgspec.ValidationError as error:
        raise InvalidDocument(str(error)) from error


def of_any_type(data: Any) -> Document:
    """A document of whatever type from decoded JSON. Raises InvalidDocument."""
    try:
        document: Document = msgspec.convert(data, type=Document)
    except msgspec.ValidationError as error:
        raise InvalidDocument(str(error)) from error
    return document


def json_schema(shape: Any = Document) -> tuple[dict[str, Any], dict[str, Any]]:
    """JSON Schema 2020-12 of a document or another shape, and of its parts by name, for the API's description.

    A list of words is a part by itself, with what each word means.
    """
    words: dict[str, type[TextChoices]] = {}

    def words_of(kind: type[TextChoices]) -> dict[str, Any]:
        words[kind.__name__] = kind
        return {"$ref": REFERENCE.format(name=kind.__name__)}

    (whole,), parts = msgspec.json.schema_components([shape], schema_hook=words_of, ref_template=REFERENCE)
    for name, part in parts.items():
        names = [base.__name__ for base in shape.__mro__] if name == getattr(shape, "__name__", "") else [name]
        for member, schema in part.get("properties", {}).items():
            if "description" not in schema and (about := told(names, member)):
                schema["description"] = about
    listed = {name: word_list(kind) for name, kind in words.items()}
    return whole, parts | listed


def word_list(kind: type[TextChoices], *, empty: bool = True) -> dict[str, Any]:
    """`x-enum-descriptions` is what generators of code know for the words' meanings, in the order of the words."""
    words = [word for word in kind.values if word or empty]
    return {"type": "string", "enum": words, "x-enum-descriptions": meanings_of(kind, empty=empty)}
