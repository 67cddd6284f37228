"""One of the two documents of a comparison: the places of its parts, and its values in words for people."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django.db.models import Choices
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from msgspec import Struct
from msgspec.structs import fields

from agenda.comparing.labels import IGNORED_MEMBERS, PART_TYPES, is_part, kind_of, label_of, name_of
from agenda.comparing.words import flatten_html
from meetings import dates
from meetings.clock import BRUSSELS
from meetings.documents import shape
from meetings.languages import language_of_words
from meetings.reference.delegations import country_name
from meetings.times import printed_time
from meetings.vocabulary import Language

PartKey = tuple[str, UUID]


@dataclass(frozen=True)
class Standing:
    """A part and its place: the owner and its member that contains the part, and the part before it in that list."""

    part: Any
    member: str
    owner: Self | None = None
    after: Any = None

    @property
    def root(self) -> str:
        return self.owner.root if self.owner else str(capfirst(label_of(shape.MeetingDocument, self.member)))

    @property
    def where(self) -> str:
        """The place in words: “Agenda, item 8 b “Resettlement”” or “Agenda, item 8 “Dublin”, link “The regulation””."""
        name, noun = name_of(self.part), str(PART_TYPES[type(self.part)][2])
        if self.owner is None or self.member == "items":
            return f"{self.root}, {name}" if name else self.root
        return f"{self.owner.where}, {noun} {name}".rstrip()

    @property
    def place(self) -> str:
        """The position in the list in words, to say from where to where the part was moved."""
        before = self.after and (name_of(self.after) or _("an untitled entry"))
        order = _("after %s") % before if before else _("at the top")
        return f"{self.owner.where}: {order}" if self.owner else f"{self.root}: {order}"


def listed(value: Any) -> list[Any]:
    """Return the value as a list: a single part becomes a list of one, None an empty list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def get_part_key(part: Any) -> PartKey:
    return kind_of(part), part.id


def list_members(owner: Struct) -> Iterator[tuple[str, Any]]:
    """Yield name and value of the members to compare: not ids, nor a printed time that says no more than the time."""
    hides_time_text = isinstance(owner, shape.Point) and is_time_text_derived(owner)
    for field in fields(owner):
        if field.name not in IGNORED_MEMBERS and not (hides_time_text and field.name == "time_text"):
            yield field.name, getattr(owner, field.name)


def is_time_text_derived(point: shape.Point) -> bool:
    time = dt.time.fromisoformat(point.time) if point.time else None
    return point.time_text == printed_time(time, point.time_precision)


class Side:
    """A document of a comparison with an index of its parts."""

    def __init__(self, document: Struct) -> None:
        self.document = document
        self.parts: dict[PartKey, Standing] = {}
        self.index_parts(document, None)
        self.by_path = {f"{kind}.{part}": place for (kind, part), place in self.parts.items()}

    def index_parts(self, owner: Struct, place: Standing | None) -> None:
        for field in fields(owner):
            before = None
            for part in filter(is_part, listed(getattr(owner, field.name))):
                here = self.parts[get_part_key(part)] = Standing(part, field.name, place, before)
                self.index_parts(part, here)
                before = part

    def get_name(self, kind: str, part: UUID) -> str:
        place = self.parts.get((kind, part))
        return name_of(place.part) if place else _("unknown")

    def format_entries(self, member: str, value: list[Any]) -> list[str]:
        return [self.said(member, entry) for entry in value]

    def said(self, member: str, value: Any) -> str:
        """Return the value of a member in words: a choice by its label, a date in full, an id by its part's name."""
        for value_type, formatter in FORMATTERS:
            if isinstance(value, value_type):
                return str(formatter(self, member, value))
        return "" if value is None else str(value)

    def described(self, part: Any) -> str:
        """Return everything that the part says, one member per line, without the parts that belong to it."""
        lines = []
        for member, value in list_members(part):
            if value and not any(map(is_part, listed(value))):
                words = flatten_html(value) if is_html(type(part), member) else self.said(member, value)
                lines.append(f"{label_of(type(part), member)}: {words}\n")
        return "".join(lines)

    def text_named(self, path: str) -> str:
        """Return the text that a path of `fallbacks` names, in words: “Agenda, item 8 “Dublin”: text”."""
        kind, *rest = path.split(".")
        if len(rest) < 2:
            return str(capfirst(label_of(type(self.document), kind)))
        place = self.by_path.get(f"{kind}.{rest[0]}")
        return f"{place.where}: {label_of(type(place.part), rest[1])}" if place else path


def is_html(owner: type, member: str) -> bool:
    return owner.__annotations__.get(member) == shape.Html


def is_in_site_words(member: str, value: Any) -> bool:
    """Return True if the value is shown in the site's words (a label, a date), not in words of the document."""
    return member in CODE_FORMATTERS or isinstance(value, Choices | bool | dt.date)


def join_nonempty(*words: str) -> str:
    return ", ".join(filter(None, words))


def format_days(start: dt.date | None, end: dt.date | None) -> str:
    return " – ".join(dates.day(day, language_of_words()) for day in dict.fromkeys((start, end)) if day)


def format_instant(at: dt.datetime) -> str:
    return dates.moment(at.astimezone(BRUSSELS).replace(second=0), language_of_words())


# Structures without an id are values, not parts. These functions put them in words.
VALUE_FORMATTERS: dict[type, Callable[[Any], str]] = {
    shape.ConfigurationName: lambda value: f"{value.code} – {value.name}",
    shape.EarlierDate: lambda value: join_nonempty(
        format_days(value.start_date, value.end_date), value.city, value.venue
    ),
    shape.EarlierTime: lambda value: join_nonempty(
        format_days(value.date, None), value.time_text or value.time or "", value.place
    ),
    shape.Image: lambda value: join_nonempty(value.alt, f"{value.width} × {value.height}", value.digest[:8]),
    shape.Place: lambda value: join_nonempty(value.city, value.venue),
    shape.PresidencyName: lambda value: value.name,
    shape.Speaker: lambda value: join_nonempty(value.name, value.role),
    shape.TopicName: lambda value: f"{value.title} ({value.slug})",
}
CODE_FORMATTERS: dict[str, Callable[[Side, str], str]] = {
    "country": lambda side, code: country_name(code),
    "language": lambda side, code: str(Language(code).label) if code in Language.values else code,
    "fallbacks": Side.text_named,
}
REFERENCED_KINDS = {"session": "sessions", "items": "agenda"}  # members with ids, and the kind of part they refer to
FORMATTERS: tuple[tuple[type, Callable[[Side, str, Any], Any]], ...] = (
    (Choices, lambda side, member, value: value.label),
    (
        str,
        lambda side, member, value: (
            CODE_FORMATTERS[member](side, value) if value and member in CODE_FORMATTERS else value
        ),
    ),
    (UUID, lambda side, member, value: side.get_name(REFERENCED_KINDS[member], value)),
    (bool, lambda side, member, value: _("yes") if value else _("no")),
    (dt.datetime, lambda side, member, value: format_instant(value)),
    (dt.date, lambda side, member, value: dates.weekday(value, language_of_words())),
    (Struct, lambda side, member, value: VALUE_FORMATTERS[type(value)](value)),
    (list, lambda side, member, value: "; ".join(side.format_entries(member, value))),
)
