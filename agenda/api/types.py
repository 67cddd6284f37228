"""Types of answers about agendas and topics. Their names are those in the API's description."""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from meetings.api import types as meeting_types
from meetings.api.renderers import build_answer_type
from meetings.api.resource_urls import Instant, Url
from meetings.api.types import LiveUrl, MeetingStart, MeetingTakesPlace, PointStart, TakesPlace
from meetings.documents.choices import Language, MeetingStatus
from meetings.documents.members import Member
from meetings.documents.schema import (
    ConfigurationName,
    CountryCode,
    EarlierDate,
    Fallbacks,
    Item,
    Link,
    Place,
    Point,
    Sha256,
    TopicDocument,
    TopicName,
    WebAddress,
)

Topic = build_answer_type(TopicDocument, "Topic", tag_field="type", tag="topic")


class OwnerOfPart(Struct, kw_only=True):
    """The members that a meeting and a topic share."""

    id: Annotated[UUID, Member(description="Its id, which never changes.")]
    url: Annotated[Url, Member(description="Its address in the API.")]
    html_url: Annotated[Url, Member(description="Its page.")]
    title: str
    language: Annotated[Language, Member(description="The language of its title.")]
    source_language: Annotated[Language, Member(description="The language in which it was written.")]
    fallbacks: Fallbacks


class MeetingOfPart(OwnerOfPart, kw_only=True):
    """The meeting that contains it, with the members that a list of parts needs."""

    configuration: ConfigurationName
    start_date: Annotated[
        dt.date | None, Member(description="The first day; null if it was postponed without a new date.")
    ]
    end_date: Annotated[dt.date | None, Member(description="The last day, inclusive.")]
    starts_at: MeetingStart
    place: Place
    previous: Annotated[list[EarlierDate], Member(description="Where and when it was published before, oldest first.")]
    status: MeetingStatus
    takes_place: MeetingTakesPlace
    edition: Annotated[int, Meta(ge=1), Member(description="The number of its current edition.")]
    modified_at: Annotated[Instant, Meta(description="The time of the last change to its text in this language.")]
    digest: Sha256


class TopicOfPart(OwnerOfPart, kw_only=True):
    """The background topic that contains it."""

    slug: Annotated[str, Member(description="The name in addresses, for example `migration-policy`.")]
    edition: Annotated[int, Meta(ge=1), Member(description="The number of its current edition.")]
    modified_at: Annotated[Instant, Meta(description="The time of the last change to its text in this language.")]
    digest: Sha256


class NumberedDocument(Struct, kw_only=True):
    """A document of an item, with its address in the public register."""

    number: Annotated[str, Member(description="As in `documents`.")]
    url: Annotated[WebAddress, Meta(description="Its address in the register of the Council; empty if it has none.")]


class NumberedProcedure(Struct, kw_only=True):
    """An interinstitutional file of an item, with its addresses here and at EUR-Lex."""

    number: Annotated[str, Member(description="As in `procedures`.")]
    url: Annotated[WebAddress, Meta(description="Its address at EUR-Lex; empty if it has none.")]
    api_url: Annotated[WebAddress, Meta(description="The file in this API; empty if the code is not that of a file.")]
    html_url: Annotated[WebAddress, Meta(description="The page of the file; empty if the code is not that of a file.")]


class LegalBasisPart(Struct, kw_only=True):
    """A piece of the legal basis."""

    text: str
    url: Annotated[WebAddress, Meta(description="The Article of the Treaty at EUR-Lex; empty for anything else.")]


InformationFromCountries = Annotated[
    list[CountryCode], Member(description="The delegations in `information_from`, by the codes of their countries.")
]
SupportedByCountries = Annotated[
    list[CountryCode], Member(description="The delegations in `supported_by`, by the codes of their countries.")
]
DocumentLinks = Annotated[list[NumberedDocument], Member(description="`documents`, with their addresses.")]
ProcedureLinks = Annotated[list[NumberedProcedure], Member(description="`procedures`, with their addresses.")]
LegalBasisLinks = Annotated[
    list[LegalBasisPart], Member(description="The pieces of `legal_basis`, which is all of them in a row.")
]


class ItemAddresses(Struct, kw_only=True):
    """What an agenda item refers to, with codes and addresses beside the texts of the document."""

    information_from_countries: InformationFromCountries
    supported_by_countries: SupportedByCountries
    document_links: DocumentLinks
    procedure_links: ProcedureLinks
    legal_basis_links: LegalBasisLinks


class ComputedItem(ItemAddresses, kw_only=True):
    """What is computed for an item of the agenda, also for one within another."""

    id: Annotated[UUID, Member(description="The id of the item.")]


class ComputedPoint(Struct, kw_only=True):
    """What is computed for a point of the programme."""

    id: Annotated[UUID, Member(description="The id of the point.")]
    starts_at: PointStart
    takes_place: TakesPlace
    live_url: LiveUrl


class Computed(Struct, kw_only=True):
    """What follows from the document of a meeting. It is no part of the document, so `digest` does not cover it."""

    starts_at: MeetingStart
    takes_place: MeetingTakesPlace
    agenda: Annotated[list[ComputedItem], Member(description="The items in printed order, nested ones included.")]
    programme: Annotated[list[ComputedPoint], Member(description="The points in the editors' order.")]


