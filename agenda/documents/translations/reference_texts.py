"""Translate what reference data know in every language: names of bodies, countries and places, phrases of notes."""

from typing import cast

from msgspec import Struct

from agenda.documents.translations.segments import Segment
from meetings.documents.members import get_members
from meetings.documents.schema import ConfigurationName, Item, MeetingDocument, Point, TopicDocument
from meetings.reference.configuration_names import get_configuration_name, get_meeting_title
from meetings.reference.delegations import DEFAULT_LANGUAGE as ENGLISH
from meetings.reference.delegations import get_country_name, get_delegations_by_name
from meetings.reference.phrases import PhraseContext, translate_phrase
from meetings.reference.places import find_english_place_name, translate_place_name


class KnownTexts:
    """Texts of a source document that the reference data have in every language."""

    def __init__(self, source: MeetingDocument | TopicDocument) -> None:
        self.written_in = source.language
        self.session_titles = {each.title for each in source.sessions} if isinstance(source, MeetingDocument) else set()

    def translate(self, segment: Segment, owner: Struct, language: str) -> str:
        """Return the text of the segment in the language, or "" if the reference data do not have it."""
        name, text = segment.path.rpartition(".")[2], segment.text
        member = get_members(type(owner)).get(name)
        if member and member.phrase == "place":
            is_known = find_english_place_name(text, self.written_in)
            return translate_place_name(text, language, self.written_in) if is_known else ""
        match owner:
            case MeetingDocument() if name == "title":
                return translate_meeting_title(owner, language)
            case Item() if name.isdecimal():
                return translate_provider(text, language, self.written_in)
            case Point() if name == "title" and text in self.session_titles:
                return translate_phrase(text, "session", language, self.written_in)
        if member is None or not member.phrase:
            return ""
        return translate_phrase(text, cast("PhraseContext", member.phrase), language, self.written_in)


def translate_provider(name: str, language: str, written_in: str) -> str:
    """Return the name of who informs the Council: a delegation, named by its country, or an institution."""
    if country := get_delegations_by_name(written_in).get(name.casefold()):
        return get_country_name(country.code, language)
    return translate_phrase(name, "institution", language, written_in)


def translate_meeting_title(meeting: MeetingDocument, language: str) -> str:
    """Return the title of a meeting that has no title of its own, else "".

    Such a meeting is called after its configuration.
    """
    configuration = meeting.configuration
    if is_reference_name(configuration, meeting.language):
        is_default = meeting.title == get_meeting_title(configuration.slug, meeting.language)
        return get_meeting_title(configuration.slug, language) if is_default else ""
    is_default = meeting.title in (configuration.name, f"{configuration.name} Council")
    return meeting.title if is_default and language == ENGLISH else ""


def translate_configuration_name(configuration: ConfigurationName, written_in: str, language: str) -> str:
    """Return the name of a configuration in the language, or "".

    A body that is not in the reference data has an English name only.
    """
    if is_reference_name(configuration, written_in):
        return get_configuration_name(configuration.slug, language)
    return configuration.name if language == ENGLISH else ""


def is_reference_name(configuration: ConfigurationName, written_in: str) -> bool:
    """Return whether the name is that of the reference data: not of another body, and not renamed in this system."""
    return configuration.name == get_configuration_name(configuration.slug, written_in) != ""
