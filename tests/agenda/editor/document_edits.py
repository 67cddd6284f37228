"""Edits of a meeting's document, chosen or random, as an officer could make them: each result could be saved."""

import copy
import datetime as dt
from enum import Enum
from typing import Any, get_args, get_origin
from uuid import UUID

import msgspec
from hypothesis import strategies as st
from msgspec import Struct

from agenda.documents.diff.document_side import REFERENCED_KINDS
from agenda.editor.merging import SERVER_MEMBERS
from meetings.documents import schema
from meetings.documents.choices import TimePrecision
from meetings.documents.members import get_members
from meetings.documents.schema import MeetingDocument
from meetings.documents.traversal import PART_KINDS, convert_to_list, walk_parts
from tests.factories import PRESS_DATE, PRESS_DAY, make_meeting_document, make_uuid

NOT_EDITED = SERVER_MEMBERS | {"language", "source_language"}
OFTEN_EDITED = ("title", "documents", "session", "items", "speakers", "lead")
Home = tuple[Any, str, type[Struct]]
"""The owner of a part, its member, and the class of the part."""
VALUES = (
    "", "EE", "LV", "09:00", "13:00", "https://example.eu/1", "https://example.eu/2", "a" * 64, "b" * 64,
    False, True, 1, 2, None, PRESS_DATE, PRESS_DATE + dt.timedelta(1), PRESS_DAY, PRESS_DAY + dt.timedelta(1),
)  # fmt: skip


OFTEN_EDITED_IDS = [make_uuid(name) for name in ("Item 1", "Item 2", "Item a", "Point doorstep", "Result conclusions")]


def make_part(shape: type[Struct], name: str, **values: Any) -> Any:
    """Return a part with its name as title, or as what a part of its kind has in place of a title."""
    text = next(member for member in ("title", "name", "mark", "text") if member in shape.__struct_fields__)
    required: dict[str, Any] = {"text": name} if shape is schema.Footnote else {}
    if shape is schema.Alert:
        required = {"at": PRESS_DAY}
    return shape(**required | {"id": make_uuid(f"{shape.__name__} {name}"), text: name} | values)


def make_base() -> MeetingDocument:
    """Return a small document with links, results and items in different owners, and with references between parts."""
    session, other = (make_part(schema.Session, name) for name in ("Justice", "Home Affairs"))
    links = [make_part(schema.Link, f"link {number}") for number in range(6)]
    inner = [make_part(schema.Item, "a", links=links[:2], session=session.id), make_part(schema.Item, "b")]
    result = make_part(schema.Result, "general approach", links=links[2:3])
    agenda = [
        make_part(schema.Item, "1", items=inner, documents=["1/60", "2/60", "3/60"]),
        make_part(schema.Item, "2", result=result, session=other.id),
        make_part(schema.Item, "3", links=links[3:4]),
    ]
    speakers = [schema.Speaker(name="Ada"), schema.Speaker(name="Emmy")]
    return make_meeting_document(
        sessions=[session, other],
        chairs=[make_part(schema.Chair, "Kurt", session=session.id)],
        agenda=agenda,
        programme=[
            make_part(
                schema.Point,
                "doorstep",
                time="09:00",
                time_precision=TimePrecision.EXACT,
                time_text="09:00",
                speakers=speakers,
            ),
            make_part(schema.Point, "press conference", items=[inner[0].id, agenda[2].id]),
        ],
        results=[make_part(schema.Result, "conclusions")],
        links=links[4:],
        references=["OJ CONS 1", "OJ CONS 2"],
    )


@st.composite
def edited_documents(draw: st.DrawFn, document: MeetingDocument, officer: str) -> MeetingDocument:
    """Return a copy of the document with edits of an officer, whose name is in all new texts and ids."""
    document = copy.deepcopy(document)
    edits = (change_value, change_value, add_part, move_part, move_part, delete_part)
    for number, edit in enumerate(draw(st.lists(st.sampled_from(edits), min_size=2, max_size=7))):
        edit(draw, document, f"{officer} {number}")
    return document


def change_value(draw: st.DrawFn, document: MeetingDocument, text: str) -> None:
    part: Struct = draw_part(draw, document)
    members = {name: member for name, member in get_members(type(part)).items() if member.part not in PART_KINDS}
    often = [name for name in OFTEN_EDITED if name in members]
    name = draw(st.sampled_from([*often, *sorted(members.keys() - NOT_EDITED)] + often * draw(st.integers(0, 9))))
    if name in REFERENCED_KINDS:
        ids = [each.id for each in walk_parts(document) if PART_KINDS[type(each)] == REFERENCED_KINDS[name]]
        is_many = isinstance(getattr(part, name), list)
        some = draw(st.lists(st.sampled_from(ids), unique=True, max_size=3)) if ids else []
        setattr(part, name, some if is_many else some[0] if some else None)
    else:
        setattr(part, name, draw_value(draw, members[name].hint, getattr(part, name), text))


