"""`fields`: an answer with no more members than are asked for, picked out of its bytes."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec import Raw, inspect
from rest_framework.request import Request

from meetings.parameters import Parameter, nearest
from meetings.problems import Problem, bad_parameter

MOST, DEEPEST = 30, 3
Members = dict[str, Any]  # names of members, each with those within it; with none where it is wanted whole


@cache
def fields_parameter(shape: type[msgspec.Struct]) -> Parameter:
    items = {"type": "string", "enum": list(paths_of(shape))}
    description = gettext_lazy(
        "The members to answer with, by name and separated by commas; `agenda.title` is the title of each entry of the "
        "agenda. All, where it is left out. A digest can be verified only with all members of the document."
    )
    return Parameter("fields", {"type": "array", "items": items, "minItems": 1, "maxItems": MOST}, description)


@cache
def paths_of(shape: type[msgspec.Struct]) -> dict[str, None]:
    """What can be asked for of the shape, in its order: `agenda`, `agenda.title`, `agenda.items.title`."""
    return dict.fromkeys(walk(inspect.type_info(shape), DEEPEST))


def walk(kind: Any, depth: int, prefix: str = "") -> Iterator[str]:
    """A list is looked through: a path leads into each of its entries."""
    if isinstance(kind, inspect.Metadata):
        yield from walk(kind.type, depth, prefix)
    elif isinstance(kind, inspect.ListType):
        yield from walk(kind.item_type, depth, prefix)
    elif isinstance(kind, inspect.UnionType):
        for each in kind.types:
            yield from walk(each, depth, prefix)
    elif isinstance(kind, inspect.StructType) and depth:
        if kind.tag_field:
            yield prefix + kind.tag_field
        for member in kind.fields:
            yield prefix + member.encode_name
            yield from walk(member.type, depth - 1, f"{prefix}{member.encode_name}.")


def fields_of(request: Request, shape: type[msgspec.Struct]) -> Members:
    """The members that `?fields=` asks for; none at all where the whole is wanted. Raises a 400."""
    text = request.query_params.get("fields")
    if text is None:
        return {}
    paths = [path.strip() for path in text.split(",", MOST)]
    if len(paths) > MOST:
        raise bad_parameter("fields", _("fields names more than %d members: leave it out for all of them.") % MOST)
    known = paths_of(shape)
    for path in paths:
        if path not in known:
            raise no_such(path[:100], list(known))
    wanted: Members = {}
    for path in known:  # in the order of the answer, and what holds others first
        names = path.split(".")
        if path in paths and not any(".".join(names[:depth]) in paths for depth in range(1, len(names))):
            within = wanted
            for name in names:
                within = within.setdefault(name, {})
    return wanted


def no_such(path: str, known: list[str]) -> Problem:
    """Its nearest is looked for everywhere; what there is, is told of the member that it leads into."""
    if not path:
        return bad_parameter("fields", _("fields has an empty name: separate names by single commas."))
    if path.count(".") >= DEEPEST:
        detail = _("fields: “%(path)s” leads deeper than %(depth)d names: ask for a member further out.")
        return bad_parameter("fields", detail % {"path": path, "depth": DEEPEST})
    outer = path.rpartition(".")[0]
    while outer and outer not in known:
        outer = outer.rpartition(".")[0]
    level = [each for each in known if each.rpartition(".")[0] == outer] or [outer]
    inner = f"{outer}." if outer and level != [outer] else ""
    likely = nearest(path.removeprefix(inner), [each.removeprefix(inner) for each in level])
    likely = {"nearest": inner + likely["nearest"]} if likely else {}
    hint = _("Did you mean “%s”?") % likely["nearest"] if likely else _("Known are: %s.") % ", ".join(level)
    detail = _("fields: there is no member “%(path)s”. %(hint)s") % {"path": path, "hint": hint}
    return bad_parameter("fields", detail, allowed=level, **likely)


def picked(body: Any, wanted: Members) -> Any:
    """The wanted members of an answer. Each part of it is read as deep as it is asked for, and no deeper."""
    if not wanted:
        return body
    return pick(body if isinstance(body, Raw) else Raw(msgspec.json.encode(body)), wanted)


PARTS = msgspec.json.Decoder(dict[str, Raw] | list[Raw] | None)


def pick(text: Raw, wanted: Members) -> Any:
    if not wanted:
        return text
    parts = PARTS.decode(text)
    if isinstance(parts, list):
        return [pick(part, wanted) for part in parts]
    return parts and {name: pick(parts[name], within) for name, within in wanted.items() if name in parts}
