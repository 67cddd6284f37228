"""The document: a whole note in one language as plain data. This is the only definition of its shape.

Validation (`meetings.documents.encoding`), the JSON columns of the working copy and the OpenAPI schema are all derived
from these classes. The shape is a contract with all users of the API: a new member is added with a default, and no
member is renamed or removed. Dates are calendar dates at the place of the meeting, times are wall-clock times in the
document's `timezone`, instants are in UTC.
"""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct, field

from meetings.documents import choices as words

Html = Annotated[
    str,
    Meta(
        description="Sanitised HTML with only these elements: "
        "p, strong, em, a, ul, ol, li, h3, h4, blockquote, sub, sup, br.",
        extra_json_schema={"contentMediaType": "text/html"},
    ),
]
WebAddress = Annotated[
    str, Meta(pattern=r"^(https?://\S+)?$", description="A web address; empty if it is not known yet.")
]
ClockTime = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="Wall-clock time, HH:MM.")]
CountryCode = Annotated[
    str,
    Meta(pattern=r"^([A-Z]{2})?$", description="Two-letter code of the Interinstitutional Style Guide (EL is Greece)."),
]
Fallbacks = Annotated[
    list[str],
    Meta(
        description="The texts that are in the source language because there is no translation, such as "
        "`agenda.<id>.text`."
    ),
]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$", description="SHA-256 in lower-case hexadecimal.")]


class ConfigurationName(Struct, kw_only=True):
    """The body that meets: a Council configuration, or another body such as the Eurogroup."""

    code: str
    slug: str
    name: str


class Place(Struct, kw_only=True):
    city: str = ""
    venue: str = ""


class EarlierDate(Struct, kw_only=True):
    """A date and place for which the meeting was published before it was moved."""

    start_date: dt.date | None = None
    end_date: dt.date | None = None
    city: str = ""
    venue: str = ""


class PresidencyName(Struct, kw_only=True):
    country: CountryCode
    name: str


class Chair(Struct, kw_only=True):
    """A person who chairs the meeting; only one session or day of it if `session` or `date` is set."""

    id: UUID
    name: str
    role: str = ""
    country: CountryCode = ""
    session: UUID | None = None
    date: dt.date | None = None


class Session(Struct, kw_only=True):
    """A strand or body within the meeting (Justice, Home Affairs, Mixed Committee)."""

    id: UUID
    title: str
    date: dt.date | None = None
    place: str = ""
    text: Html = ""


class Image(Struct, kw_only=True):
    digest: Sha256
    alt: str
    width: int
    height: int


class Link(Struct, kw_only=True):
    id: UUID
    kind: words.LinkKind = words.LinkKind.WEB
    title: str
    url: WebAddress = ""
    language: str = ""
    image: Image | None = None


class Result(Struct, kw_only=True):
    """A result of the meeting or of one of its items."""

    id: UUID
    date: dt.date | None = None
    title: str = ""
    outcome: words.Outcome = words.Outcome.NOT_STATED
    text: Html = ""
    links: list[Link] = field(default_factory=list)


class TopicName(Struct, kw_only=True):
    id: UUID
    slug: str
    title: str


class Item(Struct, kw_only=True):
    """An item of the agenda. `number` is as printed; the order of the agenda is that of the list."""

    id: UUID
    number: str = ""
    kind: words.ItemKind = words.ItemKind.ITEM
    title: str
    text: Html = ""
    session: UUID | None = None
    state: words.ItemState = words.ItemState.UNCHANGED
    state_note: str = ""
    procedure_type: words.ProcedureType = words.ProcedureType.NOT_STATED
    outcome_sought: str = ""
    public: words.PublicSession = words.PublicSession.NOT_STATED
    public_basis: words.PublicBasis = words.PublicBasis.NOT_STATED
    information_from: list[str] = field(default_factory=list)
    supported_by: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    procedures: list[str] = field(default_factory=list)
    legal_basis: str = ""
    topics: list[TopicName] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    result: Result | None = None
    items: list["Item"] = field(default_factory=list)


class Speaker(Struct, kw_only=True):
    name: str
    role: str = ""


class EarlierTime(Struct, kw_only=True):
    """A time and place for which a programme point was published before it was moved."""

    date: dt.date | None = None
    time: ClockTime | None = None
    time_text: str = ""
    place: str = ""


class Point(Struct, kw_only=True):
    """A programme point: something that happens at a time. The editors choose the order, which is not by time."""

    id: UUID
    kind: words.PointKind = words.PointKind.OTHER
    title: str = ""
    text: Html = ""
    session: UUID | None = None
    date: dt.date | None = None
    time: ClockTime | None = None
    time_precision: words.TimePrecision = words.TimePrecision.NOT_STATED
    time_text: str = ""
    live: bool = False
    place: str = ""
    in_margins: bool = False
    speakers: list[Speaker] = field(default_factory=list)
    state: words.PointState = words.PointState.PLANNED
    previous: list[EarlierTime] = field(default_factory=list)
    items: list[UUID] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


class Contact(Struct, kw_only=True):
    """A contact for journalists about the meeting."""

    id: UUID
    name: str
    role: str = ""
    phones: list[str] = field(default_factory=list)
    email: str = ""
    url: WebAddress = ""


class Footnote(Struct, kw_only=True):
    id: UUID
    mark: str
    text: Html


class Alert(Struct, kw_only=True):
    """A change that was announced on the day of the meeting."""

    id: UUID
    text: str
    at: Annotated[dt.datetime, Meta(tz=True)]


class MeetingDocument(Struct, kw_only=True, tag_field="type", tag="meeting"):
    """The note for one meeting in one language."""

    version: Literal[1] = 1
    id: UUID
    language: words.Language
    source_language: words.Language
    configuration: ConfigurationName
    title: str
    number: str = ""
    form: words.Form = words.Form.FORMAL
    status: words.MeetingStatus = words.MeetingStatus.CONFIRMED
    status_reason: str = ""
    start_date: dt.date | None = None
    end_date: dt.date | None = None
    timezone: str = "Europe/Brussels"
    place: Place = field(default_factory=Place)
    address_word: str = ""
    previous: list[EarlierDate] = field(default_factory=list)
    presidency: PresidencyName | None = None
    document_number: str = ""
    references: list[str] = field(default_factory=list)
    issued_on: dt.date | None = None
    agenda_status: words.AgendaStatus = words.AgendaStatus.NOT_STATED
    chairs: list[Chair] = field(default_factory=list)
    lead: Html = ""
    sessions: list[Session] = field(default_factory=list)
    agenda: list[Item] = field(default_factory=list)
    programme: list[Point] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    footnotes: list[Footnote] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    notice: str = ""
    fallbacks: Fallbacks = field(default_factory=list)


class TopicDocument(Struct, kw_only=True, tag_field="type", tag="topic"):
    """A background topic: a file that lives on across meetings, with its own text and links."""

    version: Literal[1] = 1
    id: UUID
    language: words.Language
    source_language: words.Language
    slug: str
    title: str
    lead: Html = ""
    text: Html = ""
    links: list[Link] = field(default_factory=list)
    fallbacks: Fallbacks = field(default_factory=list)


class Tombstone(Struct, kw_only=True, tag_field="type", tag="tombstone"):
    """A notice in place of a withdrawn meeting or topic. It says why it was withdrawn, and has none of its texts."""

    version: Literal[1] = 1
    id: UUID
    language: words.Language
    title: str
    reason: str
    address: str


Document = MeetingDocument | TopicDocument | Tombstone
