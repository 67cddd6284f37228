"""Types of answers about meetings, changes and reference data. Their names are those in the API's description."""

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from django.db.models import TextChoices
from msgspec import Meta, Struct

from meetings.api.renderers import build_answer_type
from meetings.api.resource_urls import Instant, LocalInstant, Url
from meetings.documents.choices import ConfigurationKind, Language, MeetingStatus
from meetings.documents.members import Member
from meetings.documents.schema import CountryCode, MeetingDocument, Point, Sha256
from meetings.editions.edition_history import ReaderKind
from meetings.models import ChangeEffect, EditionReason, SubjectType

Meeting = build_answer_type(MeetingDocument, "Meeting", tag_field="type", tag="meeting")
MeetingStart = Annotated[
    LocalInstant | None,
    Meta(description="When it starts on its first day, according to its programme; null if that is not certain."),
]
PointStart = Annotated[
    LocalInstant | None,
    Meta(
        description="When it starts, with the offset of its place; null if the time is relative, to be confirmed or "
        "unknown. `time_precision` says how exact it is."
    ),
]
TakesPlace = Annotated[
    bool, Meta(description="False if it is cancelled, or its meeting is cancelled or postponed without a new date.")
]
MeetingTakesPlace = Annotated[
    bool, Meta(description="False if the meeting is cancelled, or postponed without a new date.")
]
LiveUrl = Annotated[
    Url | None,
    Meta(
        description="The address of its live stream: its own, or else, if `live` is true, that of the meeting. Null if "
        "there is none yet or it does not take place; also if there are several and none is marked as being in the "
        "language of the answer."
    ),
]


class PointWithStart(Point, kw_only=True):
    """A point of a meeting's programme, if `fields` asks for it."""

    starts_at: PointStart
    takes_place: TakesPlace
    live_url: LiveUrl


MeetingWithStart = msgspec.defstruct(
    "MeetingWithStart",
    [("starts_at", MeetingStart), ("takes_place", MeetingTakesPlace), ("programme", list[PointWithStart])],
    bases=(Meeting,),
    namespace={"__doc__": "A meeting with all members that `fields` may name."},
    kw_only=True,
    tag_field="type",
    tag="meeting",
)
NameLanguage = Annotated[Language, Meta(description="The language of the name.")]
MeetingsUrl = Annotated[Url, Meta(description="The address of the list of its meetings.")]


class Configuration(Struct, kw_only=True):
    """A configuration of the Council, or another body such as the Eurogroup."""

    code: Annotated[str, Member(description="For example, `JHA`.")]
    slug: Annotated[str, Member(description="The name in addresses, for example `jha`.")]
    name: Annotated[str, Member(description="In the requested language, or else in English.")]
    language: NameLanguage
    kind: ConfigurationKind
    valid_from: Annotated[dt.date, Member(description="The first day in force.")]
    valid_until: Annotated[dt.date | None, Meta(description="The last day in force, or null.")]
    url: Annotated[Url, Member(description="This configuration in the API.")]
    html_url: Annotated[Url, Member(description="Its page.")]
    meetings: MeetingsUrl


class Presidency(Struct, kw_only=True):
    """The presidency of the Council in a half-year."""

    year: Annotated[int, Member(description="For example, 2017.")]
    half: Annotated[Literal[1, 2], Meta(description="1 is January to June, 2 is July to December.")]
    country: CountryCode
    name: Annotated[str, Member(description="The name of the country, in the requested language.")]
    language: NameLanguage
    start_date: Annotated[dt.date, Member(description="The first day of the half-year.")]
    end_date: Annotated[dt.date, Member(description="The last day of the half-year.")]
    url: Annotated[Url, Member(description="This presidency in the API.")]
    meetings: MeetingsUrl


ChangeKind: Any = TextChoices(  # type: ignore[call-overload]
    "ChangeKind", [(kind.name, (kind.value, kind.label)) for kind in (*EditionReason, *ChangeEffect, *ReaderKind)]
)
"""Everything that the filter `kind` of the change feed may name: reasons, effects and the words of pages."""


class Change(Struct, kw_only=True, tag_field="type", tag="change"):
    """A new edition of a meeting or topic and what it changed: a publication, correction, withdrawal and so on."""

    id: Annotated[UUID, Meta(description="The id of the edition, which is unique to this change.")]
    kind: Annotated[EditionReason, Meta(description="The reason for the edition.")]
    at: Annotated[Instant, Meta(description="The time at which it was published, to the second.")]
    subject_type: Annotated[SubjectType, Meta(description="Whether it is an edition of a meeting or of a topic.")]
    subject_id: Annotated[UUID, Meta(description="The id of the meeting or topic. It never changes.")]
    url: Annotated[Url, Meta(description="The address in the API of the meeting or topic as published now.")]
    html_url: Annotated[
        Url, Meta(description="The address of its page in this edition; if `suppressed`, of the live one.")
    ]
    edition: Annotated[int, Meta(ge=1, description="The number of the edition, from 1. Withdrawals are counted too.")]
    language: Annotated[Language, Meta(description="The language of the title.")]
    title: Annotated[str, Meta(description="The title; empty if the text was removed or cannot be read.")]
    change_note: Annotated[str, Meta(description="A note on what changed, in the original language.")]
    reason: Annotated[
        str, Meta(description="The public reason for a withdrawal, or for removing the text; otherwise empty.")
    ]
    takes_place: Annotated[
        bool | None,
        Meta(
            description="Of a withdrawal, whether the meeting itself takes place, as the notice says; null if it does "
            "not say, and for all other changes."
        ),
    ]
    status: Annotated[
        str,
        Meta(
            description="The status of a meeting; empty for a topic or a withdrawal.",
            extra_json_schema={
                "enum": ["", *MeetingStatus.values],
                "x-enum-varnames": ["NONE", *MeetingStatus.names],
            },
        ),
    ]
    start_date: dt.date | None
    end_date: dt.date | None
    digests: Annotated[
        dict[str, Sha256],
        Meta(description="The SHA-256 digest of each document of the edition, by language; empty for a withdrawal."),
    ]
    changed_languages: Annotated[
        list[Language],
        Meta(description="The languages whose text differs from the edition before, and any that were removed."),
    ]
    changed_members: Annotated[
        list[str],
        Meta(
            description="The top-level members that differ from the edition before, in the source language. Empty for "
            "a first edition, or if the text before cannot be read."
        ),
    ]
    effects: Annotated[
        list[ChangeEffect],
        Meta(
            description="What it changed for readers of a meeting: `results` were added or changed, the meeting was "
            "`moved`, `postponed` without a new date or `cancelled`; `other` is anything else."
        ),
    ]
    kinds: Annotated[
        list[ChangeKind],
        Meta(
            description="Each value with which the filter `kind` finds this change: its `kind`, its `effects`, and the "
            "word of pages."
        ),
    ]
    suppressed: Annotated[
        bool,
        Meta(description="True if the text has since been removed. Title, note, status, dates and digests are empty."),
    ]


class ChangePage(Struct, kw_only=True):
    """Changes in the order in which they appeared."""

    next: Annotated[Url, Meta(description="The address of the next page. It is always there: request it later.")]
    up_to_date: Annotated[bool, Meta(description="True if there is nothing more yet: wait before you request `next`.")]
    results: list[Change]
