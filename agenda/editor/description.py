"""Describe the controls of the note editor: which members a part has, and how each is typed.

All of it follows from the schema of the document and the columns of the models, so that a new member appears in the
editor by itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from msgspec import Struct, to_builtins

from agenda.models import AgendaItem, BackgroundTopic, MediaLink, Result
from meetings.documents.members import Member, get_members
from meetings.documents.schema import Place
from meetings.documents.traversal import PART_KINDS
from meetings.fields.richtext import RichTextField
from meetings.fields.struct_field import StructField
from meetings.images.cleaning import MAX_UPLOAD_BYTES, get_length_message
from meetings.models import Alert, Chair, Contact, Footnote, Meeting, ProgrammePoint, Session, UUIDModel
from meetings.reference.delegations import DELEGATIONS, get_country_name

Control = Literal[
    "text", "long", "rich", "lines", "speakers", "choice", "yes", "date", "time", "session", "items", "topics", "image"
]
MODELS: tuple[type[UUIDModel], ...] = (
    Meeting, BackgroundTopic, AgendaItem, ProgrammePoint, MediaLink, Session, Chair, Contact, Footnote, Result, Alert,
)  # fmt: skip
FIRST_MEMBERS: Mapping[str, tuple[str, ...]] = {
    "agenda": ("number", "title", "session", "outcome_sought", "text", "documents", "procedures", "topics"),
    "programme": ("time", "title", "kind", "date", "place", "session", "live"),
    "links": ("title", "url", "kind", "image", "language"),
    "chairs": ("name", "role", "country"),
    "contacts": ("name", "phones", "email"),
    "sessions": ("title", "date", "place"),
    "footnotes": ("mark", "text"),
    "results": ("title", "outcome", "text", "date"),
}
"""The members that are shown first, by kind of part. The others stand below “More”."""
OWN_CONTROLS: Mapping[str, Control] = {
    "session": "session", "items": "items", "topics": "topics", "time": "time", "speakers": "speakers",
    "country": "choice", "image": "image",
}  # fmt: skip
CONTROLS: Mapping[type, Control] = {
    RichTextField: "rich", StructField: "lines", models.BooleanField: "yes", models.DateField: "date",
}  # fmt: skip
"""The control of a column by its class; other columns have a line of text."""
MAX_OFFERED_TOPICS = 200  # the page has all of them, and each open item a box for each
LONG_TEXT = 250  # characters; longer columns have a control with several lines
# `previous` and `at` are written when a meeting or point is moved, and when a same-day change is announced. Time
# precision and printed time are typed in one field with the time.
NOT_TYPED = {"id", "previous", "at", "time_precision", "time_text"}
NOT_TYPED_OF_DOCUMENTS = {"version", "language", "source_language", "configuration", "place", "presidency", "fallbacks"}
DOCUMENT_KINDS: Mapping[type[UUIDModel], str] = {Meeting: "meeting", BackgroundTopic: "topic"}
PLACE_MEMBERS = ("city", "venue")


def describe_parts() -> dict[str, list[dict[str, Any]]]:
    """Return the controls of each kind of part, in the order of the screen.

    Those of the whole document are under “meeting” and “topic”.
    """
    described = {}
    for model in MODELS:
        kind = DOCUMENT_KINDS.get(model) or PART_KINDS[model.shape]
        controls = {control["name"]: control for control in describe_members(model)}
        first = [name for name in FIRST_MEMBERS.get(kind, ()) if name in controls]
        order = [*first, *(name for name in controls if name not in first)]
        described[kind] = [controls[name] | {"more": bool(first) and name not in first} for name in order]
    return described


def describe_members(model: type[UUIDModel]) -> Iterator[dict[str, Any]]:
    left_out = NOT_TYPED | (NOT_TYPED_OF_DOCUMENTS if model in DOCUMENT_KINDS else set())
    for name, member in get_members(model.shape).items():
        if name in left_out or (member.part and name not in OWN_CONTROLS):
            continue
        column = find_column(model, name)
        yield describe_control(name, member, column)
    if model is Meeting:
        for name in PLACE_MEMBERS:
            column = find_column(Meeting, name)
            yield describe_control(f"place.{name}", get_members(Place)[name], column)


def find_column(model: type[UUIDModel], name: str) -> Any:
    return model._meta.get_field({"timezone": "time_zone"}.get(name, name))


def describe_control(name: str, member: Member, column: Any) -> dict[str, Any]:
    control = choose_control(name, column)
    described: dict[str, Any] = {"name": name, "label": capfirst(str(member.label)), "control": control}
    if control == "choice":
        described["choices"] = list_choices(name, column)
    if control == "image":
        described["help"] = _("PNG, JPEG or WebP, up to %d MB.") % (MAX_UPLOAD_BYTES // 1_000_000)
        described["max_bytes"], described["too_large"] = MAX_UPLOAD_BYTES, get_length_message()
    elif help_text := str(getattr(column, "help_text", "") or ""):
        described["help"] = help_text if control != "rich" else ""
    return described


def choose_control(name: str, column: Any) -> Control:
    if name in OWN_CONTROLS:
        return OWN_CONTROLS[name]
    if getattr(column, "choices", None):
        return "choice"
    found = (control for kind, control in CONTROLS.items() if isinstance(column, kind))
    control: Control = next(found, "text")
    return "long" if control == "text" and (column.max_length or 0) > LONG_TEXT else control


def list_choices(name: str, column: Any) -> list[tuple[str, str]]:
    if name == "country":
        return [("", ""), *((each.code, get_country_name(each.code, "en")) for each in DELEGATIONS)]
    choices = getattr(column, "flatchoices", None) or []
    return [(str(value), capfirst(str(label))) for value, label in choices]


def build_new_part(kind: str) -> dict[str, Any]:
    """Return a new part without an id, with the defaults of the schema and empty texts."""
    shape = next(shape for shape, name in PART_KINDS.items() if name == kind)
    required = {"title": "", "name": "", "mark": "", "text": "", "at": None}
    members = get_members(shape)
    part: Struct = shape(id=None, **{name: value for name, value in required.items() if name in members})
    return to_builtins(part)  # type: ignore[no-any-return]


def describe_editor() -> dict[str, Any]:
    """Return all that the browser has to know about documents: controls, new parts, and topics to choose from.

    If there are more than `MAX_OFFERED_TOPICS`, `topics` is empty, and people search for them.
    """
    controls = describe_parts()
    topics = list(BackgroundTopic.objects.order_by("title").only("slug", "title")[: MAX_OFFERED_TOPICS + 1])
    has_more = len(topics) > MAX_OFFERED_TOPICS
    return {
        "controls": controls,
        "new": {kind: build_new_part(kind) for kind in controls if kind not in DOCUMENT_KINDS.values()},
        "topics": [] if has_more else serialize_topics(topics),
        "has_more_topics": has_more,
    }


def serialize_topics(topics: Iterable[BackgroundTopic]) -> list[dict[str, str]]:
    """Return the topics as agenda items name them."""
    return [{"id": str(topic.pk), "slug": topic.slug, "title": topic.title} for topic in topics]
