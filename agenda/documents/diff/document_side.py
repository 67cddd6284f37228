"""One of the two documents of a comparison: the places of its parts, and its values in words for people."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Self
from uuid import UUID

from django.db.models import Choices
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from msgspec import Struct

from agenda.documents.diff.labels import get_label, get_part_name, get_part_noun
from agenda.documents.diff.word_diff import ComparisonBudget, flatten_html
from meetings.clock import BRUSSELS
from meetings.documents import schema
from meetings.documents.choices import Language
from meetings.documents.members import get_members
from meetings.documents.plain_text import html_to_lines
from meetings.documents.traversal import convert_to_list, get_part_kind, is_part
from meetings.i18n import date_formats
from meetings.i18n.languages import get_interface_language
from meetings.i18n.printed_times import format_printed_time
from meetings.reference.delegations import get_country_name

PartKey = tuple[str, UUID]


@dataclass(frozen=True)
class LocatedPart:
    """A part and its place: the owner and its member that contains the part, and the part before it in that list."""

    part: Any
    member: str
    owner: Self | None = None
    after: Any = None

    @property
    def root(self) -> str:
        return self.owner.root if self.owner else str(capfirst(get_label(schema.MeetingDocument, self.member)))

    @property
    def where(self) -> str:
        """The place in words: “Agenda, item 8 b “Resettlement”” or “Agenda, item 8 “Dublin”, link “The regulation””."""
        name, noun = get_part_name(self.part), get_part_noun(self.part)
        if self.owner is None or self.member == "items":
            return f"{self.root}, {name}" if name else self.root
        return f"{self.owner.where}, {noun} {name}".rstrip()

    @property
    def place(self) -> str:
        """The position in the list in words, to say from where to where the part was moved."""
        before = self.after and (get_part_name(self.after) or _("an untitled entry"))
        order = _("after %s") % before if before else _("at the top")
        return f"{self.owner.where}: {order}" if self.owner else f"{self.root}: {order}"


def get_part_key(part: Any) -> PartKey:
    return get_part_kind(part), part.id


@cache
def list_labelled_names(owner: type[Struct]) -> list[str]:
    """Return the names of the members with a label. To ask a label takes as long as to translate it."""
    return [name for name, member in get_members(owner).items() if member.label]


def list_members(owner: Struct) -> Iterator[tuple[str, Any]]:
    """Yield name and value of the members to compare: those with a label, but no printed time that adds nothing."""
    hides_time_text = isinstance(owner, schema.Point) and is_time_text_derived(owner)
    for name in list_labelled_names(type(owner)):
        if not (hides_time_text and name == "time_text"):
            yield name, getattr(owner, name)


def is_time_text_derived(point: schema.Point) -> bool:
    time = dt.time.fromisoformat(point.time) if point.time else None
    return point.time_text == format_printed_time(time, point.time_precision)


class DocumentSide:
    """A document of a comparison with an index of its parts.

    Whole parts are described with the formatting of their words as far as the budget goes, and then without it.
    """

    def __init__(self, document: Struct, budget: ComparisonBudget | None = None) -> None:
        self.document, self.budget = document, budget or ComparisonBudget()
        self.parts: dict[PartKey, LocatedPart] = {}
        self.index_parts(document, None)
        self.by_path = {f"{kind}.{part}": place for (kind, part), place in self.parts.items()}

    def index_parts(self, owner: Struct, place: LocatedPart | None) -> None:
        for name in get_members(type(owner)):
            before = None
            for part in filter(is_part, convert_to_list(getattr(owner, name))):
                here = self.parts[get_part_key(part)] = LocatedPart(part, name, place, before)
                self.index_parts(part, here)
                before = part

    def get_name(self, kind: str, part: UUID) -> str:
        place = self.parts.get((kind, part))
        return get_part_name(place.part) if place else _("unknown")

    def format_entries(self, member: str, value: list[Any]) -> list[str]:
        return [self.format_value(member, entry) for entry in value]

    def format_value(self, member: str, value: Any) -> str:
        """Return the value of a member in words: a choice by its label, a date in full, an id by its part's name."""
        for value_type, formatter in FORMATTERS:
            if isinstance(value, value_type):
                return str(formatter(self, member, value))
        return "" if value is None else str(value)

    def describe_part(self, part: Struct) -> str:
        """Return everything that the part says, one member per line, without the parts that belong to it."""
        lines, members = [], get_members(type(part))
        for name, value in list_members(part):
            if value and not any(map(is_part, convert_to_list(value))):
                words = self.flatten(value) if members[name].is_html else self.format_value(name, value)
                lines.append(f"{members[name].label}: {words}\n")
        return "".join(lines)

    def flatten(self, html: str) -> str:
        return flatten_html(html) if self.budget.take_texts(html) else html_to_lines(html)

    def describe_path(self, path: str) -> str:
        """Return the text that a path of `fallbacks` names, in words: “Agenda, item 8 “Dublin”: text”."""
        kind, *rest = path.split(".")
        if len(rest) < 2:
            return str(capfirst(get_label(type(self.document), kind)))
        if kind == "topics" and (title := self.find_topic_title(rest[0])):
            return f"{capfirst(get_label(schema.Item, kind))}: “{title}”"
        place = self.by_path.get(f"{kind}.{rest[0]}")
        return f"{place.where}: {get_label(type(place.part), rest[1])}" if place else path

    def find_topic_title(self, key: str) -> str:
        """Return the title of a topic that an item names, by its id."""
        topics = (topic for place in self.parts.values() for topic in getattr(place.part, "topics", ()))
        return next((topic.title for topic in topics if str(topic.id) == key), "")


