"""What reference data say in a language by themselves: names of bodies, countries, places; phrases of notes."""

from collections.abc import Mapping

from msgspec import Struct

from agenda.translating.segments import Segment
from meetings.documents.shape import (
    ConfigurationName,
    EarlierDate,
    EarlierTime,
    Item,
    Link,
    MeetingDocument,
    Place,
    Point,
    Result,
    Session,
    TopicDocument,
)
from meetings.reference.configuration_names import configuration_name, meeting_title
from meetings.reference.delegations import DEFAULT_LANGUAGE as ENGLISH
from meetings.reference.delegations import country_name, delegations_by_name
from meetings.reference.phrases import Where, known_phrase
from meetings.reference.places import known_place, place_name

PLACES = {Place: ("city", "venue"), EarlierDate: ("city", "venue")} | dict.fromkeys(
    (EarlierTime, Point, Session), ("place",)
)


PHRASES: Mapping[tuple[type[Struct], str], Where] = {
    (MeetingDocument, "notice"): "notice",
    (Session, "title"): "session",
    (Item, "title"): "item",
    (Item, "outcome_sought"): "outcome",
    (Point, "title"): "point",
    (Point, "time_text"): "time",
    (EarlierTime, "time_text"): "time",
    (Link, "title"): "link",
    (Result, "title"): "result",
}


def known_text(segment: Segment, owner: Struct, source: MeetingDocument | TopicDocument, language: str) -> str:
    """The source's text in the language; empty where no reference data have it."""
    name, text = segment.path.rpartition(".")[2], segment.text
    if name in PLACES.get(type(owner), ()) and known_place(text, source.language):
        return place_name(text, language, source.language)
    match owner:
        case MeetingDocument() if name == "title":
            return known_title(owner, language)
        case Item() if name.isdecimal():
            return known_provider(text, language, source.language)
        case Point() if name == "title" and text in strands_of(source):
            return known_phrase(text, "session", language, source.language)
    where = PHRASES.get((type(owner), name))
    return known_phrase(text, where, language, source.language) if where else ""


def strands_of(source: MeetingDocument | TopicDocument) -> list[str]:
    return [session.title for session in source.sessions] if isinstance(source, MeetingDocument) else []


def known_provider(name: str, language: str, written_in: str) -> str:
    """Who informs the Council: a delegation by its country, or an institution."""
    country = delegations_by_name(written_in).get(name.casefold())
    return country_name(country.code, language) if country else known_phrase(name, "institution", language, written_in)


def known_title(meeting: MeetingDocument, language: str) -> str:
    """Where the meeting has no title of its own."""
    configuration = meeting.configuration
    if is_known(configuration, meeting.language):
        follows = meeting.title == meeting_title(configuration.slug, meeting.language)
        return meeting_title(configuration.slug, language) if follows else ""
    follows = meeting.title in (configuration.name, f"{configuration.name} Council")
    return meeting.title if follows and language == ENGLISH else ""


def known_configuration(configuration: ConfigurationName, written_in: str, language: str) -> str:
    """Its name in the language; what has none in reference data has an English one."""
    if is_known(configuration, written_in):
        return configuration_name(configuration.slug, language)
    return configuration.name if language == ENGLISH else ""


def is_known(configuration: ConfigurationName, written_in: str) -> bool:
    """Not another body, nor one that was renamed here."""
    return configuration.name == configuration_name(configuration.slug, written_in) != ""
