"""The parameter `fields`: parse it, and select the members that it names from the bytes of an answer."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec import Raw, inspect
from rest_framework.request import Request

from meetings.parameters import Parameter, find_nearest
from meetings.problems import Problem, build_parameter_problem

MAX_FIELDS, MAX_FIELD_DEPTH = 30, 3
Members = dict[str, Any]  # names of members, each with the members selected in it; empty if all of it is wanted


@cache
def build_fields_parameter(shape: type[msgspec.Struct]) -> Parameter:
    items = {"type": "string", "enum": list(list_paths(shape))}
    description = gettext_lazy(
        "The members to include, separated by commas. `agenda.title` is the title of each entry of the agenda. If left "
        "out, all members are included. A digest can only be verified with all members of the document."
    )
    return Parameter("fields", {"type": "array", "items": items, "minItems": 1, "maxItems": MAX_FIELDS}, description)


@cache
def list_paths(shape: type[msgspec.Struct]) -> dict[str, None]:
    """Return the paths that `fields` may name, in the order of the type: `agenda`, `agenda.title` and so on."""
    return dict.fromkeys(walk_paths(inspect.type_info(shape), MAX_FIELD_DEPTH))


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


def parse_fields(request: Request, shape: type[msgspec.Struct]) -> Members:
    """Return the members that `?fields=` names; empty if all are wanted. Raise a Problem (400) for a wrong one."""
    text = request.query_params.get("fields")
    if text is None:
        return {}
    paths = [path.strip() for path in text.split(",", MAX_FIELDS)]
    if len(paths) > MAX_FIELDS:
        raise build_parameter_problem(
            "fields", _("fields names more than %d members. Leave it out to get all of them.") % MAX_FIELDS
        )
    known = list_paths(shape)
    for path in paths:
        if path not in known:
            raise build_unknown_member_problem(path[:100], list(known))
    wanted: Members = {}
    for path in known:  # in the order of the answer, outer members first
        names = path.split(".")
        if path in paths and not any(".".join(names[:depth]) in paths for depth in range(1, len(names))):
            within = wanted
            for name in names:
                within = within.setdefault(name, {})
    return wanted


def build_unknown_member_problem(path: str, known: list[str]) -> Problem:
    """Return the Problem for an unknown path. It lists the members of the deepest known part of the path."""
    if not path:
        return build_parameter_problem("fields", _("fields has an empty name. Separate names with single commas."))
    if path.count(".") >= MAX_FIELD_DEPTH:
        detail = _("fields: “%(path)s” has more than %(depth)d levels. Choose an outer member.")
        return build_parameter_problem("fields", detail % {"path": path, "depth": MAX_FIELD_DEPTH})
    outer = path.rpartition(".")[0]
    while outer and outer not in known:
        outer = outer.rpartition(".")[0]
    level = [each for each in known if each.rpartition(".")[0] == outer] or [outer]
    inner = f"{outer}." if outer and level != [outer] else ""
    suggestion = find_nearest(path.removeprefix(inner), [each.removeprefix(inner) for each in level])
    suggestion = {"nearest": inner + suggestion["nearest"]} if suggestion else {}
    hint = (
        _("Did you mean “%s”?") % suggestion["nearest"] if suggestion else _("The members are: %s.") % ", ".join(level)
    )
    detail = _("fields: there is no member “%(path)s”. %(hint)s") % {"path": path, "hint": hint}
    return build_parameter_problem("fields", detail, allowed=level, **suggestion)


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
