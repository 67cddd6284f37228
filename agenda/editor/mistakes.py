"""Find every mistake in an unsaved document that would prevent saving it.

The data come from a browser and may be incomplete or wrong in any way. We read them member by member with the schema,
replace what is wrong by something harmless, and then let the columns of the models judge rows that are not saved. Where
the schema and a model refuse the same value, the model speaks, because its messages are for people.
"""

import datetime as dt
from collections.abc import Iterator
from functools import cache
from itertools import chain
from types import NoneType
from typing import Annotated, Any, NamedTuple, get_args, get_origin
from uuid import UUID, uuid4

import msgspec
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from msgspec import Struct, structs
from msgspec.structs import FieldInfo, fields

from agenda.documents.checks import get_document_kind
from agenda.models import AgendaItem, BackgroundTopic
from agenda.workflow.document_length import explain_length
from agenda.workflow.restoring import (
    build_links,
    fill_row,
    get_column_values,
    get_meeting_values,
    has_null_character,
    has_same_address,
    list_part_values,
)
from meetings.documents.choices import Language
from meetings.documents.members import Member, get_members
from meetings.documents.schema import Item, MeetingDocument, TopicDocument
from meetings.documents.traversal import PART_KINDS, get_part_kind, list_repeated_parts, walk_items
from meetings.fields.richtext import RichTextField
from meetings.fields.tag_nesting import MAX_TEXT_LENGTH
from meetings.forms.fields import check_year, shorten_for_message
from meetings.models import Configuration, Meeting, ProgrammePoint, SubjectType, UUIDModel
from meetings.models.programme import PRECISIONS_WITH_CLOCK

MAX_ITEM_DEPTH = 50
MEMBERS_BY_COLUMN = {"time_zone": "timezone", "city": "place.city", "venue": "place.venue"}
DOCUMENT_SHAPES: dict[str, type[MeetingDocument] | type[TopicDocument]] = {
    SubjectType.MEETING: MeetingDocument,
    SubjectType.TOPIC: TopicDocument,
}


class Mistake(Struct, frozen=True):
    """A value that cannot be saved. `kind` is one of `PART_KINDS`, or “meeting” or “topic”.

    `member` is a path such as `place.city` or `speakers.0.name` if the value is within a member.
    """

    kind: str
    id: str
    member: str
    message: str


class Location(NamedTuple):
    """The part that is being read, and the path within it."""

    kind: str
    id: str
    path: str = ""
    depth: int = 0


def find_mistakes(data: Any, saved: Meeting | BackgroundTopic | None = None) -> list[Mistake]:
    """Return every mistake in the decoded JSON of a source document, in the order of the document.

    `saved` is the working copy that the document changes: what is still the same needs no query. It otherwise takes two
    queries, or four if there are mistakes. Any data are accepted. Not checked: whether another meeting has the same
    ids, whether topics exist, and what needs the saved document, such as items that may not be deleted.
    """
    kind = data.get("type") if isinstance(data, dict) else None
    shape = DOCUMENT_SHAPES.get(kind) if isinstance(kind, str) else None
    if shape is None:
        message = _("This is not the document of a meeting or a topic. Reload the page.")
        return [Mistake(SubjectType.MEETING.value, get_raw_id(data), "type", message)]
    if mistake := find_length_mistake(data, saved):
        return [mistake]
    if has_no_mistakes(data, shape, saved):
        return []
    reader = DocumentReader()
    document: Any = reader.read_struct(shape, data, Location(str(kind), get_raw_id(data)))
    of_document = [*find_reference_mistakes(document)]
    if not any(mistake.member == "id" for mistake in of_document):  # else a link could be of two parts
        of_document += find_row_mistakes(document, saved)
    of_rows = [structs.replace(each, id=reader.raw_ids.get(each.id, each.id)) for each in of_document]
    explained = {get_key(mistake) for mistake in reader.mistakes}
    found = [*reader.mistakes, *(mistake for mistake in of_rows if get_key(mistake) not in explained)]
    explained |= {get_key(mistake) for mistake in of_rows}
    found += [mistake for mistake in reader.reserve if get_key(mistake) not in explained]
    return sorted(found, key=lambda mistake: reader.order[mistake.kind, mistake.id])


def find_length_mistake(data: Any, saved: Meeting | BackgroundTopic | None = None) -> Mistake | None:
    """Return a mistake if a document is too long (`explain_length`)."""
    message = explain_length(data, saved)
    if not message:
        return None
    is_topic = isinstance(data, dict) and data.get("type") == SubjectType.TOPIC
    kind = SubjectType.TOPIC if is_topic else SubjectType.MEETING
    return Mistake(kind.value, get_raw_id(data), "", message)