def is_in_site_words(member: str, value: Any) -> bool:
    """Return True if the value is shown in the site's words (a label, a date), not in words of the document."""
    return member in CODE_FORMATTERS or isinstance(value, Choices | bool | dt.date)


def join_nonempty(*words: str) -> str:
    return ", ".join(filter(None, words))


def format_days(start: dt.date | None, end: dt.date | None) -> str:
    return " – ".join(
        date_formats.format_day(day, get_interface_language()) for day in dict.fromkeys((start, end)) if day
    )


def format_instant(at: dt.datetime) -> str:
    return date_formats.format_datetime(at.astimezone(BRUSSELS).replace(second=0), get_interface_language())


# Structures without an id are values, not parts. These functions put them in words.
VALUE_FORMATTERS: dict[type, Callable[[Any], str]] = {
    schema.ConfigurationName: lambda value: f"{value.code} – {value.name}",
    schema.EarlierDate: lambda value: join_nonempty(
        format_days(value.start_date, value.end_date), value.city, value.venue
    ),
    schema.EarlierTime: lambda value: join_nonempty(
        format_days(value.date, None), value.time_text or value.time or "", value.place
    ),
    schema.Image: lambda value: join_nonempty(value.alt, f"{value.width} × {value.height}", value.digest[:8]),
    schema.Place: lambda value: join_nonempty(value.city, value.venue),
    schema.PresidencyName: lambda value: value.name,
    schema.Speaker: lambda value: join_nonempty(value.name, value.role),
    schema.TopicName: lambda value: f"{value.title} ({value.slug})",
}
CODE_FORMATTERS: dict[str, Callable[[DocumentSide, str], str]] = {
    "country": lambda side, code: get_country_name(code),
    "language": lambda side, code: str(Language(code).label) if code in Language.values else code,
    "fallbacks": DocumentSide.describe_path,
}
REFERENCED_KINDS = {"session": "sessions", "items": "agenda"}  # members with ids, and the kind of part they refer to
FORMATTERS: tuple[tuple[type, Callable[[DocumentSide, str, Any], Any]], ...] = (
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
    (dt.date, lambda side, member, value: date_formats.format_weekday_date(value, get_interface_language())),
    (Struct, lambda side, member, value: VALUE_FORMATTERS[type(value)](value)),
    (list, lambda side, member, value: "; ".join(side.format_entries(member, value))),
)
