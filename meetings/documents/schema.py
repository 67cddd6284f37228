"""The document: a whole note in one language as plain data. This is the only definition of its shape.

Beside each member, a declaration (`meetings.documents.members`) says what it is. Validation, the columns of the working
copy, translation, comparisons, search, CSV and the OpenAPI schema are all derived from these classes. The shape is a
contract with all users of the API: a new member is added with a default, and no member is renamed or removed. Dates are
calendar dates at the place of the meeting, times are wall-clock times in the document's `timezone`, instants are in
UTC.
"""

import datetime as dt
from dataclasses import replace
from typing import Annotated, Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from msgspec import Meta, Struct, field

from meetings.documents import choices as words
from meetings.documents.members import Fact, PersonName, Structure, Text, TextRole, require_declarations

Html = Annotated[
    str,
    Meta(
        description="Sanitised HTML with only these elements: "
        "p, strong, em, a, ul, ol, li, h3, h4, blockquote, sub, sup, br.",
        extra_json_schema={"contentMediaType": "text/html"},
    ),
]
WebAddress = Annotated[
    str, Meta(pattern=r"^(https?://\S+)?\Z", description="A web address; empty if it is not known yet.")
]
ClockTime = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z", description="Wall-clock time, HH:MM.")]
CountryCode = Annotated[
    str,
    Meta(
        pattern=r"^([A-Z]{2})?\Z", description="Two-letter code of the Interinstitutional Style Guide (EL is Greece)."
    ),
]
Fallbacks = Annotated[
    list[str],
    Meta(
        description="The texts that are in the source language because there is no translation, such as "
        "`agenda.<id>.text`."
    ),
]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z", description="SHA-256 in lower-case hexadecimal.")]

Pixels = Annotated[int, Meta(ge=1, le=65_535)]  # of a JPEG

# Declarations that several classes share.
DATE, SESSION = pgettext_lazy("of a document", "date"), pgettext_lazy("of a document", "session")
CHANGED_DATE = pgettext_lazy("of a meeting", "date")
NAME = PersonName(pgettext_lazy("of a document", "name"))
ID = Structure(description="Its id, which stays the same in all editions.")
VERSION = Structure(description="The version of the shape. New members do not change it.", shown=False)
LANGUAGE = Structure(_("language"), "The language of this document.", change="")
SOURCE_LANGUAGE = Fact(_("original language"), "The language in which it was written.", change="")
FALLBACKS = Structure(_("untranslated texts"), change="")
SLUG = "The name in addresses, for example `migration-policy`."
CITY = Text(_("city"), "In the document's language.", fact=True, phrase="place", search=TextRole.SHOWN)
VENUE = Text(_("venue"), "The building.", fact=True, phrase="place", search=TextRole.VENUE)
LINKS = Structure(_("links"), search_order=3)

# A member is one line if possible, and else two.
# fmt: off


class ConfigurationName(Struct, kw_only=True):
    """The body that meets: a Council configuration, or another body such as the Eurogroup."""

    code: Annotated[str, Fact("", "For example, `JHA`.", search=TextRole.SHOWN)]
    slug: Annotated[str, Fact("", "The name in addresses, for example `jha`.")]
    name: Annotated[str, Structure("", "In the document's language.", search=TextRole.SHOWN)]


class Place(Struct, kw_only=True):
    city: Annotated[str, CITY] = ""
    venue: Annotated[str, VENUE] = ""


class EarlierDate(Struct, kw_only=True):
    """A date and place for which the meeting was published before it was moved."""

    start_date: Annotated[dt.date | None, Fact(_("first day"))] = None
    end_date: Annotated[dt.date | None, Fact(_("last day"))] = None
    city: Annotated[str, replace(CITY, search=None)] = ""
    venue: Annotated[str, replace(VENUE, search=None)] = ""


class PresidencyName(Struct, kw_only=True):
    country: Annotated[CountryCode, Fact()]
    name: Annotated[str, Structure("", search=TextRole.PRESIDENCY,
        description="The name of the country, in the document's language.")]


