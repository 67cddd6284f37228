"""Split a document into the parts that search finds: the meeting or topic itself, and each agenda item."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from meetings.documents.choices import PartKind
from meetings.documents.plain_text import html_to_search_text
from meetings.documents.schema import Item, Link, MeetingDocument, Result, Session, TopicDocument
from meetings.i18n import date_formats

MAX_MEETING_DAYS = 31  # the number of days that are indexed


class TextRole(StrEnum):
    """The role of a text in its part. Results name it, except for prose and for texts that they always show."""

    PROSE = ""
    SHOWN = "shown"  # shown with every result: the configuration, the dates and the city
    CHAIR = "chair"
    CONTEXT = "context"  # the title of an item that contains this one
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


class SearchText(NamedTuple):
    """A plain text with its language, which is the source language if the text is a fallback."""

    text: str
    language: str
    role: TextRole = TextRole.PROSE


@dataclass(frozen=True)
class SearchPart:
    """A searchable part of a document, with its texts grouped by rank.

    `key_facts`, such as the configuration and the dates, rank like references, and every page shows them. `context`
    matches only together with the part's own words.
    """

    kind: PartKind
    id: UUID
    title: SearchText
    references: list[SearchText]
    texts: list[SearchText]
    key_facts: list[SearchText] = field(default_factory=list)
    context: list[SearchText] = field(default_factory=list)
    date: dt.date | None = None


def build_search_parts(document: MeetingDocument | TopicDocument) -> Iterator[SearchPart]:
    """Yield the searchable parts of a document."""
    texts = DocumentTexts(document)
    if isinstance(document, TopicDocument):
        topic_texts = [
            texts.build_text(document.lead, "lead"),
            texts.build_text(document.text, "text"),
            *texts.collect_link_texts(document.links),
        ]
        title = texts.build_text(document.title, "title")
        yield SearchPart(PartKind.TOPIC, document.id, title, [], drop_empty(topic_texts))
        return
    key_facts = texts.collect_key_facts(document)
    yield build_meeting_part(document, texts, key_facts)
    yield from build_item_parts(document, document.agenda, texts, key_facts)


def build_meeting_part(document: MeetingDocument, texts: "DocumentTexts", key_facts: list[SearchText]) -> SearchPart:
    references = [
        texts.build_text(document.number, role=TextRole.NUMBER),
        texts.build_text(document.document_number, role=TextRole.DOCUMENT),
        *(texts.build_text(reference, role=TextRole.NUMBER) for reference in document.references),
    ]
    return SearchPart(
        PartKind.MEETING,
        document.id,
        texts.build_text(document.title, "title"),
        drop_empty(references),
        drop_empty(texts.collect_meeting_texts(document)),
        key_facts,
        date=document.start_date,
    )


def build_item_parts(
    document: MeetingDocument, items: Iterable[Item], texts: "DocumentTexts", context: list[SearchText]
) -> Iterator[SearchPart]:
    """Yield the parts of all items. The context of a nested item includes the titles of the items that contain it."""
    sessions = {session.id: session for session in document.sessions}
    for item in items:
        session = sessions.get(item.session) if item.session else None
        title = texts.build_text(item.title, "agenda", item.id, "title")
        procedures = (texts.build_text(procedure, role=TextRole.PROCEDURE) for procedure in item.procedures)
        documents = (texts.build_text(number, role=TextRole.DOCUMENT) for number in item.documents)
        basis = texts.build_text(item.legal_basis, "agenda", item.id, "legal_basis", role=TextRole.LEGAL_BASIS)
        yield SearchPart(
            PartKind.ITEM,
            item.id,
            title,
            drop_empty([*procedures, *documents, basis]),
            drop_empty(texts.collect_item_texts(item)),
            context=[*context, *texts.collect_session_title(session)],
            date=(session and session.date) or document.start_date,
        )
        yield from build_item_parts(document, item.items, texts, [*context, title._replace(role=TextRole.CONTEXT)])


def drop_empty(texts: Iterable[SearchText]) -> list[SearchText]:
    return [text for text in texts if text.text]


class DocumentTexts:
    """Build search texts from a document, each with its language."""

    def __init__(self, document: MeetingDocument | TopicDocument) -> None:
        self.language, self.source = document.language, document.source_language
        self.fallbacks = frozenset(document.fallbacks)

    def build_text(self, text: str, *path: Any, role: TextRole = TextRole.PROSE) -> SearchText:
        """Return a search text. `path` is the path of the text in the document, as in `fallbacks`."""
        language = self.source if path and ".".join(map(str, path)) in self.fallbacks else self.language
        return SearchText(html_to_search_text(text), language, role)

    def collect_key_facts(self, document: MeetingDocument) -> list[SearchText]:
        """Return the configuration, place, presidency and dates, each date in words and as a single word."""
        found = [
            self.build_text(document.configuration.code, role=TextRole.SHOWN),
            self.build_text(document.configuration.name, role=TextRole.SHOWN),
            self.build_text(document.place.city, "place", "city", role=TextRole.SHOWN),
            self.build_text(document.place.venue, "place", "venue", role=TextRole.VENUE),
        ]
        if document.presidency:
            found.append(self.build_text(document.presidency.name, "presidency", "name", role=TextRole.PRESIDENCY))
        for day in list_meeting_days(document):
            forms = date_formats.format_day(day, self.language), f"{day:%Y%m%d}"
            found += [self.build_text(form, role=TextRole.SHOWN) for form in forms]
        return drop_empty(found)

    def collect_meeting_texts(self, document: MeetingDocument) -> Iterator[SearchText]:
        yield self.build_text(document.lead, "lead")
        for session in document.sessions:
            for name in ("title", "text"):
                yield self.build_text(getattr(session, name), "sessions", session.id, name, role=TextRole.SESSION)
        for result in document.results:
            yield from self.collect_result_texts(result)
        for point in document.programme:
            for name in ("title", "text", "place"):
                yield self.build_text(getattr(point, name), "programme", point.id, name, role=TextRole.PROGRAMME)
            yield from (self.build_text(speaker.name, role=TextRole.SPEAKER) for speaker in point.speakers)
        for chair in document.chairs:
            yield self.build_text(chair.name, role=TextRole.CHAIR)
            yield self.build_text(chair.role, "chairs", chair.id, "role", role=TextRole.CHAIR)
        yield from self.collect_link_texts(document.links)
        for note in document.footnotes:
            yield self.build_text(note.text, "footnotes", note.id, "text", role=TextRole.FOOTNOTE)
        yield from (self.build_text(alert.text, "alerts", alert.id, "text") for alert in document.alerts)
        yield self.build_text(document.status_reason, "status_reason")

    def collect_item_texts(self, item: Item) -> Iterator[SearchText]:
        yield from (self.build_text(getattr(item, name), "agenda", item.id, name) for name in ("text", "state_note"))
        yield self.build_text(item.outcome_sought, "agenda", item.id, "outcome_sought", role=TextRole.OUTCOME)
        for name, role in (("information_from", TextRole.INFORMATION), ("supported_by", TextRole.SUPPORT)):
            for number, text in enumerate(getattr(item, name)):
                yield self.build_text(text, "agenda", item.id, name, number, role=role)
        yield from (
            self.build_text(topic.title, "topics", topic.id, "title", role=TextRole.TOPIC) for topic in item.topics
        )
        if item.result:
            yield from self.collect_result_texts(item.result)
        yield from self.collect_link_texts(item.links)

    def collect_result_texts(self, result: Result) -> Iterator[SearchText]:
        for name in ("title", "text"):
            yield self.build_text(getattr(result, name), "results", result.id, name, role=TextRole.RESULT)
        yield from self.collect_link_texts(result.links)

    def collect_link_texts(self, links: Iterable[Link]) -> Iterator[SearchText]:
        return (self.build_text(link.title, "links", link.id, "title", role=TextRole.LINK) for link in links)

    def collect_session_title(self, session: Session | None) -> list[SearchText]:
        if session is None:
            return []
        return [self.build_text(session.title, "sessions", session.id, "title", role=TextRole.SESSION)]


def list_meeting_days(document: MeetingDocument) -> list[dt.date]:
    if document.start_date is None:
        return []
    last = (document.end_date or document.start_date) - document.start_date
    return [document.start_date + dt.timedelta(days) for days in range(min(last.days, MAX_MEETING_DAYS) + 1)]