def has_no_mistakes(data: Any, shape: type[Struct], saved: Meeting | BackgroundTopic | None) -> bool:
    """Return whether the data match the schema as a whole, and nothing refuses them. This is much faster to know."""
    try:
        document: Any = msgspec.convert(data, shape)
        is_wrong = has_null_character(document) or get_item_depth(document) > MAX_ITEM_DEPTH
    except (msgspec.ValidationError, UnicodeEncodeError, RecursionError):
        return False
    if is_wrong:
        return False
    mistakes = chain(find_reference_mistakes(document), find_row_mistakes(document, saved))
    return next(mistakes, None) is None


def get_item_depth(document: MeetingDocument | TopicDocument) -> int:
    depths = {UUID(int=0): 0}
    if isinstance(document, MeetingDocument):
        for item, parent in walk_items(document.agenda):
            depths[item.id] = 1 + (depths[parent.id] if parent else 0)
    return max(depths.values())


def get_key(mistake: Mistake) -> tuple[str, str, str]:
    return mistake.kind, mistake.id, mistake.member


def make_printable(text: str) -> str:
    """Return the text without lone surrogates, which JSON can contain but no answer can."""
    return text.encode("utf-8", "replace").decode()


def get_raw_id(data: Any) -> str:
    """Return the id that a part has in the data, valid or not; an empty text if it has none."""
    raw = data.get("id") if isinstance(data, dict) else None
    return make_printable(shorten_for_message(raw)) if isinstance(raw, str | UUID) else ""


class DocumentReader:
    """Read raw data as structs. Whatever does not match becomes a mistake and is replaced.

    `reserve` are mistakes that count only if the models, which have better words, do not find them. `raw_ids` are the
    ids in the data by those of the structs, where they differ. `order` is the place of each part in the document.
    """

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []
        self.reserve: list[Mistake] = []
        self.raw_ids: dict[str, str] = {}
        self.order: dict[tuple[str, str], int] = {}

    def add(self, location: Location, member: str, message: str, *, in_reserve: bool = False) -> None:
        mistakes = self.reserve if in_reserve else self.mistakes
        mistakes.append(Mistake(location.kind, location.id, f"{location.path}{member}", message))

    def read_struct(self, shape: type[Struct], raw: dict[str, Any], location: Location) -> Struct:
        members = get_members(shape)
        self.order.setdefault((location.kind, location.id), len(self.order))
        values: dict[str, Any] = {}
        for field in list_fields(shape):
            member = members[field.name]
            if field.name in raw:
                values[field.name] = self.read_member(member, field.name, raw[field.name], location)
            elif field.required:
                self.add(location, field.name, explain_missing(member, field.name))
                values[field.name] = ...
            if values.get(field.name) is ...:
                values[field.name] = get_placeholder(member.hint)
                if not field.required:
                    del values[field.name]
        if not location.path and str(values["id"]) != location.id:
            self.raw_ids[str(values["id"])] = location.id
        return shape(**values)

    def read_member(self, member: Member, name: str, raw: Any, location: Location) -> Any:
        """Return the value; `...` if it is wrong and needs a replacement."""
        if member.part:
            return self.read_structs(member, name, raw, location)
        entries = raw if isinstance(raw, list) else [raw]
        if not all(is_storable(entry) for entry in entries if isinstance(entry, str)):
            message = _("The text contains characters that cannot be saved. Type it again instead of pasting it.")
            self.add(location, name, message)
            return ...
        try:
            return msgspec.convert(raw, member.hint)
        except msgspec.ValidationError:
            has_model_words = isinstance(raw, str) and get_type(member.hint) is str and member.column
            self.add(location, name, explain_wrong_type(member.hint, name, raw), in_reserve=has_model_words)
            return raw if has_model_words else ...

    def read_structs(self, member: Member, name: str, raw: Any, location: Location) -> Any:
        shape: Any = member.part
        is_list, is_optional = get_origin(member.hint) is list, NoneType in get_args(member.hint)
        if raw is None and is_optional:
            return None
        if not isinstance(raw, list if is_list else dict):
            self.add(location, name, _("This part of the document is damaged. Reload the page."))
            return ...
        if shape is Item and location.depth >= MAX_ITEM_DEPTH:
            message = _("The items are nested more than %d levels deep. Move them up.") % MAX_ITEM_DEPTH
            self.add(location, name, message)
            return ...
        if not is_list:
            return self.read_struct(shape, raw, self.locate(shape, raw, f"{name}.", location))
        found = []
        for number, entry in enumerate(raw):
            if isinstance(entry, dict):
                found.append(self.read_struct(shape, entry, self.locate(shape, entry, f"{name}.{number}.", location)))
            else:
                self.add(location, name, _("Entry %d is damaged. Delete it and add it again.") % (number + 1))
        return found

    def locate(self, shape: type[Struct], raw: dict[str, Any], path: str, location: Location) -> Location:
        if shape in PART_KINDS:
            return Location(PART_KINDS[shape], get_raw_id(raw), depth=location.depth + (shape is Item))
        return location._replace(path=f"{location.path}{path}")


