"""A change of facts as plain data, and the one function that applies it to a document."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from agenda.models import AgendaItem
from meetings.documents.shape import Alert, EarlierTime, MeetingDocument
from meetings.documents.text import validated
from meetings.indexing import walk
from meetings.models import Meeting, ProgrammePoint, Row
from meetings.vocabulary import PointState

Values = Mapping[str, Any]

POINT_FACTS = ("date", "time", "time_precision", "place", "live", "speakers", "state")
ITEM_FACTS = ("state", "state_note")
MEETING_FACTS = ("status", "status_reason")
WHEN_AND_WHERE = ("date", "time", "place")
NOT_BEGUN = (PointState.PLANNED, PointState.DELAYED, PointState.MOVED)


@dataclass(frozen=True)
class FactsChange:
    """What somebody on duty asks for: new values by the id of the point or item, as the document writes them.

    `alert` is told to readers before what is told by itself. `late`: so many minutes later begins all of the day that
    has a clock and has not begun.
    """

    points: Mapping[UUID, Values] = field(default_factory=dict)
    items: Mapping[UUID, Values] = field(default_factory=dict)
    meeting: Values = field(default_factory=dict)
    alert: str = ""
    late: int = 0


@dataclass(frozen=True)
class NewAlert:
    """`texts` by language; in others, that in `language`, the live edition's source, stands in."""

    id: UUID
    at: dt.datetime
    language: str
    texts: Mapping[str, str]

    def text(self, language: str) -> str:
        return self.texts.get(language) or self.texts[self.language]


@dataclass(frozen=True)
class Facts:
    """A change as settled against the live edition, whose documents these are, the source's first."""

    live: Sequence[MeetingDocument]
    points: Mapping[UUID, Values]
    earlier: Mapping[UUID, EarlierTime]
    """When and where a point that moves was published to be."""
    items: Mapping[UUID, Values]
    meeting: Values
    alerts: tuple[NewAlert, ...]
    late: int
    now: dt.datetime

    def live_in(self, language: str) -> MeetingDocument:
        """What readers saw before in the language, or else in the source's."""
        return next((document for document in self.live if document.language == language), self.live[0])

    def texts(self) -> Iterator[tuple[UUID | None, type[Row], str, str]]:
        """The new values that are translated: the id of what they are of (none: the meeting), its kind, which, text."""
        for changed, model in (
            (self.points, ProgrammePoint),
            (self.items, AgendaItem),
            ({None: self.meeting}, Meeting),
        ):
            for key, values in changed.items():
                for name in (name for name in values if name in model.translated):
                    yield key, model, name, values[name]


def with_facts(document: MeetingDocument, facts: Facts) -> MeetingDocument:
    """The document with the facts changed and nothing else. What it does not hold, it does not hold afterwards.

    Raises InvalidDocument.
    """
    changed = validated(document)  # a copy
    points = {point.id: point for point in changed.programme}
    items = {item.id: item for item, _parent in walk(changed.agenda)}
    for parts, wanted in ((points, facts.points), (items, facts.items)):
        for key in parts.keys() & wanted.keys():
            put(parts[key], wanted[key])
    for key in points.keys() & facts.earlier.keys():
        points[key].previous = [*points[key].previous, facts.earlier[key]]
    put(changed, facts.meeting)
    told = [Alert(id=new.id, at=new.at, text=new.text(changed.language)) for new in facts.alerts]
    changed.alerts = sorted([*told, *changed.alerts], key=lambda alert: (-alert.at.timestamp(), alert.id))
    if changed.language != changed.source_language:
        changed.fallbacks = sorted(fallbacks(changed, facts, points.keys() | items.keys()))
    return validated(changed)


def put(part: Any, values: Values) -> None:
    for name, value in values.items():
        setattr(part, name, value)


def fallbacks(document: MeetingDocument, facts: Facts, known: set[UUID]) -> set[str]:
    """What is not in the document's language: a text that is new, too, until somebody translates it."""
    paths = set(document.fallbacks)
    paths |= {f"alerts.{alert.id}.text" for alert in facts.alerts if document.language not in alert.texts}
    for key, model, name, text in facts.texts():
        if key is not None and key not in known:
            continue
        path = f"{WITHIN[model]}.{key}.{name}" if key else name
        paths = paths | {path} if text else paths - {path}
    return paths


WITHIN: Mapping[type[Row], str] = {ProgrammePoint: "programme", AgendaItem: "agenda"}
