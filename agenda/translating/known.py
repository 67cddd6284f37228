"""What reference data say in a language by themselves: names of bodies, countries, cities, buildings."""

from msgspec import Struct

from agenda.translating.segments import Segment
from meetings.documents.shape import (
    ConfigurationName,
    EarlierDate,
    EarlierTime,
    Item,
    MeetingDocument,
    Place,
    Point,
    Session,
    TopicDocument,
)
from meetings.reference.configuration_names import configuration_name, meeting_title
from meetings.reference.delegations import DEFAULT_LANGUAGE as ENGLISH
from meetings.reference.delegations import country_name, delegations_by_name
from meetings.reference.places import known_place, place_name

PLACES = {Place: ("city", "venue"), EarlierDate: ("city", "venue")} | dict.fromkeys(
    (EarlierTime, Point, Session), ("place",)
)


def known_text(segment: Segment, owner: Struct, source: MeetingDocument | TopicDocument, language: str) -> str:
    """The source's text in the language; empty where no reference data have it."""
    name, text = segment.path.rpartition(".")[2], segment.text
    if name in PLACES.get(type(owner), ()) and known_place(text, source.language):
        return place_name(text, language, source.language)
    match owner:
        case MeetingDocument() if name == "title":
            return known_title(owner, language)
        case Item() if name.isdecimal():
            country = delegations_by_name(source.language).get(text.casefold())
            return country_name(country.code, language) if country else ""
    return ""


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
