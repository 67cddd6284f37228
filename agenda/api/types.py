"""Types of answers about agendas and topics. Their names are those in the API's description."""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from meetings.api.renderers import build_answer_type
from meetings.api.resource_urls import Instant, Url
from meetings.documents.choices import Language, MeetingStatus
from meetings.documents.schema import ConfigurationName, Fallbacks, Item, Link, Place, Sha256, TopicDocument

Topic = build_answer_type(TopicDocument, "Topic", tag_field="type", tag="topic")


class MeetingOfPart(Struct, kw_only=True):
    """The meeting that contains it, with the members that a list of parts needs."""

    id: UUID
    url: Url
    html_url: Url
    title: str
    language: Language
    source_language: Language
    fallbacks: Fallbacks
    configuration: ConfigurationName
    start_date: dt.date | None
    end_date: dt.date | None
    place: Place
    status: MeetingStatus
    edition: Annotated[int, Meta(ge=1)]
    modified_at: Annotated[Instant, Meta(description="The time of the last change to its text in this language.")]
    digest: Sha256


class TopicOfPart(Struct, kw_only=True):
    """The background topic that contains it."""

    id: UUID
    url: Url
    html_url: Url
    title: str
    language: Language
    source_language: Language
    fallbacks: Fallbacks
    slug: str
    edition: Annotated[int, Meta(ge=1)]
    modified_at: Annotated[Instant, Meta(description="The time of the last change to its text in this language.")]
    digest: Sha256


class AgendaItem(Item, kw_only=True, tag_field="type", tag="agenda_item"):
    """An item of a published agenda, with the same members as in the meeting's document, and its context."""

    url: Annotated[Url, Meta(description="The address of this item in the API.")]
    html_url: Annotated[Url, Meta(description="The address of its place on the meeting's page.")]
    language: Language
    fallbacks: Fallbacks
    date: Annotated[
        dt.date | None,
        Meta(description="The day of its session, or else the first day of the meeting; null if there is no date."),
    ]
    parent: Annotated[UUID | None, Meta(description="The id of the item that contains it, or null.")]
    meeting: MeetingOfPart


class MediaLink(Link, kw_only=True, tag_field="type", tag="media_link"):
    """A link of a published document, with the same members as there, and its context. `url` is what it links to."""

    api_url: Annotated[Url, Meta(description="The address of this link in the API.")]
    html_url: Annotated[Url, Meta(description="The address of its place on the page of its meeting or topic.")]
    owner_type: Annotated[
        Literal["meeting", "item", "point", "result", "topic"], Meta(description="What the link belongs to.")
    ]
    owner_id: UUID
    date: Annotated[
        dt.date | None,
        Meta(description="The day of the programme event or item that it belongs to; otherwise null."),
    ]
    fallbacks: Fallbacks
    meeting: MeetingOfPart | None
    topic: TopicOfPart | None