@cache
def list_fields(shape: type[Struct]) -> tuple[FieldInfo, ...]:
    return fields(shape)


def is_storable(text: str) -> bool:
    """Return False if the text has a null character or a lone surrogate, which the database refuses."""
    return "\0" not in text and text == make_printable(text)


def get_type(hint: Any) -> Any:
    """Return the class of a member's values, without limits and None: `str`, `list`, a date, choices …"""
    if get_origin(hint) is Annotated:
        return get_type(get_args(hint)[0])
    alternatives = [each for each in get_args(hint) if each is not NoneType]
    origin = get_origin(hint)
    return origin if origin is list else get_type(alternatives[0]) if alternatives and origin else hint


def get_placeholder(hint: Any) -> Any:
    """Return a value of the type, to go on with."""
    if NoneType in get_args(hint):
        return None
    kind = get_type(hint)
    if kind is UUID:
        return uuid4()
    if isinstance(kind, type) and issubclass(kind, Struct):
        return kind(**{field.name: get_placeholder(get_members(kind)[field.name].hint) for field in list_fields(kind)})
    if isinstance(kind, type) and issubclass(kind, TextChoices):
        return Language.EN if kind is Language else next(iter(kind))
    return {list: [], int: 0, bool: False, dt.datetime: dt.datetime(2000, 1, 1, tzinfo=dt.UTC)}.get(kind, "")


def explain_missing(member: Member, name: str) -> str:
    if name == "id":
        return _("This part has no id. Delete it and add it again.")
    if member.label:
        return _("Enter the %(field)s.") % {"field": member.label}
    return _("“%(field)s” is missing. Reload the page.") % {"field": name}


def explain_wrong_type(hint: Any, name: str, raw: Any) -> str:
    """Return what the value should be, for people."""
    kind = get_type(hint)
    if name == "id":
        return _("This part has a wrong id. Delete it and add it again.")
    value = f"“{make_printable(shorten_for_message(raw))}”" if isinstance(raw, str) else _("This value")
    messages = {
        dt.date: _("%(value)s is not a date. Enter the date as 2017-09-14."),
        dt.datetime: _("%(value)s is not a date and time. Enter them as 2017-09-14 13:00."),
        bool: _("%(value)s is neither yes nor no. Choose again."),
        UUID: _("%(value)s is not in this meeting any more. Choose another."),
        list: _("%(value)s is not a list of entries. Enter one per line."),
    }
    message = messages.get(kind, _("%(value)s is not valid here. Type it again."))
    if isinstance(kind, type) and issubclass(kind, TextChoices):
        message = _("%(value)s is not one of the choices. Choose again from the list.")
    elif name == "time" and kind is str:
        message = _("%(value)s is not a time. Use the format 13:00.")
    return message % {"value": value}


def find_reference_mistakes(document: MeetingDocument | TopicDocument) -> Iterator[Mistake]:
    """Yield ids that occur twice, and sessions and items that are not in the document."""
    for part in list_repeated_parts(document):
        message = _("Another part has the same id. Delete this one and add it again.")
        yield Mistake(get_part_kind(part), str(part.id), "id", message)
    if document.language != document.source_language:
        message = _("Only the text in its original language can be saved here, not a translation.")
        yield Mistake(get_document_kind(document), str(document.id), "language", message)
    if not isinstance(document, MeetingDocument):
        return
    agenda = [item for item, _parent in walk_items(document.agenda)]
    sessions, items = {session.id for session in document.sessions}, {item.id for item in agenda}
    parts: list[Any] = [*document.chairs, *document.programme, *agenda]
    for part in parts:
        if part.session and part.session not in sessions:
            message = _("This session is not in this meeting any more. Choose another.")
            yield Mistake(get_part_kind(part), str(part.id), "session", message)
    for point in document.programme:
        if not items.issuperset(point.items):
            message = _("An agenda item of this event is not in this meeting any more. Choose the items again.")
            yield Mistake(get_part_kind(point), str(point.id), "items", message)


