"""Every member of the document is fully declared, also where no declaration can be read: in models and templates."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, get_args
from uuid import UUID

import pytest
from django.apps import apps
from msgspec import Struct, convert, defstruct, to_builtins
from msgspec.structs import fields

from agenda.documents.diff.document_side import REFERENCED_KINDS, VALUE_FORMATTERS
from agenda.documents.diff.labels import PART_NAMES
from agenda.editor.description import DOCUMENT_KINDS, describe_parts
from agenda.translation.note_matching.alignment import NORMALIZERS
from meetings.documents import schema
from meetings.documents.members import Fact, Member, PersonName, Structure, Text, get_members, require_declarations
from meetings.documents.schema import SHAPES, MeetingDocument, TopicDocument
from meetings.documents.traversal import PART_KINDS
from meetings.reference.phrases import PhraseContext
from tests.factories import make_documents, make_full_document
from tests.paths import ROOT

Shape = type[Struct]
MODELS: dict[Shape, Any] = {model.shape: model for model in apps.get_models() if hasattr(model, "shape")}
PAGES = ("templates", "agenda/presentation", "agenda/site", "agenda/templatetags", "meetings/site", "meetings/i18n")
FILES = ("agenda/export", "agenda/presentation", "meetings/i18n")
LISTED_IN_API_GUIDE = (MeetingDocument, TopicDocument, schema.Item, schema.Link)
NOT_IN_EDITOR = {
    "MeetingDocument.previous", "Point.previous",  # imported, or kept by a move
    "MeetingDocument.source_language", "TopicDocument.source_language",  # among the settings
    "Point.time_precision", "Point.time_text",  # typed with the time
    "Alert.at",  # when the same-day change was made
}  # fmt: skip
EMPTY_IN_FULL_DOCUMENT = {"MeetingDocument.presidency", "MeetingDocument.fallbacks", "Link.language"}


@cache
def read_sources(*folders: str) -> str:
    """Return the text of all templates and modules in the folders, without those of the admin."""
    files = [path for folder in folders for ending in ("html", "py") for path in (ROOT / folder).rglob(f"*.{ending}")]
    return "\n".join(path.read_text() for path in files if "admin" not in path.relative_to(ROOT).parts[1:])


@cache
def list_controls() -> set[tuple[str, str]]:
    return {(kind, control["name"]) for kind, controls in describe_parts().items() for control in controls}


def list_filled_members(part: Any) -> Iterator[str]:
    """Yield the members that have a value in a document, with the class of each."""
    if isinstance(part, list):
        for each in part:
            yield from list_filled_members(each)
    elif isinstance(part, Struct):
        for name in part.__struct_fields__:
            value = getattr(part, name)
            if value:
                yield f"{type(part).__name__}.{name}"
            yield from list_filled_members(value)


def find_gaps_in_model(shape: Shape, name: str, member: Member) -> Iterator[str]:
    """Yield what is missing for a member in the working copy, and where to add it."""
    model = MODELS.get(shape)
    if not model or not member.column:
        return
    columns = {field.name: field for field in model._meta.concrete_fields}
    if name not in columns:
        yield (
            f"is no column of {model.__name__}: add the column and a migration. Or declare column=False and convert "
            "the member in agenda/documents/building.py and agenda/workflow/restoring.py"
        )
    elif str(columns[name].verbose_name) != str(member.label):
        yield f"is “{member.label}” here and “{columns[name].verbose_name}” in {model.__name__}: use one label"
    kind = PART_KINDS.get(shape) or str(DOCUMENT_KINDS[model])
    if (kind, name) not in list_controls() and f"{shape.__name__}.{name}" not in NOT_IN_EDITOR:
        yield "cannot be typed in the note editor: see agenda/editor/description.py"


def find_gaps_in_declaration(shape: Shape, name: str, member: Member) -> Iterator[str]:
    if not member.label and isinstance(member, Text):
        yield "has no label: add one to its declaration"
    if member.label and UUID in (member.hint, *get_args(member.hint)) and name not in REFERENCED_KINDS:
        yield "refers to a part: add its kind to REFERENCED_KINDS in agenda/documents/diff/document_side.py"
    if member.label and member.part and member.part not in VALUE_FORMATTERS.keys() | PART_NAMES.keys():
        yield f"has no name in comparisons: add {member.part.__name__} in agenda/documents/diff/"
    if member.in_note and member.in_note not in {*NORMALIZERS, "address"}:
        yield f"has an unknown normaliser “{member.in_note}”: see NORMALIZERS in note_matching/alignment.py"
    if member.phrase and member.phrase not in {*get_args(PhraseContext), "place"}:
        yield f"has an unknown context of phrases “{member.phrase}”: see meetings/reference/phrases.py"
    if member.shown:
        if not re.search(rf"[.\"']{name}\b", read_sources(*PAGES)):
            yield "is on no page: add it to a template, or declare shown=False"
        if shape is not TopicDocument and not re.search(rf"[.\"']{name}\b", read_sources(*FILES)):
            yield "is in no exported file: add it to agenda/export/, or declare shown=False"


def find_gaps_in_examples(shape: Shape, name: str) -> Iterator[str]:
    contract = "".join(path.read_text() for path in (ROOT / "tests/council/api/contract").glob("*.json"))
    if f'"{name}": ' not in contract:
        yield "is in no response of tests/council/api/contract/: add it there, and run `make api-examples`"
    if shape in LISTED_IN_API_GUIDE and f"`{name}`" not in (ROOT / "docs/api.md").read_text():
        yield "is not in docs/api.md: add it to the list of members"
    path = f"{shape.__name__}.{name}"
    reachable = shape not in (TopicDocument, schema.PresidencyName)
    if reachable and path not in EMPTY_IN_FULL_DOCUMENT | {
        *list_filled_members([*make_documents(1), make_full_document()])
    }:
        yield "has no value in the full document: give it one in tests/council/api/contract/meeting.json"


def test_every_member_is_fully_declared() -> None:
    gaps = [
        f"{shape.__name__}.{name} {gap}."
        for shape in SHAPES.values()
        if shape is not schema.Tombstone
        for name, member in get_members(shape).items()
        for gap in (
            *find_gaps_in_model(shape, name, member),
            *find_gaps_in_declaration(shape, name, member),
            *find_gaps_in_examples(shape, name),
        )
    ]
    assert gaps == [], "\n".join(gaps)


def test_member_without_declaration_is_refused_at_import() -> None:
    shape = defstruct("Item", [("id", Annotated[str, Structure()]), ("remark", str, "")])
    with pytest.raises(TypeError, match=r"Item\.remark has no declaration"):
        require_declarations(shape)


def test_declarations_change_no_document() -> None:
    bare = defstruct("Bare", [("number", str, ""), ("tags", list[str], [])])
    declared = defstruct(
        "Declared",
        [
            ("number", Annotated[str, Fact("number", "Its number.")], ""),
            ("tags", Annotated[list[str], Text("tags")], []),
        ],
    )
    assert to_builtins(bare()) == to_builtins(declared())
    assert to_builtins(convert({"number": "1"}, declared)) == {"number": "1", "tags": []}


def test_members_are_in_the_order_of_the_class() -> None:
    for shape in SHAPES.values():
        assert list(get_members(shape)) == [field.name for field in fields(shape)]


def test_kind_decides_what_is_not_declared() -> None:
    assert [kind("x").fact for kind in (Text, PersonName, Fact, Structure)] == [False, True, True, False]
    assert [kind("x").column for kind in (Text, PersonName, Fact, Structure)] == [True, True, True, False]
