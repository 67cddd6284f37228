"""A change of facts as plain data, and the one function that applies it to a document."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from agenda.translating import Made, in_any_language, texts_in, topics_named
from meetings.documents.shape import Alert, EarlierTime, MeetingDocument
from meetings.documents.text import digest_of, validated
from meetings.indexing import walk
from meetings.vocabulary import PointState

Values = Mapping[str, Any]

POINT_FACTS = ("date", "time", "time_precision", "place", "live", "speakers", "state")
ITEM_FACTS = ("state", "state_note")
MEETING_FACTS = ("status", "status_reason")
DATES = ("start_date", "end_date", "previous")  # follow from a status
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


def with_facts(documents: Sequence[MeetingDocument], facts: Facts) -> list[MeetingDocument]:
    """A text in its languages, the source's first, with the facts changed and nothing else.

    What it does not hold, it does not hold afterwards. A text that is new is borrowed until somebody translates it.
    Raises InvalidDocument.
    """
    source, *others = documents
    changed = in_source(source, facts)
    return [changed, *(in_translation(document, source, changed, facts) for document in others)]


def in_source(document: MeetingDocument, facts: Facts) -> MeetingDocument:
    changed = validated(document)  # a copy
    points = {point.id: point for point in changed.programme}
    items = {item.id: item for item, _parent in walk(changed.agenda)}
    for parts, wanted in ((points, facts.points), (items, facts.items)):
        for key in parts.keys() & wanted.keys():
            put(parts[key], wanted[key])
    for key in points.keys() & facts.earlier.keys():
        points[key].previous = [*points[key].previous, facts.earlier[key]]
    put(changed, facts.meeting)
    alerts = [Alert(id=new.id, at=new.at, text=new.text(changed.language)) for new in facts.alerts]
    changed.alerts = sorted([*alerts, *changed.alerts], key=lambda alert: (-alert.at.timestamp(), alert.id))
    return validated(changed)


def put(part: Any, values: Values) -> None:
    for name, value in values.items():
        setattr(part, name, value)


def in_translation(
    document: MeetingDocument, source: MeetingDocument, changed: MeetingDocument, facts: Facts
) -> MeetingDocument:
    """The translation of the source document as one of the changed one."""
    language = document.language
    texts = texts_in(source, document) | {
        (alert.id, "text"): Made(alert.texts[language], digest_of(alert.text(changed.language)))
        for alert in facts.alerts
        if language in alert.texts
    }
    translated = in_any_language(changed, language, texts, topics_named(document))
    assert isinstance(translated, MeetingDocument)
    return translated
