"""Build the document in another language: the source document with translated texts, and fallbacks for the others.

Everything that is not a text (dates, times, numbers, order) always comes from the source, so it cannot drift.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from agenda.documents.translations.reference_texts import KnownTexts, translate_configuration_name
from agenda.documents.translations.segments import (
    Segment,
    TextKey,
    list_segments,
    list_translated_segments,
    replace_texts,
)
from meetings.documents.choices import Language
from meetings.documents.encoding import compute_digest
from meetings.documents.schema import Item, Link, MeetingDocument, Point, TopicDocument, TopicName
from meetings.documents.traversal import collect_links, walk_items
from meetings.reference.delegations import get_country_name

SubjectDocument = MeetingDocument | TopicDocument
URL_FIELD = "url"


class TranslatedText(NamedTuple):
    """A translated text, and the digest (`compute_digest`) of the source text that was translated.

    The translation is out of date as soon as the source text has another digest.
    """

    text: str
    source_digest: str


TranslatedTexts = Mapping[TextKey, TranslatedText]


def compute_source_digests(source: SubjectDocument) -> dict[TextKey, str]:
    """Return the digest of each text of a source document that can be translated."""
    source_texts = {segment.key: segment.text for segment in list_segments(source)} | collect_link_urls(source)
    return {key: compute_digest(text) for key, text in source_texts.items()}


def select_current_texts(source_digests: Mapping[TextKey, str], texts: TranslatedTexts) -> dict[TextKey, str]:
    """Return the translations that are not out of date: those of texts that the source document has now."""
    return {
        key: translated.text
        for key, translated in texts.items()
        if translated.text and translated.source_digest == source_digests.get(key)
    }


def collect_link_urls(document: SubjectDocument) -> dict[TextKey, str]:
    """Return the URLs of the links of a document: a link may have another URL in each language."""
    return {(link.id, URL_FIELD): link.url for _type, _owner, link in collect_links(document) if link.url}


def translate_document(
    source: SubjectDocument,
    language: str,
    texts: TranslatedTexts,
    topics: Mapping[UUID, TopicName] | None = None,
    source_digests: Mapping[TextKey, str] | None = None,
) -> SubjectDocument | None:
    """Return the document in a language other than the source language, or None if it has no current translation.

    If a text has no translation, or one that is out of date, the source text stands in as a fallback, and its path is
    in `fallbacks`. Names in the reference data need no translation, but a stored translation takes precedence. A link
    keeps the URL of the source, with its language, unless it has its own URL in this language. `topics` are the names
    of topics in this language, and `source_digests` those of `compute_source_digests`, if they are known.
    """
    if source_digests is None:
        source_digests = compute_source_digests(source)
    current = select_current_texts(source_digests, texts)
    return TranslationBuilder(source, language, current, topics or {}).build() if current else None


def build_document_in_language(
    source: SubjectDocument, language: str, texts: TranslatedTexts, topics: Mapping[UUID, TopicName] | None = None
) -> SubjectDocument:
    """Return the document in any language, even if nothing is translated.

    In the source language, that is the source document itself. See `translate_document` for the rules.
    """
    if language == source.language:
        return source
    current = select_current_texts(compute_source_digests(source), texts)
    return TranslationBuilder(source, language, current, topics or {}).build()


def extract_translated_texts(source: SubjectDocument, translation: SubjectDocument) -> dict[TextKey, TranslatedText]:
    """Return the texts of a translated document that are no fallbacks, each with the digest of its source text.

    They include those that come from reference data, and the URLs of links that are not the source's.
    """
    source_texts = {segment.key: segment.text for segment in list_segments(source)}
    texts = {segment.key: segment.text for segment in list_translated_segments(translation)}
    urls = collect_link_urls(source)
    own = {key: url for key, url in collect_link_urls(translation).items() if urls.get(key) != url}
    source_texts |= urls
    return {
        key: TranslatedText(text, compute_digest(source_texts[key]))
        for key, text in (texts | own).items()
        if key in source_texts
    }


def collect_topic_names(document: SubjectDocument) -> dict[UUID, TopicName]:
    """Return the names of topics on the agenda in the language of the document, without fallbacks."""
    agenda = document.agenda if isinstance(document, MeetingDocument) else []
    return {
        topic.id: topic
        for item, _parent in walk_items(agenda)
        for topic in item.topics
        if f"topics.{topic.id}.title" not in document.fallbacks
    }


class TranslationBuilder:
    """Build the document in one language, and collect the paths of its fallbacks."""

    def __init__(
        self, source: SubjectDocument, language: str, texts: Mapping[TextKey, str], topics: Mapping[UUID, TopicName]
    ) -> None:
        self.source, self.language = source, Language(language)
        self.texts, self.topics = texts, topics
        self.known_texts, self.fallbacks = KnownTexts(source), set[str]()

    def build(self) -> SubjectDocument:
        """Return the document. Its fallbacks are sorted, so that equal documents have equal digests."""
        document = replace_texts(self.source, self.translate_text, self.translate_part)
        if isinstance(document, MeetingDocument):
            document = replace(document, **self.translate_names(document))
        return replace(document, language=self.language, fallbacks=sorted(self.fallbacks))

    def translate_text(self, segment: Segment, owner: Struct) -> str:
        text = self.texts.get(segment.key) or self.known_texts.translate(segment, owner, self.language)
        return text or self.fall_back(segment.text, segment.path)

    def fall_back(self, text: str, path: str) -> str:
        self.fallbacks.add(path)
        return text

    def translate_part(self, part: Any) -> Any:
        if isinstance(part, Link) and (part.id, URL_FIELD) in self.texts:
            return replace(part, url=self.texts[part.id, URL_FIELD], language=self.language)
        if isinstance(part, Item):
            return replace(part, topics=[self.translate_topic(name) for name in part.topics])
        if isinstance(part, Point):
            previous = [replace(earlier, time_text="") if earlier.time else earlier for earlier in part.previous]
            return replace(part, time_text="" if part.time else part.time_text, previous=previous)
        return part

    def translate_topic(self, name: TopicName) -> TopicName:
        if name.id in self.topics:
            return replace(name, title=self.topics[name.id].title)
        self.fall_back(name.title, f"topics.{name.id}.title")
        return name

    def translate_names(self, meeting: MeetingDocument) -> dict[str, Any]:
        configuration, presidency = meeting.configuration, meeting.presidency
        name = translate_configuration_name(configuration, self.source.language, self.language)
        name = name or self.fall_back(configuration.name, "configuration.name")
        country = presidency and get_country_name(presidency.country, self.language)
        return {
            "configuration": replace(configuration, name=name),
            "presidency": presidency and replace(presidency, name=country),
        }