def draw_value(draw: st.DrawFn, hint: Any, old: Any, text: str) -> Any:
    """Return a value of the type: the text if it may be any, and else one of `VALUES`."""
    kinds = [kind for kind in (hint, *get_args(hint)) if isinstance(kind, type)]
    if isinstance(old, list) or get_origin(hint) is list:
        kept = [entry for entry in old or [] if draw(st.booleans())]
        return kept + [draw_value(draw, get_args(hint)[0], None, text)] * draw(st.integers(0, 1))
    if hint in (str, UUID):
        return text if hint is str else make_uuid(text)
    if kinds and issubclass(kinds[0], Struct):
        return kinds[0](**{n: draw_value(draw, m.hint, None, text) for n, m in get_members(kinds[0]).items()})
    if kinds and issubclass(kinds[0], Enum):
        return draw(st.sampled_from(list(kinds[0])))
    if getattr(hint, "__metadata__", ()) and is_valid(text, hint):
        return text
    return draw(st.sampled_from([value for value in VALUES if is_valid(value, hint)]))


def is_valid(value: Any, hint: Any) -> bool:
    try:
        return bool(msgspec.convert(value, hint) == value) or value is None
    except msgspec.ValidationError:
        return False


def list_homes(document: MeetingDocument) -> list[Home]:
    """Return all places in which there is or could be a part."""
    owners: list[Struct] = [document, *walk_parts(document)]
    return [
        (owner, name, member.part)
        for owner in owners
        for name, member in get_members(type(owner)).items()
        if member.part and member.part in PART_KINDS
    ]


def find_part(document: MeetingDocument, name: str) -> Any:
    """Return the part that `make_part` made with this name, or the document itself if the name is empty."""
    parts = (part for part in walk_parts(document) if part.id == make_uuid(f"{type(part).__name__} {name}"))
    return next(parts) if name else document


def put_part(owner: Any, member: str, part: Any, place: int = 0) -> None:
    if isinstance(getattr(owner, member), list):
        getattr(owner, member).insert(place, part)
    else:
        setattr(owner, member, part)


def take_part(document: MeetingDocument, part: Any) -> Any:
    """Remove the part from its owner and return it."""
    for owner, name, _shape in list_homes(document):
        value = getattr(owner, name)
        if any(each is part for each in convert_to_list(value)):
            setattr(owner, name, [each for each in value if each is not part] if isinstance(value, list) else None)
    return part


def clear_references(document: MeetingDocument) -> None:
    """Remove the ids of parts that are no longer there."""
    ids = {(PART_KINDS[type(part)], part.id) for part in walk_parts(document)}
    for part in walk_parts(document):
        for name, kind in REFERENCED_KINDS.items():
            value = getattr(part, name, None)
            if isinstance(value, UUID) and (kind, value) not in ids:
                setattr(part, name, None)
            elif isinstance(part, schema.Point) and name == "items":
                part.items = [key for key in part.items if (kind, key) in ids]


def is_free(owner: Any, member: str) -> bool:
    return isinstance(getattr(owner, member), list | None)


def draw_home(draw: st.DrawFn, document: MeetingDocument, shape: type[Struct] | None = None) -> Home:
    homes = (home for home in list_homes(document) if is_free(*home[:2]))
    home: Home = draw(st.sampled_from([home for home in homes if shape in (None, home[2])]))
    return home


def add_part(draw: st.DrawFn, document: MeetingDocument, text: str) -> None:
    owner, member, shape = draw_home(draw, document)
    put_part(owner, member, make_part(shape, text), draw(st.integers(0, 3)))


def draw_part(draw: st.DrawFn, document: MeetingDocument) -> Any:
    """Return a part, or the document itself. Some parts are drawn more often, so that two officers meet there."""
    parts = [document, *walk_parts(document)]
    often = [part for part in parts if part.id in OFTEN_EDITED_IDS]
    return draw(st.sampled_from(parts) | st.sampled_from(often or parts))


def move_part(draw: st.DrawFn, document: MeetingDocument, text: str) -> None:
    part = draw_part(draw, document)
    if part is not document:
        take_part(document, part)
        owner, member, _shape = draw_home(draw, document, type(part))
        put_part(owner, member, part, draw(st.integers(0, 3)))


def delete_part(draw: st.DrawFn, document: MeetingDocument, text: str) -> None:
    part = draw_part(draw, document)
    if part is not document:
        take_part(document, part)
        clear_references(document)
