"""Declarations of the members of the document. Each stands beside its member in `meetings.documents.schema`.

All code that treats members one by one reads these declarations: the columns of the working copy, comparisons, the
API's description, translation, the check of minor corrections, the import of translated notes, search, CSV and the
summary of changes. msgspec ignores them, so they change no byte of a document.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, cached_property
from types import MappingProxyType
from typing import Annotated, Any, get_args, get_origin

from django.utils.functional import Promise
from msgspec import Meta, Struct
from msgspec.structs import fields


class TextRole(StrEnum):
    """The role of a text in search. Results name it, except for prose and for texts that they always show."""

    PROSE = ""
    TITLE = "title"
    SHOWN = "shown"  # shown with every result: the configuration, the dates and the city
    CHAIR = "chair"
    CONTEXT = "context"  # the title of an item that contains this one
    DOCUMENT = "document"
    FOOTNOTE = "footnote"
    INFORMATION = "information from"
    LEGAL_BASIS = "legal basis"
    LINK = "link"
    NUMBER = "number"
    OUTCOME = "outcome sought"
    PRESIDENCY = "presidency"
    PROCEDURE = "procedure"
    PROGRAMME = "programme"
    RESULT = "result"
    SESSION = "session"
    SPEAKER = "speaker"
    SUPPORT = "supported by"
    TOPIC = "topic"
    VENUE = "venue"


@dataclass(frozen=True)
class Member:
    """The declaration of a member. Its subclass says whether the member differs between languages."""

    label: Promise | str = ""
    """Its name in comparisons, which leave out members without one. A word that Django translates needs a context."""
    description: str = ""
    """Its description in the API, if its name does not explain it."""
    change: Promise | str | None = None
    """Its word in the summary of what an edition changed: the label, unless this is set. Empty if it is left out."""
    column: bool = True
    """Whether the model of its class, if there is one, has a column with this name and the same value."""
    fact: bool = True
    """Whether readers act on it, so that a minor correction must not change it."""
    in_note: str = ""
    """Its normaliser in `agenda.translation.note_matching.alignment`, to compare it with a note in another language.

    It is "value" to compare the values themselves, and empty if it is not compared.
    """
    search: TextRole | None = None
    """Its role in search, which also decides its rank. None if search does not find it."""
    search_order: int | None = 0
    """Its place among the searched members of its class. Those with the same number are in the order of the class.

    None if search leaves out the parts in it.
    """
    csv: str = ""
    """Its columns in CSV: “number”, or “city=place.city” if the value is within the member. Spaces separate several."""
    phrase: str = ""
    """Where `meetings.reference` knows its translation: a context of `phrases`, or “place”."""
    shown: bool = True
    """Whether pages and exported files show it."""
    added: str = ""
    """The day on which it was added, if documents were published without it: the API does not promise it."""
    hint: Any = None
    """Its type. The schema does not set this: `get_members` does."""

    @cached_property
    def is_html(self) -> bool:
        limits = getattr(self.hint, "__metadata__", ())
        return any(isinstance(each, Meta) and "contentMediaType" in (each.extra_json_schema or {}) for each in limits)

    @cached_property
    def part(self) -> type[Struct] | None:
        """The class of its value, or of each entry if its value is a list; None if that is no class of the schema."""
        kinds = (self.hint, *get_args(self.hint))
        return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Struct)), None)

    @property
    def change_word(self) -> str:
        return str(self.label if self.change is None else self.change)


@dataclass(frozen=True)
class Text(Member):
    """A text, or a list of texts, that people translate. It is no fact, unless it says where something is."""

    fact: bool = False


@dataclass(frozen=True)
class PersonName(Member):
    """The name of a person, which all languages share. Editors can find and replace it like a text."""


@dataclass(frozen=True)
class Fact(Member):
    """A value that is the same in every language."""


@dataclass(frozen=True)
class Structure(Member):
    """An id, nested parts, or a name that comes from another table in each language."""

    column: bool = False
    fact: bool = False


@cache
def get_members(shape: type[Struct]) -> Mapping[str, Member]:
    """Return the declared members of a class with their types, in order.

    Answers of the API are classes with further members, which declare a description or nothing.
    """
    found = {field.name: find_declaration(field.type) for field in fields(shape)}
    return MappingProxyType({name: member for name, member in found.items() if member})


def find_declaration(hint: Any) -> Member | None:
    if get_origin(hint) is not Annotated:
        return None
    kind, *extras = get_args(hint)
    declared = [extra for extra in extras if isinstance(extra, Member)]
    limits = [extra for extra in extras if not isinstance(extra, Member)]
    return replace(declared[-1], hint=Annotated[kind, *limits] if limits else kind) if declared else None


def require_declarations(shape: type[Struct]) -> None:
    """Raise TypeError if a member of the class has no declaration."""
    for field in fields(shape):
        if field.name not in get_members(shape):
            raise TypeError(
                f"{shape.__name__}.{field.name} has no declaration. Write what it is beside it, as "
                f'`Annotated[str, Text(_("label"), "Description.")]`: see meetings/documents/members.py.'
            )
