"""The parameter `fields`: parse it, and select the members that it names from the bytes of an answer."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy
from msgspec import Raw, inspect

from meetings.api.form_fields import MAX_VALUE_LENGTH, StrictField, find_nearest
from meetings.api.parameters import Parameter
from meetings.documents.reading_order import get_reading_position
from meetings.documents.schema import MeetingDocument, TopicDocument

MAX_FIELDS, MAX_FIELD_DEPTH = 30, 3
Members = dict[str, Any]  # names of members, each with the members selected in it; empty if all of it is wanted


@cache
def build_fields_parameter(shape: type[msgspec.Struct]) -> Parameter:
    description = gettext_lazy(
        "The members to include, separated by commas. `agenda.title` is the title of each entry of the agenda. If left "
        "out, all members are included. A digest can only be verified with all members of the document."
    )
    return Parameter("fields", MembersField(shape), description)


@cache
def list_paths(shape: type[msgspec.Struct]) -> dict[str, None]:
    """Return the paths that `fields` may name, in the order of the answer: `agenda`, `agenda.title` and so on."""
    paths = list(walk_paths(inspect.type_info(shape), MAX_FIELD_DEPTH))
    if issubclass(shape, MeetingDocument | TopicDocument):
        paths.sort(key=lambda path: get_reading_position(path.partition(".")[0]))
    return dict.fromkeys(paths)


def walk_paths(kind: Any, depth: int, prefix: str = "") -> Iterator[str]:
    """Yield the paths within a type. Lists add no step: a path leads into each of their entries."""
    if isinstance(kind, inspect.Metadata):
        yield from walk_paths(kind.type, depth, prefix)
    elif isinstance(kind, inspect.ListType):
        yield from walk_paths(kind.item_type, depth, prefix)
    elif isinstance(kind, inspect.UnionType):
        for each in kind.types:
            yield from walk_paths(each, depth, prefix)
    elif isinstance(kind, inspect.StructType) and depth:
        if kind.tag_field:
            yield prefix + kind.tag_field
        for member in kind.fields:
            yield prefix + member.encode_name
            yield from walk_paths(member.type, depth - 1, f"{prefix}{member.encode_name}.")


class MembersField(StrictField):
    """Names of members of a type, separated by commas. They are parsed into `Members`; without a value, it is empty."""

    is_list = True
    max_text_length = MAX_FIELDS * MAX_VALUE_LENGTH
    default_error_messages = {
        "too_many": gettext_lazy("the value names more than %(limit)d members. Leave it out to get all of them."),
        "no_name": gettext_lazy("a name is empty. Separate names with single commas."),
        "too_deep": gettext_lazy("“%(value)s” has more than %(limit)d levels. Choose an outer member."),
        "unknown": gettext_lazy("there is no member “%(value)s”."),
    }

    def __init__(self, shape: type[msgspec.Struct]) -> None:
        self.paths = list_paths(shape)
        items = {"type": "string", "enum": list(self.paths)}
        super().__init__(
            schema={"type": "array", "items": items, "minItems": 1, "maxItems": MAX_FIELDS}, initial=Members()
        )

    def to_python(self, text: Any) -> Members:
        paths = [path.strip() for path in text.split(",", MAX_FIELDS)]
        if len(paths) > MAX_FIELDS:
            raise self.build_error("too_many", limit=MAX_FIELDS)
        for path in paths:
            self.check_path(path)
        wanted: Members = {}
        for path in self.paths:  # in the order of the answer, outer members first
            names = path.split(".")
            if path in paths and not any(".".join(names[:depth]) in paths for depth in range(1, len(names))):
                within = wanted
                for name in names:
                    within = within.setdefault(name, {})
        return wanted

    def check_path(self, path: str) -> None:
        """Raise ValidationError for an unknown path. It lists the members of the deepest known part of the path."""
        if path in self.paths:
            return
        if not path:
            raise self.build_error("no_name")
        if path.count(".") >= MAX_FIELD_DEPTH:
            raise self.build_error("too_deep", value=path[:100], limit=MAX_FIELD_DEPTH)
        outer = path.rpartition(".")[0]
        while outer and outer not in self.paths:
            outer = outer.rpartition(".")[0]
        level = [each for each in self.paths if each.rpartition(".")[0] == outer] or [outer]
        inner = f"{outer}." if outer and level != [outer] else ""
        nearest = find_nearest(path[:100].removeprefix(inner), [each.removeprefix(inner) for each in level])
        raise self.build_error("unknown", value=path[:100], choices=level, nearest=nearest and inner + nearest)

    def build_error(self, code: str, **params: Any) -> ValidationError:
        return ValidationError(self.error_messages[code], code, params)


def select_members(body: Any, wanted: Members) -> Any:
    """Return the wanted members of an answer. Each part is decoded only as deep as needed."""
    if not wanted:
        return body
    return select_raw_members(body if isinstance(body, Raw) else Raw(msgspec.json.encode(body)), wanted)


RAW_DECODER = msgspec.json.Decoder(dict[str, Raw] | list[Raw] | None)


def select_raw_members(text: Raw, wanted: Members) -> Any:
    if not wanted:
        return text
    parts = RAW_DECODER.decode(text)
    if isinstance(parts, list):
        return [select_raw_members(part, wanted) for part in parts]
    return parts and {name: select_raw_members(parts[name], within) for name, within in wanted.items() if name in parts}
