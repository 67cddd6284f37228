"""What answers about meetings and reference data look like; the names are those of the API's description."""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from meetings.answers import Instant, Url, enveloped
from meetings.documents.shape import Country, MeetingDocument, Sha256
from meetings.models import EditionReason, SubjectType
from meetings.vocabulary import ConfigurationKind, Language, MeetingStatus

Meeting = enveloped(MeetingDocument, "Meeting", tag_field="type", tag="meeting")
NameLanguage = Annotated[Language, Meta(description="That of its name.")]
MeetingsUrl = Annotated[Url, Meta(description="The list of its meetings.")]


class Configuration(Struct, kw_only=True):
    """Who meets: a configuration of the Council, or another body such as the Eurogroup."""

    code: str
    slug: str
    name: str
    language: NameLanguage
    kind: ConfigurationKind
    valid_from: dt.date
    valid_until: Annotated[dt.date | None, Meta(description="The last day in force, or null.")]
    url: Url
    html_url: Url
    meetings: MeetingsUrl


class Presidency(Struct, kw_only=True):
    """Which country presides over the Council in a half-year."""

    year: int
    half: Annotated[Literal[1, 2], Meta(description="1 from January, 2 from July.")]
    country: Country
    name: str
    language: NameLanguage
    start_date: dt.date
    end_date: dt.date
    url: Url
    meetings: MeetingsUrl


class Change(Struct, kw_only=True, tag_field="type", tag="change"):
    """An edition of a meeting or topic, and what it changed: a publication, a correction, a withdrawal and so on."""

    id: Annotated[UUID, Meta(description="That of the edition: no two changes have the same.")]
    kind: Annotated[EditionReason, Meta(description="Why there is this edition.")]
    at: Annotated[Instant, Meta(description="When it appeared, to the second.")]
    subject_type: Annotated[SubjectType, Meta(description="What it is an edition of.")]
    subject_id: Annotated[UUID, Meta(description="The id of the meeting or topic, which never changes.")]
    url: Annotated[Url, Meta(description="The meeting or topic in the API, as it is published now.")]
    html_url: Annotated[Url, Meta(description="Its page at the address it had in this edition.")]
    edition: Annotated[int, Meta(ge=1, description="The edition's number: 1 for the first; a withdrawal counts too.")]
    language: Annotated[Language, Meta(description="That of the title.")]
    title: Annotated[str, Meta(description="Empty where the text was taken out, or cannot be read.")]
    change_note: Annotated[str, Meta(description="What changed, in words of the language it was written in.")]
    reason: Annotated[str, Meta(description="The public reason of a withdrawal, else empty.")]
    status: Annotated[
        str,
        Meta(
            description="That of a meeting; empty for a topic or a withdrawal.",
            extra_json_schema={"enum": ["", *MeetingStatus.values]},
        ),
    ]
    start_date: dt.date | None
    end_date: dt.date | None
    digests: Annotated[
        dict[str, Sha256],
        Meta(description="SHA-256 of the edition's documents, by language; none of a withdrawal."),
    ]
    changed_languages: Annotated[
        list[Language],
        Meta(description="Those whose document is not the one of the edition before; also one that was given up."),
    ]
    changed_members: Annotated[
        list[str],
        Meta(
            description="Top-level members of the document in the source language that are not as they were in the "
            "edition before; none where there is none before it, or its text cannot be read."
        ),
    ]
    suppressed: Annotated[bool, Meta(description="Its text was taken out since: words, facts and digests are empty.")]


class ChangePage(Struct, kw_only=True):
    """Changes in the order in which they appeared."""

    next: Annotated[Url, Meta(description="What comes behind this page: there is always an address. Ask it later.")]
    up_to_date: Annotated[bool, Meta(description="There is nothing more yet: wait before asking `next`.")]
    results: list[Change]