class Chair(Struct, kw_only=True):
    """A person who chairs the meeting; only one session or day of it if `session` or `date` is set."""

    id: Annotated[UUID, ID]
    name: Annotated[str, replace(NAME, in_note="person", search=TextRole.CHAIR)]
    role: Annotated[str, Text(_("role"), search=TextRole.CHAIR,
        description="For example, “Minister for the Interior of Estonia”.")] = ""
    country: Annotated[CountryCode, Fact(_("country"), in_note="value")] = ""
    session: Annotated[UUID | None, Fact(_("for this session only"), column=False,
        description="The session that they chair; null for all sessions.")] = None
    date: Annotated[dt.date | None, Fact(_("on this date only"), in_note="value",
        description="The day on which they chair; null for all days.")] = None


class Session(Struct, kw_only=True):
    """A strand or body within the meeting (Justice, Home Affairs, Mixed Committee)."""

    id: Annotated[UUID, ID]
    title: Annotated[str, Text(_("title"), "For example, “Home Affairs”.", search=TextRole.SESSION, phrase="session")]
    date: Annotated[dt.date | None, Fact(DATE, "Its day, if the meeting has several days.", in_note="value")] = None
    place: Annotated[str, Text(_("place"), fact=True, phrase="place",
        description="Its place, if it is not that of the meeting.")] = ""
    text: Annotated[Html, Text(_("text"), search=TextRole.SESSION)] = ""


class Image(Struct, kw_only=True):
    """A picture on this site. Its files are at `/images/{digest}/`, as the guide to the API explains."""

    digest: Annotated[Sha256, Fact("", "The SHA-256 digest of its largest file, `full.jpg`.")]
    alt: Annotated[str, Text(_("alternative text"), search=TextRole.LINK,
        description="What the picture shows, for people who do not see it.")]
    width: Annotated[Pixels, Fact("", "The width of `full.jpg` in pixels.")]
    height: Annotated[Pixels, Fact("", "The height of `full.jpg` in pixels.")]


class Link(Struct, kw_only=True):
    id: Annotated[UUID, ID]
    kind: Annotated[words.LinkKind, Fact(_("kind"), csv="kind")] = words.LinkKind.WEB
    title: Annotated[str, Text(_("title"), "The text of the link.", search=TextRole.LINK, csv="title", phrase="link")]
    url: Annotated[WebAddress, Fact(_("web address"), in_note="address", csv="url")] = ""
    language: Annotated[str, Fact(_("language"), csv="language",
        description="The language of the linked page; empty if it is not stated.")] = ""
    image: Annotated[Image | None, Structure(_("picture"), "The picture of an infographic.", column=True)] = None


class Result(Struct, kw_only=True):
    """A result of the meeting or of one of its items."""

    id: Annotated[UUID, ID]
    date: Annotated[dt.date | None, Fact(DATE, "The day of the result.")] = None
    title: Annotated[str, Text(_("title"), "May be empty.", search=TextRole.RESULT, phrase="result")] = ""
    outcome: Annotated[words.Outcome, Fact(_("outcome"))] = words.Outcome.NOT_STATED
    text: Annotated[Html, Text(_("text"), search=TextRole.RESULT)] = ""
    links: Annotated[list[Link], LINKS] = []


class TopicName(Struct, kw_only=True):
    id: Annotated[UUID, Structure("", "The id of the topic.")]
    slug: Annotated[str, Structure("", SLUG)]
    title: Annotated[str, Structure(search=TextRole.TOPIC)]


