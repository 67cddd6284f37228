"""The parts of a document that search finds: the meeting or topic itself, and each item of the agenda."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from meetings import dates
from meetings.documents.shape import Item, Link, MeetingDocument, Result, Session, TopicDocument
from meetings.search.words import plain
from meetings.vocabulary import PartKind

LONGEST_MEETING = 31  # days that are told one by one


class Field(StrEnum):
    """What a text is of its part, where it does not stand for itself, as what is written about the part does."""

    PROSE = ""
    SHOWN = "shown"  # with whatever is found: who meets, when, and in which city
    CHAIR = "chair"
    CONTEXT = "context"  # what an item is part of
    DOCUMENT = "document"
    FOOTNOTE = "footnote"
    INFORMATION = "information from"
    LEGAL_BASIS = "legal basis"
    LINK = "link"
    NUMBER = "number"
    OUTCOME = "outcome sought"
    PRESIDENCY = "presidency"
    PROCEDURE = "procedure"
    PROGRAMME = "programme"
    RESULT = "result"
    SESSION = "session"
    SPEAKER = "speaker"
    SUPPORT = "supported by"
    TOPIC = "topic"
    VENUE = "venue"


class Text(NamedTuple):
    """Plain text, and its language: that of the document, or of its source where that stands in for it."""

    text: str
    language: str
    field: Field = Field.PROSE


@dataclass(frozen=True)
class Part:
    """Texts by what they count. `facts`, as who meets and when, count as references do, and every page shows them.

    `context` is what a part is found by only together with words of its own.
    """

    kind: PartKind
    id: UUID
    title: Text
    references: list[Text]
    texts: list[Text]
    facts: list[Text] = field(default_factory=list)
    context: list[Text] = field(default_factory=list)
    date: dt.date | None = None


def parts_of(document: MeetingDocument | TopicDocument) -> Iterator[Part]:
    said = Said(document)
    if isinstance(document, TopicDocument):
        texts = [said.text(document.lead, "lead"), said.text(document.text, "text"), *said.links(document.links)]
        yield Part(PartKind.TOPIC, document.id, said.text(document.title, "title"), [], there(texts))
        return
    around = said.around(document)
    yield meeting_part(document, said, around)
    yield from item_parts(document, document.agenda, said, around)


def meeting_part(document: MeetingDocument, said: "Said", around: list[Text]) -> Part:
    others = (said.text(reference, what=Field.NUMBER) for reference in document.references)
    number, paper = (
        said.text(document.number, what=Field.NUMBER),
        said.text(document.document_number, what=Field.DOCUMENT),
    )
    return Part(
        PartKind.MEETING,
        document.id,
        said.text(document.title, "title"),
        there([number, paper, *others]),
        there(said.of_meeting(document)),
        around,
        date=document.start_date,
    )


def item_parts(document: MeetingDocument, items: Iterable[Item], said: "Said", context: list[Text]) -> Iterator[Part]:
    """`context` grows by what items are part of."""
    sessions = {session.id: session for session in document.sessions}
    for item in items:
        session = sessions.get(item.session) if item.session else None
        title = said.text(item.title, "agenda", item.id, "title")
        procedures = (said.text(procedure, what=Field.PROCEDURE) for procedure in item.procedures)
        documents = (said.text(number, what=Field.DOCUMENT) for number in item.documents)
        basis = said.text(item.legal_basis, "agenda", item.id, "legal_basis", what=Field.LEGAL_BASIS)
        yield Part(
            PartKind.ITEM,
            item.id,
            title,
            there([*procedures, *documents, basis]),
            there(said.of_item(item)),
            context=[*context, *said.session_title(session)],
            date=(session and session.date) or document.start_date,
        )
        yield from item_parts(document, item.items, said, [*context, title._replace(field=Field.CONTEXT)])


def there(texts: Iterable[Text]) -> list[Text]:
    return [one for one in texts if one.text]


class Said:
    """The document's texts, each with its language."""

    def __init__(self, document: MeetingDocument | TopicDocument) -> None:
        self.language, self.source = document.language, document.source_language
        self.borrowed = frozenset(document.fallbacks)

    def text(self, text: str, *path: Any, what: Field = Field.PROSE) -> Text:
        """`path` is where it stands, as `fallbacks` names it."""
        language = self.source if path and ".".join(map(str, path)) in self.borrowed else self.language
        return Text(plain(text), language, what)

    def around(self, document: MeetingDocument) -> list[Text]:
        """Who meets, where and when: the days as people write them, and as one word each."""
        found = [
            self.text(document.configuration.code, what=Field.SHOWN),
            self.text(document.configuration.name, what=Field.SHOWN),
            self.text(document.place.city, "place", "city", what=Field.SHOWN),
            self.text(document.place.venue, "place", "venue", what=Field.VENUE),
        ]
        if document.presidency:
            found.append(self.text(document.presidency.name, "presidency", "name", what=Field.PRESIDENCY))
        for day in days_of(document):
            days = dates.day(day, self.language), f"{day:%Y%m%d}"
            found += [self.text(written, what=Field.SHOWN) for written in days]
        return there(found)

    def of_meeting(self, document: MeetingDocument) -> Iterator[Text]:
        yield self.text(document.lead, "lead")
        for session in document.sessions:
            for name in ("title", "text"):
                yield self.text(getattr(session, name), "sessions", session.id, name, what=Field.SESSION)
        for result in document.results:
            yield from self.result(result)
        for point in document.programme:
            names = ("title", "text", "place")
            for name in names:
                yield self.text(getattr(point, name), "programme", point.id, name, what=Field.PROGRAMME)
            yield from (self.text(speaker.name, what=Field.SPEAKER) for speaker in point.speakers)
        for chair in document.chairs:
            yield self.text(chair.name, what=Field.CHAIR)
            yield self.text(chair.role, "chairs", chair.id, "role", what=Field.CHAIR)
        yield from self.links(document.links)
        for note in document.footnotes:
            yield self.text(note.text, "footnotes", note.id, "text", what=Field.FOOTNOTE)
        yield from (self.text(alert.text, "alerts", alert.id, "text") for alert in document.alerts)
        yield self.text(document.status_reason, "status_reason")

    def of_item(self, item: Item) -> Iterator[Text]:
        yield from (self.text(getattr(item, name), "agenda", item.id, name) for name in ("text", "state_note"))
        yield self.text(item.outcome_sought, "agenda", item.id, "outcome_sought", what=Field.OUTCOME)
        for name, what in (("information_from", Field.INFORMATION), ("supported_by", Field.SUPPORT)):
            for number, whom in enumerate(getattr(item, name)):
                yield self.text(whom, "agenda", item.id, name, number, what=what)
        yield from (self.text(topic.title, "topics", topic.id, "title", what=Field.TOPIC) for topic in item.topics)
        if item.result:
            yield from self.result(item.result)
        yield from self.links(item.links)

    def result(self, result: Result) -> Iterator[Text]:
        for name in ("title", "text"):
            yield self.text(getattr(result, name), "results", result.id, name, what=Field.RESULT)
        yield from self.links(result.links)

    def links(self, links: Iterable[Link]) -> Iterator[Text]:
        return (self.text(link.title, "links", link.id, "title", what=Field.LINK) for link in links)

    def session_title(self, session: Session | None) -> list[Text]:
        if session is None:
            return []
        return [self.text(session.title, "sessions", session.id, "title", what=Field.SESSION)]


def days_of(document: MeetingDocument) -> list[dt.date]:
    if document.start_date is None:
        return []
    last = (document.end_date or document.start_date) - document.start_date
    return [document.start_date + dt.timedelta(days) for days in range(min(last.days, LONGEST_MEETING) + 1)]
