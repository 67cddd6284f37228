"""What answers about agendas look like; the names are those of the API's description."""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from meetings.answers import Instant, Url, enveloped
from meetings.documents.shape import ConfigurationName, Fallbacks, Item, Link, Place, Sha256, TopicDocument
from meetings.vocabulary import Language, MeetingStatus

Topic = enveloped(TopicDocument, "Topic", tag_field="type", tag="topic")


class MeetingOfPart(Struct, kw_only=True):
    """The meeting that it is part of, as much as a list of parts needs of it."""

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
    modified_at: Annotated[Instant, Meta(description="Since when its document stands as it does, in this language.")]
    digest: Sha256


class TopicOfPart(Struct, kw_only=True):
    """The background topic that it is part of."""

    id: UUID
    url: Url
    html_url: Url
    title: str
    language: Language
    source_language: Language
    fallbacks: Fallbacks
    slug: str
    edition: Annotated[int, Meta(ge=1)]
    modified_at: Annotated[Instant, Meta(description="Since when its document stands as it does, in this language.")]
    digest: Sha256


class AgendaItem(Item, kw_only=True, tag_field="type", tag="agenda_item"):
    """An item of a published agenda: its members as in the meeting's document, and where it stands."""

    url: Annotated[Url, Meta(description="This item in the API.")]
    html_url: Annotated[Url, Meta(description="Its place on the meeting's page.")]
    language: Language
    fallbacks: Fallbacks
    date: Annotated[
        dt.date | None,
        Meta(description="The day of its session, else the first day of the meeting; null where it has no date."),
    ]
    parent: Annotated[UUID | None, Meta(description="The item that it is part of.")]
    meeting: MeetingOfPart


class MediaLink(Link, kw_only=True, tag_field="type", tag="media_link"):
    """A link of a published document: its members as there, and where it stands. `url` is what it links to."""

    api_url: Annotated[Url, Meta(description="This link in the API.")]
    html_url: Annotated[Url, Meta(description="Its place on the page of its meeting or topic.")]
    owner_type: Annotated[
        Literal["meeting", "item", "point", "result", "topic"], Meta(description="What it stands at.")
    ]
    owner_id: UUID
    date: Annotated[
        dt.date | None,
        Meta(description="The day of the programme point or item that it stands at; null elsewhere, or without a day."),
    ]
    fallbacks: Fallbacks
    meeting: MeetingOfPart | None
    topic: TopicOfPart | None