class Item(Struct, kw_only=True):
    """An item of the agenda. `number` is as printed; the order of the agenda is that of the list."""

    id: Annotated[UUID, ID]
    number: Annotated[str, Fact(_("number"), in_note="item_number", csv="number",
        description="The number as printed, for example `8 b`; may be empty. It does not decide the order.")] = ""
    kind: Annotated[words.ItemKind, Fact(_("kind"), csv="kind")] = words.ItemKind.ITEM
    title: Annotated[str, Text(_("title"), search=TextRole.TITLE, csv="title", phrase="item")]
    text: Annotated[Html, Text(_("text"), search=TextRole.PROSE, csv="text")] = ""
    session: Annotated[UUID | None, Fact(SESSION, "The session in which it is discussed.", column=False)] = None
    state: Annotated[words.ItemState, Fact(_("state"), csv="state")] = words.ItemState.UNCHANGED
    state_note: Annotated[str, Text(_("public reason"), search=TextRole.PROSE, csv="state_note",
        description="Why it was added, withdrawn or postponed.")] = ""
    procedure_type: Annotated[words.ProcedureType, Fact(_("procedure"),
        csv="procedure_type")] = words.ProcedureType.NOT_STATED
    outcome_sought: Annotated[str, Text(_("outcome sought"), search=TextRole.OUTCOME, csv="outcome_sought",
        phrase="outcome", description="For example, “Policy debate”.")] = ""
    public: Annotated[words.PublicSession, Fact(_("public session"), in_note="value",
        csv="public")] = words.PublicSession.NOT_STATED
    public_basis: Annotated[words.PublicBasis, Fact(_("reason for the public session"), in_note="value",
        description="Why it is in public session.")] = words.PublicBasis.NOT_STATED
    information_from: Annotated[list[str], Text(_("information from"), in_note="provider", search=TextRole.INFORMATION,
        description="Who informs the Council: the Commission or a delegation.")] = []
    supported_by: Annotated[list[str], Text(_("supported by"), in_note="provider", search=TextRole.SUPPORT,
        description="The delegations that support the request.")] = []
    documents: Annotated[list[str], Fact(_("documents"), in_note="document_number", search=TextRole.DOCUMENT,
        search_order=1, csv="documents",
        description="Numbers of Council documents, for example `14996/1/22 REV 1`.")] = []
    procedures: Annotated[list[str], Fact(_("procedures"), in_note="reference", search=TextRole.PROCEDURE,
        csv="procedures", description="Codes of interinstitutional files, for example `2016/0142 (COD)`.")] = []
    legal_basis: Annotated[str, Text(_("legal basis"), search=TextRole.LEGAL_BASIS, search_order=2, csv="legal_basis",
        description="As printed.")] = ""
    topics: Annotated[list[TopicName], Structure(_("topics"), csv="topics=topics.slug",
        description="The background topics of this item.")] = []
    links: Annotated[list[Link], LINKS] = []
    result: Annotated[Result | None, Structure(_("result"), csv="outcome=result.outcome result=result.title",
        description="The result of this item.")] = None
    items: Annotated[list["Item"], Structure(_("agenda items"), "The items within this one, in printed order.")] = []


class Speaker(Struct, kw_only=True):
    name: Annotated[str, replace(NAME, search=TextRole.SPEAKER)]
    role: Annotated[str, Text(_("role"), "For example, “Commissioner for Migration”.", fact=True)] = ""


class EarlierTime(Struct, kw_only=True):
    """A time and place for which a programme point was published before it was moved."""

    date: Annotated[dt.date | None, Fact(DATE)] = None
    time: Annotated[ClockTime | None, Fact(_("time"))] = None
    time_text: Annotated[str, Text(_("time as printed"), "As printed.", phrase="time")] = ""
    place: Annotated[str, Text(_("place"), fact=True, phrase="place")] = ""


class Point(Struct, kw_only=True):
    """A programme point: something that happens at a time. The editors choose the order, which is not by time."""

    id: Annotated[UUID, ID]
    kind: Annotated[words.PointKind, Fact(_("kind"))] = words.PointKind.OTHER
    title: Annotated[str, Text(_("title"), search=TextRole.PROGRAMME, phrase="point")] = ""
    text: Annotated[Html, Text(_("text"), search=TextRole.PROGRAMME)] = ""
    session: Annotated[UUID | None, Fact(SESSION, "The session to which it belongs.", column=False)] = None
    date: Annotated[dt.date | None, Fact(DATE, in_note="value",
        description="Its day; null for the first day of the meeting.")] = None
    time: Annotated[ClockTime | None, Fact(_("time"), column=False)] = None
    time_precision: Annotated[words.TimePrecision, Fact(_("time precision"),
        description="How exact `time` is.")] = words.TimePrecision.NOT_STATED
    time_text: Annotated[str, Text(_("time as printed"), "The time as printed: “+/- 13:00”.", phrase="time")] = ""
    live: Annotated[bool, Fact(_("streamed live"), "Whether it is streamed.", in_note="value")] = False
    place: Annotated[str, Text(_("place"), fact=True, search=TextRole.PROGRAMME, phrase="place",
        description="Its place, if it is not that of the meeting.")] = ""
    in_margins: Annotated[bool, Fact(_("alongside the meeting"), in_note="value",
        description="Whether it takes place alongside the meeting and is not part of it.")] = False
    speakers: Annotated[list[Speaker], Structure(_("speakers"), column=True)] = []
    state: Annotated[words.PointState, Fact(_("state"), "Its state on the day.")] = words.PointState.PLANNED
    previous: Annotated[list[EarlierTime], Structure(_("earlier times and places"), column=True,
        description="Its earlier times and places, the earliest first.")] = []
    items: Annotated[list[UUID], Fact(_("agenda items"), column=False,
        description="The ids of the agenda items that it is about.")] = []
    links: Annotated[list[Link], replace(LINKS, search_order=None)] = []


