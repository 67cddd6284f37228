"""Split a document into the parts that search finds: the meeting or topic itself, and each agenda item."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from msgspec import Struct

from meetings.documents.choices import ItemState, PartKind
from meetings.documents.members import Member, TextRole, get_members
from meetings.documents.plain_text import html_to_search_text
from meetings.documents.schema import Item, MeetingDocument, TopicDocument
from meetings.documents.traversal import PART_KINDS, convert_to_list, find_session
from meetings.i18n import date_formats

MAX_MEETING_DAYS = 31  # the number of days that are indexed


REFERENCE_ROLES = {TextRole.NUMBER, TextRole.DOCUMENT, TextRole.PROCEDURE, TextRole.LEGAL_BASIS}
EXPECTED_ROLES = {TextRole.TITLE, TextRole.SESSION}  # of texts that are expected, even if they are empty
KEY_FACT_ROLES = {TextRole.SHOWN, TextRole.VENUE, TextRole.PRESIDENCY}


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
    state: ItemState = ItemState.UNCHANGED


def build_search_parts(document: MeetingDocument | TopicDocument) -> Iterator[SearchPart]:
    """Yield the searchable parts of a document, with the texts that the schema declares as searched."""
    texts = DocumentTexts(document)
    if isinstance(document, TopicDocument):
        yield texts.build_part(PartKind.TOPIC, document, "")
        return
    meeting = texts.build_part(
        PartKind.MEETING, document, "", more_facts=texts.build_dates(document), date=document.start_date
    )
    yield meeting
    yield from build_item_parts(document, document.agenda, texts, meeting.key_facts)


def build_item_parts(
    document: MeetingDocument, items: Iterable[Item], texts: "DocumentTexts", context: list[SearchText]
) -> Iterator[SearchPart]:
    """Yield the parts of all items. The context of a nested item includes the titles of the items that contain it."""
    for item in items:
        session = find_session(document, item.session)
        session_title = islice(texts.collect_texts(session, f"sessions.{session.id}."), 1) if session else ()
        part = texts.build_part(
            PartKind.ITEM,
            item,
            f"agenda.{item.id}.",
            context=[*context, *session_title],
            date=(session and session.date) or document.start_date,
            state=item.state,
        )
        yield part
        yield from build_item_parts(document, item.items, texts, [*context, part.title._replace(role=TextRole.CONTEXT)])


@cache
def list_members_in_search_order(shape: type[Struct]) -> list[tuple[str, Member]]:
    members = [(name, member) for name, member in get_members(shape).items() if member.search_order is not None]
    return sorted(members, key=lambda each: each[1].search_order or 0)


class DocumentTexts:
    """Build search texts from a document, each with its language."""

    def __init__(self, document: MeetingDocument | TopicDocument) -> None:
        self.language, self.source = document.language, document.source_language
        self.fallbacks = frozenset(document.fallbacks)

    def build_part(
        self, kind: PartKind, owner: Any, path: str, *, more_facts: Iterable[SearchText] = (), **values: Any
    ) -> SearchPart:
        """Return the part with the texts of `owner`, each in the list of its rank. `path` is that of the owner."""
        title, *texts = sorted(self.collect_texts(owner, path), key=lambda text: text.role != TextRole.TITLE)
        found = [text for text in texts if text.text]
        return SearchPart(
            kind,
            owner.id,
            title,
            references=[text for text in found if text.role in REFERENCE_ROLES],
            texts=[text for text in found if text.role not in REFERENCE_ROLES | KEY_FACT_ROLES],
            key_facts=[*(text for text in found if text.role in KEY_FACT_ROLES), *more_facts],
            **values,
        )

    def build_text(self, text: str, path: str, role: TextRole) -> SearchText:
        """Return a search text. `path` is the path of the text in the document, as in `fallbacks`."""
        return SearchText(html_to_search_text(text), self.source if path in self.fallbacks else self.language, role)

    def collect_texts(self, owner: Struct, path: str) -> Iterator[SearchText]:
        """Yield the searched texts of a part and of the structures in it, but not of the agenda items in it."""
        for name, member in list_members_in_search_order(type(owner)):
            value = getattr(owner, name)
            if member.search is not None and isinstance(value, list):
                yield from (
                    self.build_text(text, f"{path}{name}.{place}", member.search) for place, text in enumerate(value)
                )
            elif member.search is not None:
                if value or member.search in EXPECTED_ROLES:
                    yield self.build_text(value, f"{path}{name}", member.search)
            elif member.part not in (None, Item):
                for part in convert_to_list(value):
                    is_row = hasattr(part, "id")
                    kind = f"{PART_KINDS.get(type(part), name)}.{part.id}." if is_row else f"{path}{name}."
                    yield from self.collect_texts(part, kind)

    def build_dates(self, document: MeetingDocument) -> Iterator[SearchText]:
        """Yield the days of the meeting, each in words and as a single word."""
        for day in list_meeting_days(document):
            for form in (date_formats.format_day(day, self.language), f"{day:%Y%m%d}"):
                yield self.build_text(form, "", TextRole.SHOWN)


def list_meeting_days(document: MeetingDocument) -> list[dt.date]:
    if document.start_date is None:
        return []
    last = (document.end_date or document.start_date) - document.start_date
    return [document.start_date + dt.timedelta(days) for days in range(min(last.days, MAX_MEETING_DAYS) + 1)]
