"""The names of a document's members and parts that a comparison shows to people."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from meetings.documents import schema
from meetings.documents.members import get_members
from meetings.documents.plain_text import cut_text


def quote(words: str) -> str:
    return f"“{cut_text(words, 80)}”" if words else ""


def format_item_name(item: schema.Item) -> str:
    return " ".join(filter(None, (str(item.kind.label), item.number, quote(item.title))))


def format_point_name(point: schema.Point) -> str:
    kind = str(point.kind.label)
    return " ".join(filter(None, (kind[:1].lower() + kind[1:], quote(point.title))))


# For each type of part: a function for the name of a part in its list, and the noun before that name in another part.
PART_NAMES: dict[type, tuple[Callable[[Any], str], Any]] = {
    schema.Alert: (lambda alert: quote(alert.text), ""),
    schema.Chair: (lambda chair: chair.name, ""),
    schema.Contact: (lambda contact: contact.name, ""),
    schema.Footnote: (lambda footnote: footnote.mark, ""),
    schema.Item: (format_item_name, ""),
    schema.Link: (lambda link: quote(link.title), _("link")),
    schema.Point: (format_point_name, ""),
    schema.Result: (lambda result: quote(result.title), _("result")),
    schema.Session: (lambda session: quote(session.title), ""),
}


def get_part_name(part: Any) -> str:
    return PART_NAMES[type(part)][0](part)


def get_part_noun(part: Any) -> str:
    return str(PART_NAMES[type(part)][1])


def get_label(owner: type[Struct], member: str) -> str:
    return str(get_members(owner)[member].label)