class Contact(Struct, kw_only=True):
    """A contact for journalists about the meeting."""

    id: Annotated[UUID, ID]
    name: Annotated[str, replace(NAME, in_note="person")]
    role: Annotated[str, Text(_("role"))] = ""
    phones: Annotated[list[str], Fact(_("phone numbers"), in_note="telephone",
        description="As printed, with the country code.")] = []
    email: Annotated[str, Fact(_("e-mail"), in_note="value")] = ""
    url: Annotated[WebAddress, Fact(_("web address"), in_note="value")] = ""


class Footnote(Struct, kw_only=True):
    id: Annotated[UUID, ID]
    mark: Annotated[str, Fact(_("mark"), fact=False, in_note="value",
        description="The mark in the texts that refer to it, for example `*`.")]
    text: Annotated[Html, Text(_("text"), search=TextRole.FOOTNOTE)]


class Alert(Struct, kw_only=True):
    """A change that was announced on the day of the meeting."""

    id: Annotated[UUID, ID]
    text: Annotated[str, Text(_("text"), search=TextRole.PROSE)]
    at: Annotated[dt.datetime, Meta(tz=True), Fact(_("time"), "When it was announced.")]


class MeetingDocument(Struct, kw_only=True, tag_field="type", tag="meeting"):
    """The note for one meeting in one language."""

    version: Annotated[Literal[1], VERSION] = 1
    id: Annotated[UUID, ID]
    language: Annotated[words.Language, LANGUAGE]
    source_language: Annotated[words.Language, SOURCE_LANGUAGE]
    configuration: Annotated[ConfigurationName, Structure(_("Council configuration"),
        csv="configuration=configuration.slug")]
    title: Annotated[str, Text(_("title"), column=False, search=TextRole.TITLE, csv="title")]
    number: Annotated[str, Fact(_("number"), search=TextRole.NUMBER, csv="number",
        description="The running number of the Council meeting, as text; may be empty.")] = ""
    form: Annotated[words.Form, Fact(_("type of meeting"), csv="form")] = words.Form.FORMAL
    status: Annotated[words.MeetingStatus, Fact(_("status"), csv="status")] = words.MeetingStatus.CONFIRMED
    status_reason: Annotated[str, Text(_("public reason"), change=_("status"), search=TextRole.PROSE, search_order=4,
        description="Why it was moved, postponed or cancelled.")] = ""
    start_date: Annotated[dt.date | None, Fact(_("first day"), change=CHANGED_DATE, in_note="value", csv="start_date",
        description="The first day; null if it was postponed without a new date.")] = None
    end_date: Annotated[dt.date | None, Fact(_("last day"), change=CHANGED_DATE, in_note="value", csv="end_date",
        description="The last day, inclusive.")] = None
    timezone: Annotated[str, Fact(_("time zone"), column=False,
        description="The IANA time zone of all its wall-clock times.")] = "Europe/Brussels"
    place: Annotated[Place, Structure(_("place"),
        csv="city=place.city venue=place.venue")] = field(default_factory=Place)
    address_word: Annotated[str, Fact(_("word in the web address"), change="", shown=False,
        description="A word in the page's address that distinguishes two meetings of one configuration on one day."
    )] = ""
    previous: Annotated[list[EarlierDate], Structure(_("earlier dates and places"), change="", column=True,
        description="The dates and places for which it was published earlier, the earliest first.")] = []
    presidency: Annotated[PresidencyName | None, Structure(_("presidency"), csv="presidency=presidency.country",
        description="The country that holds the presidency of the Council on its date.")] = None
    document_number: Annotated[str, Fact(_("document number"), change=_("references"), in_note="document_number",
        search=TextRole.DOCUMENT, csv="document_number", description="The document number of the note itself.")] = ""
    references: Annotated[list[str], Fact(_("other references"), change=_("references"), in_note="reference",
        search=TextRole.NUMBER, description="Other references of the note, for example `OJ CONS 57`.")] = []
    issued_on: Annotated[dt.date | None, Fact(_("first issued"), change=_("date of issue"), in_note="value",
        description="The date of the note.")] = None
    agenda_status: Annotated[words.AgendaStatus, Fact(_("agenda status"), change=_("agenda"),
        description="Whether the agenda is adopted.")] = words.AgendaStatus.NOT_STATED
    chairs: Annotated[list[Chair], Structure(_("chairs"), search_order=2, csv="chairs=chairs.name",
        description="The chairs, in printed order.")] = []
    lead: Annotated[Html, Text(_("lead"), change=_("introduction"), search=TextRole.PROSE, csv="lead")] = ""
    sessions: Annotated[list[Session], Structure(pgettext_lazy("of a document", "sessions"),
        description="The strands or bodies within the meeting.")] = []
    agenda: Annotated[list[Item], Structure(_("agenda"), description="The items of the agenda, in printed order.")] = []
    programme: Annotated[list[Point], Structure(_("programme"), search_order=1,
        description="The programme events, in the editors' order.")] = []
    results: Annotated[list[Result], Structure(_("results"), description="The results of the meeting as a whole.")] = []
    links: Annotated[list[Link], replace(LINKS,
        description="The links of the meeting as a whole; its parts have links of their own.")] = []
    contacts: Annotated[list[Contact], Structure(_("press contacts"), description="The contacts for journalists.")] = []
    footnotes: Annotated[list[Footnote], Structure(_("footnotes"), search_order=3,
        description="The footnotes, with the marks by which texts refer to them.")] = []
    alerts: Annotated[list[Alert], Structure(_("changes on the day"), search_order=3,
        description="Changes on the day of the meeting, the newest first.")] = []
    notice: Annotated[str, Text(_("notice"), "On whose responsibility the note was drawn up.", phrase="notice")] = ""
    fallbacks: Annotated[Fallbacks, FALLBACKS] = []


