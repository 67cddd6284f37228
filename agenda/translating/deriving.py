"""The document in another language: the source document with the texts that are translated, and borrowed ones.

What is no text (dates, times, numbers, order) is the source's, whatever the language: so it cannot drift.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from agenda.translating.known import known_configuration, known_text
from agenda.translating.segments import Key, Segment, segments, with_texts_of
from meetings.documents.shape import Item, Link, MeetingDocument, Point, TopicDocument, TopicName
from meetings.documents.text import digest_of
from meetings.indexing import links_of, walk
from meetings.reference.delegations import country_name
from meetings.vocabulary import Language

SubjectDocument = MeetingDocument | TopicDocument
URL = "url"


class Made(NamedTuple):
    """A translated text, and the digest (`digest_of`) of the source text that it was made from."""

    text: str
    source_digest: str


Texts = Mapping[Key, Made]


def current_texts(source: SubjectDocument, texts: Texts) -> dict[Key, str]:
    """The texts that are translations of what the source document says: not of what it said once."""
    said = {segment.key: segment.text for segment in segments(source)} | addresses_of(source)
    return {
        key: made.text
        for key, made in texts.items()
        if made.text and key in said and made.source_digest == digest_of(said[key])
    }


def addresses_of(document: SubjectDocument) -> dict[Key, str]:
    """Those of its links: a link may have one a language."""
    return {(link.id, URL): link.url for _type, _owner, link in links_of(document) if link.url}


def in_language(
    source: SubjectDocument, language: str, texts: Texts, topics: Mapping[UUID, TopicName] | None = None
) -> SubjectDocument | None:
    """The document in a language that is not the source's; none where no text of it is translated, as it now stands.

    Where a text has no translation, or one of what the source said once, the source's text stands in, and its path is
    in `fallbacks`. Names that reference data know need no translation, but one goes before. A link keeps the source's
    address, and the language of that, where it has none of its own. `topics` are the names that topics have in the
    language.
    """
    current = current_texts(source, texts)
    return Deriving(source, language, current, topics or {}).document() if current else None


def in_any_language(
    source: SubjectDocument, language: str, texts: Texts, topics: Mapping[UUID, TopicName] | None = None
) -> SubjectDocument:
    """The same, be there a translation or not: in the source language it is the source document."""
    if language == source.language:
        return source
    return Deriving(source, language, current_texts(source, texts), topics or {}).document()


def texts_in(source: SubjectDocument, translation: SubjectDocument) -> dict[Key, Made]:
    """What of a document is translated from the source document beside it, or follows from reference data."""
    said = {segment.key: segment.text for segment in segments(source)}
    texts = {one.key: one.text for one in segments(translation) if one.path not in translation.fallbacks}
    urls = addresses_of(source)
    own = {key: url for key, url in addresses_of(translation).items() if urls.get(key) != url}
    said |= urls
    return {key: Made(text, digest_of(said[key])) for key, text in (texts | own).items() if key in said}


def topics_named(document: SubjectDocument) -> dict[UUID, TopicName]:
    """What the items call their topics in the document's language: not what is borrowed."""
    agenda = document.agenda if isinstance(document, MeetingDocument) else []
    return {
        topic.id: topic
        for item, _parent in walk(agenda)
        for topic in item.topics
        if f"topics.{topic.id}.title" not in document.fallbacks
    }


class Deriving:
    def __init__(
        self, source: SubjectDocument, language: str, texts: Mapping[Key, str], topics: Mapping[UUID, TopicName]
    ) -> None:
        self.source, self.language = source, Language(language)
        self.texts, self.topics = texts, topics
        self.fallbacks: set[str] = set()

    def document(self) -> SubjectDocument:
        """With what was borrowed for it sorted, so that equal texts have one digest."""
        document = with_texts_of(self.source, self.say, self.finish)
        if isinstance(document, MeetingDocument):
            document = replace(document, **self.names(document))
        return replace(document, language=self.language, fallbacks=sorted(self.fallbacks))

    def say(self, segment: Segment, owner: Struct) -> str:
        text = self.texts.get(segment.key) or known_text(segment, owner, self.source, self.language)
        return text or self.borrowed(segment.text, segment.path)

    def borrowed(self, text: str, path: str) -> str:
        self.fallbacks.add(path)
        return text

    def finish(self, part: Any) -> Any:
        if isinstance(part, Link) and (part.id, URL) in self.texts:
            return replace(part, url=self.texts[part.id, URL], language=self.language)
        if isinstance(part, Item):
            return replace(part, topics=[self.topic(name) for name in part.topics])
        if isinstance(part, Point):
            previous = [replace(one, time_text="") if one.time else one for one in part.previous]
            return replace(part, time_text="" if part.time else part.time_text, previous=previous)
        return part

    def topic(self, name: TopicName) -> TopicName:
        if name.id in self.topics:
            return replace(name, title=self.topics[name.id].title)
        self.borrowed(name.title, f"topics.{name.id}.title")
        return name

    def names(self, meeting: MeetingDocument) -> dict[str, Any]:
        configuration, presidency = meeting.configuration, meeting.presidency
        name = known_configuration(configuration, self.source.language, self.language)
        name = name or self.borrowed(configuration.name, "configuration.name")
        in_language = presidency and country_name(presidency.country, self.language)
        return {
            "configuration": replace(configuration, name=name),
            "presidency": presidency and replace(presidency, name=in_language),
        }
