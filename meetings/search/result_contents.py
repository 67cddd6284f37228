"""What a search result shows of a part. It is stored with the edition, so that a search reads no document."""

import datetime as dt
import logging
import uuid

import msgspec
from msgspec import Struct

from meetings.documents.choices import ItemState, MeetingStatus
from meetings.documents.fallbacks import get_text_language
from meetings.documents.schema import EarlierDate, MeetingDocument, TopicDocument
from meetings.search.document_parts import SearchPart, SearchText

log = logging.getLogger(__name__)
SAMPLE_REFERENCE = "Sample"


class MeetingSummary(Struct, frozen=True, array_like=True):
    """What a result shows of the meeting, also for an agenda item. New members are added as to `ResultContent`."""

    code: str
    slug: str
    title: SearchText
    city: SearchText
    start_date: dt.date | None
    end_date: dt.date | None
    status: MeetingStatus
    is_sample: bool
    previous: list[EarlierDate] = []


class ResultContent(Struct, frozen=True, array_like=True):
    """The texts of a part from which the title and the extracts are made, as in `SearchPart`. A topic has no meeting.

    New members are added at the end, with a default: contents that are stored do not have them.
    """

    title: SearchText
    references: list[SearchText]
    texts: list[SearchText]
    key_facts: list[SearchText]
    context: list[SearchText]
    state: ItemState
    meeting: MeetingSummary | None


DECODER = msgspec.json.Decoder(ResultContent)


def build_result_content(document: MeetingDocument | TopicDocument, part: SearchPart) -> ResultContent:
    meeting = summarize_meeting(document) if isinstance(document, MeetingDocument) else None
    return ResultContent(part.title, part.references, part.texts, part.key_facts, part.context, part.state, meeting)


def summarize_meeting(document: MeetingDocument) -> MeetingSummary:
    return MeetingSummary(
        document.configuration.code,
        document.configuration.slug,
        SearchText(document.title, get_text_language(document, "title")),
        SearchText(document.place.city, get_text_language(document, "place.city")),
        document.start_date,
        document.end_date,
        document.status,
        SAMPLE_REFERENCE in document.references,
        document.previous,
    )


def encode_result_content(content: ResultContent) -> str:
    return msgspec.json.encode(content).decode()


def decode_result_content_or_none(text: str, key: uuid.UUID) -> ResultContent | None:
    """Return the stored content; None, with an error in the log, if it cannot be decoded."""
    try:
        return DECODER.decode(text)
    except msgspec.DecodeError as error:
        log.error("The stored search result %s cannot be read: %s", key, error)
        return None


def get_result_id(edition: uuid.UUID, language: str, part: uuid.UUID) -> uuid.UUID:
    """Return the primary key of a stored content. Nobody can guess it who does not know the id of the edition."""
    return uuid.uuid5(edition, f"{language} {part}")
