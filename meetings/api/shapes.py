"""What answers about meetings and reference data look like; the names are those of the API's description."""

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta, Struct

from meetings.answers import Url, enveloped
from meetings.documents.shape import Country, MeetingDocument
from meetings.vocabulary import ConfigurationKind, Language

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