COMPUTED_MEMBER = (
    "computed",
    Annotated[
        Computed | UnsetType,
        Meta(
            description="What follows from the document. It is there only with `computed=true`.",
            extra_json_schema={"x-requested-by": "computed"},
        ),
    ],
    UNSET,
)
Meeting = msgspec.defstruct(
    "Meeting",
    [COMPUTED_MEMBER],
    bases=(meeting_types.Meeting,),
    namespace={"__doc__": meeting_types.Meeting.__doc__},
    kw_only=True,
    tag_field="type",
    tag="meeting",
)
SelectableMeeting = msgspec.defstruct(
    "SelectableMeeting",
    [COMPUTED_MEMBER],
    bases=(meeting_types.MeetingWithStart,),
    namespace={"__doc__": meeting_types.MeetingWithStart.__doc__},
    kw_only=True,
    tag_field="type",
    tag="meeting",
)


class AgendaItem(Item, kw_only=True, tag_field="type", tag="agenda_item"):
    """An item of a published agenda, with the same members as in the meeting's document, and its context."""

    url: Annotated[Url, Meta(description="The address of this item in the API.")]
    html_url: Annotated[Url, Meta(description="The address of its place on the meeting's page.")]
    language: Annotated[Language, Member(description="The language of its texts, except those in `fallbacks`.")]
    fallbacks: Fallbacks
    date: Annotated[
        dt.date | None,
        Meta(description="The day of its session, or else the first day of the meeting; null if there is no date."),
    ]
    parent: Annotated[UUID | None, Meta(description="The id of the item that contains it, or null.")]
    information_from_countries: InformationFromCountries
    supported_by_countries: SupportedByCountries
    document_links: DocumentLinks
    procedure_links: ProcedureLinks
    legal_basis_links: LegalBasisLinks
    meeting: MeetingOfPart


class ProgrammePoint(Point, kw_only=True, tag_field="type", tag="programme_point"):
    """A point of a published programme, with the same members as in the meeting's document, and its context."""

    url: Annotated[Url, Meta(description="The address of this point in the API.")]
    html_url: Annotated[Url, Meta(description="The address of its place on the meeting's page.")]
    language: Annotated[Language, Member(description="The language of its texts, except those in `fallbacks`.")]
    fallbacks: Fallbacks
    date: Annotated[
        dt.date | None,
        Member(description="Its day, which is the meeting's first unless it has its own; null if there is no date."),
    ]
    starts_at: PointStart
    timezone: Annotated[str, Member(description="The time zone of `date` and `time`, for example `Europe/Brussels`.")]
    takes_place: TakesPlace
    live_url: LiveUrl
    streams: Annotated[
        list[Link],
        Member(
            description="All links to its live stream: its own, or else, if `live` is true, those of the meeting. None "
            "if it does not take place."
        ),
    ]
    meeting: MeetingOfPart


class File(Struct, kw_only=True, tag_field="type", tag="file"):
    """An interinstitutional file that published meetings deal with. Its title is that of the newest item on it."""

    number: Annotated[str, Member(description="The code, for example `2016/0133 (COD)`.")]
    slug: Annotated[str, Member(description="The name in addresses, for example `2016-0133-cod`.")]
    title: Annotated[str, Member(description="The title of the newest item; empty if it cannot be read.")]
    language: Annotated[Language, Member(description="The language of the title.")]
    topics: Annotated[list[TopicName], Member(description="The topics of the newest item.")]
    meeting_count: Annotated[int, Meta(ge=1, description="The number of published meetings with an item on it.")]
    first_date: Annotated[dt.date | None, Meta(description="The first day on which a meeting dealt with it, or null.")]
    last_date: Annotated[
        dt.date | None, Meta(description="The last day before today on which a meeting dealt with it, or null.")
    ]
    next_date: Annotated[
        dt.date | None, Meta(description="The next day, from today on, on which a meeting deals with it, or null.")
    ]
    eur_lex_url: Annotated[WebAddress, Meta(description="The procedure at EUR-Lex; empty if it has no address there.")]
    agenda_items: Annotated[Url, Meta(description="The address of the list of the items on it.")]
    url: Annotated[Url, Member(description="This file in the API.")]
    html_url: Annotated[Url, Member(description="Its page.")]


class Rendition(Struct, kw_only=True):
    """A file of a picture. It is public as long as an edition that shows the picture is."""

    url: Annotated[Url, Member(description="The address of the file.")]
    width: Annotated[int, Meta(ge=1, description="In pixels.")]
    height: Annotated[int, Meta(ge=1, description="In pixels.")]
    media_type: Annotated[Literal["image/jpeg", "image/webp"], Member(description="The type of the file.")]


class MediaLink(Link, kw_only=True, tag_field="type", tag="media_link"):
    """A link of a published document, with the same members as there, and its context. `url` is what it links to."""

    api_url: Annotated[Url, Meta(description="The address of this link in the API.")]
    html_url: Annotated[Url, Meta(description="The address of its place on the page of its meeting or topic.")]
    owner_type: Annotated[
        Literal["meeting", "item", "point", "result", "topic"], Meta(description="What the link belongs to.")
    ]
    owner_id: Annotated[
        UUID, Member(description="The id of the meeting, topic, item, point or result to which the link belongs.")
    ]
    date: Annotated[
        dt.date | None,
        Meta(description="The day of the programme event or item that it belongs to; otherwise null."),
    ]
    fallbacks: Fallbacks
    renditions: Annotated[
        list[Rendition],
        Member(description="The files of `image`: in full size, then the others, the widest first. Empty without one."),
    ]
    meeting: Annotated[MeetingOfPart | None, Member(description="Its meeting; null for a topic's link.")]
    topic: Annotated[TopicOfPart | None, Member(description="Its topic; null for a meeting's link.")]