def find_row_mistakes(
    document: MeetingDocument | TopicDocument, saved: Meeting | BackgroundTopic | None
) -> Iterator[Mistake]:
    """Yield what the columns and constraints of the models refuse, for rows that are not saved."""
    subject: Meeting | BackgroundTopic
    if isinstance(document, MeetingDocument):
        subject = Meeting(pk=document.id)
        configuration = find_configuration(document.configuration.slug, saved)
        fill_row(subject, get_meeting_values(document, configuration or Configuration(slug="")))
        if configuration is None:
            message = _("Choose a Council configuration.")
            yield Mistake(SubjectType.MEETING.value, str(document.id), "configuration", message)
        errors = [subject.find_days_error(), subject.find_issue_date_error()]
        if configuration:
            errors += [subject.find_configuration_error()]
            errors += [] if has_same_address(subject, saved) else [subject.find_duplicate_error()]
    else:
        subject = BackgroundTopic(pk=document.id)
        fill_row(subject, get_column_values(BackgroundTopic, document))
        errors = [] if isinstance(saved, BackgroundTopic) and saved.slug == subject.slug else [find_slug_error(subject)]
    kind, key = get_document_kind(document), str(document.id)
    for member, message in {**dict(filter(None, errors)), **dict(find_column_errors(subject))}.items():
        yield Mistake(kind, key, member, str(message))
    for row in build_part_rows(subject, document):
        own = find_point_error(row) if isinstance(row, ProgrammePoint) else None
        own = row.find_basis_error() if isinstance(row, AgendaItem) else own
        for member, message in {**dict(filter(None, [own])), **dict(find_column_errors(row))}.items():
            yield Mistake(PART_KINDS[row.shape], str(row.pk), member, str(message))


def find_configuration(slug: str, saved: Meeting | BackgroundTopic | None) -> Configuration | None:
    if isinstance(saved, Meeting) and saved.configuration.slug == slug:
        return saved.configuration
    return Configuration.objects.filter(slug=slug).first()


def build_part_rows(subject: Meeting | BackgroundTopic, document: MeetingDocument | TopicDocument) -> Iterator[Any]:
    if isinstance(document, MeetingDocument):
        for model, rows in list_part_values(document):
            for key, values in rows:
                row = model(id=key)
                fill_row(row, values)
                yield row
    yield from build_links(subject, document)


def find_column_errors(row: UUIDModel) -> Iterator[tuple[str, str]]:
    """Yield the members whose columns refuse their values, with messages."""
    unchecked, date_columns, rich_columns = classify_columns(type(row))
    too_long = {name for name in rich_columns if len(getattr(row, name)) > MAX_TEXT_LENGTH}
    try:
        row.clean_fields(exclude=unchecked - too_long)
    except ValidationError as error:
        for name, errors in error.error_dict.items():
            message = " ".join(explain_column_error(row, row._meta.get_field(name), each) for each in errors)
            yield MEMBERS_BY_COLUMN.get(name, name), message
    for name in date_columns:
        if value := getattr(row, name):
            try:
                check_year(value)
            except ValidationError as error:
                yield name, " ".join(error.messages)


@cache
def classify_columns(model: type[UUIDModel]) -> tuple[set[str], list[str], list[str]]:
    """Return the columns whose values nothing but their length can refuse, those with a day, and those of rich text."""
    columns = model._meta.fields
    days = [column.name for column in columns if isinstance(column, models.DateField)]
    rich_columns = [column for column in columns if isinstance(column, RichTextField)]
    unchecked = {column.name for column in columns if column.is_relation}
    unchecked |= {column.name for column in rich_columns if column.blank}
    return unchecked, days, [column.name for column in rich_columns]


def explain_column_error(row: UUIDModel, column: Any, error: ValidationError) -> str:
    """Return the message of a column, in plainer words where it is Django's."""
    value = getattr(row, column.attname)
    if error.code in ("blank", "null") and not (isinstance(column, RichTextField) and value):
        return _("Enter the %(field)s.") % {"field": column.verbose_name}
    if error.code == "max_length" and column.max_length:
        message = _("This is too long: %(length)d characters. Shorten it to at most %(limit)d.")
        return message % {"length": len(value), "limit": column.max_length}
    return " ".join(error.messages)


def find_point_error(point: ProgrammePoint) -> tuple[str, Any] | None:
    """Return an error if the database would refuse the time: a precision without a time, or a time without one."""
    if point.time is None and point.time_precision in PRECISIONS_WITH_CLOCK:
        return "time", _("Enter the time, or choose another precision.")
    if point.time and not point.time_precision:
        return "time_precision", _("Choose a precision.")
    return point.find_precision_error()


def find_slug_error(topic: BackgroundTopic) -> tuple[str, Any] | None:
    if BackgroundTopic.objects.filter(slug=topic.slug).exclude(pk=topic.pk).exists():
        return "slug", _("Another topic already uses this word.")
    return None