class TopicDocument(Struct, kw_only=True, tag_field="type", tag="topic"):
    """A background topic: a file that lives on across meetings, with its own text and links."""

    version: Annotated[Literal[1], VERSION] = 1
    id: Annotated[UUID, ID]
    language: Annotated[words.Language, LANGUAGE]
    source_language: Annotated[words.Language, SOURCE_LANGUAGE]
    slug: Annotated[str, Fact(_("word in the web address"), SLUG, change="", csv="slug")]
    title: Annotated[str, Text(_("title"), search=TextRole.TITLE, csv="title")]
    lead: Annotated[Html, Text(_("lead"), change=_("introduction"), search=TextRole.PROSE, csv="lead")] = ""
    text: Annotated[Html, Text(_("text"), search=TextRole.PROSE, csv="text")] = ""
    links: Annotated[list[Link], LINKS] = []
    fallbacks: Annotated[Fallbacks, FALLBACKS] = []


class Tombstone(Struct, kw_only=True, tag_field="type", tag="tombstone"):
    """A notice in place of a withdrawn meeting or topic. It says why it was withdrawn, and has none of its texts."""

    version: Annotated[Literal[1], VERSION] = 1
    id: Annotated[UUID, ID]
    language: Annotated[words.Language, LANGUAGE]
    title: Annotated[str, Structure()]
    reason: Annotated[str, Structure()]
    address: Annotated[str, Structure()]
    takes_place: Annotated[bool | None, Structure("",
        "Whether the meeting itself takes place; null for a topic, or if the press office does not say.")] = None


# fmt: on
Document = MeetingDocument | TopicDocument | Tombstone
SHAPES: dict[str, type[Struct]] = {
    name: value
    for name, value in list(globals().items())
    if isinstance(value, type) and issubclass(value, Struct) and value is not Struct
}
"""The classes of this module by name."""

for shape in SHAPES.values():
    require_declarations(shape)
