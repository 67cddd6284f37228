"""Build the working copies of many documents at once: their rows, and the documents that these rows make.

Rows and documents are the same as those of `agenda.workflow.restoring`, which writes one document at a time, because
both use its functions. Here nothing is written, and what a batch has in common is read once.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Model

from agenda.bulk.line_parsing import DocumentLine, SubjectLines
from agenda.bulk.subject_loader import sanitize_document
from agenda.documents.building import (
    ITEM_POINTS,
    ITEM_TOPICS,
    MeetingRows,
    Pairs,
    build_meeting,
    build_topic,
    group_names_by_language,
    load_names_of_topics,
)
from agenda.documents.translations.segments import TextKey
from agenda.documents.translations.translated_document import (
    TranslatedText,
    extract_translated_texts,
    translate_document,
)
from agenda.models import BackgroundTopic, MediaLink
from agenda.workflow.drafts import Subject, SubjectDocument, TopicNames
from agenda.workflow.restoring import (
    build_links,
    check_columns,
    check_references,
    check_texts,
    fill_row,
    get_column_values,
    get_meeting_values,
    list_part_values,
    list_point_pairs,
    list_row_values_in_order,
    list_topic_pairs,
    sort_rows,
)
from agenda.workflow.topic_names import collect_topic_ids
from meetings.clock import get_half_year
from meetings.documents.encoding import InvalidDocument, compute_digest, encode_document, validate_document
from meetings.documents.schema import MeetingDocument, TopicDocument
from meetings.models import Configuration, Meeting, Presidency, UUIDModel

TopicPairs = set[tuple[UUID, UUID]]
"""The keys of agenda items and their topics."""


@dataclass(frozen=True)
class EncodedDocument:
    """A document with its canonical text and the digest of that."""

    document: SubjectDocument
    text: str
    digest: str

    @classmethod
    def encode(cls, document: SubjectDocument) -> "EncodedDocument":
        text = encode_document(document)
        return cls(document, text, compute_digest(text))


@dataclass(frozen=True)
class NewTranslation:
    """The texts of a translation. Without current texts, there is no document."""

    language: str
    texts: Mapping[TextKey, TranslatedText]
    document: EncodedDocument | None


@dataclass(frozen=True)
class NewCopy:
    """The working copy of a document, as it is if it is new. `rows` are all its rows, beginning with the subject."""

    subject: Subject
    rows: list[Model]
    topics: TopicPairs
    source: EncodedDocument
    translations: list[NewTranslation]

    @property
    def source_digests(self) -> dict[str, str]:
        """The digest of the source document by its language."""
        return {str(self.source.document.language): self.source.digest}

    def list_documents(self) -> list[EncodedDocument]:
        return [self.source, *(each.document for each in self.translations if each.document)]


class NewCopyBuilder:
    """The builder of the working copies of one batch.

    It has read what they have in common. Topics are named as in their editions that are live at the instant `at`, which
    may be ahead. If the batch is to be published then (`publishes`), its own topics are named as in their lines.
    """

    def __init__(self, batch: Collection[SubjectLines], at: dt.datetime, *, publishes: bool = False) -> None:
        self.configurations = {configuration.slug: configuration for configuration in Configuration.objects.all()}
        self.presidencies = {(presidency.year, presidency.half): presidency for presidency in Presidency.objects.all()}
        documents = [entry.document for entry in batch]
        topics = [document for document in documents if isinstance(document, TopicDocument)]
        self.known_topics = {topic.id for topic in topics}
        if named := collect_topic_ids(documents):
            self.known_topics |= set(BackgroundTopic.objects.filter(pk__in=named).values_list("pk", flat=True))
        self.names: dict[str, dict[str, TopicNames]] = {}
        for source, languages in collect_languages(batch).items() if named else ():
            names = defaultdict(dict, group_names_by_language(topics, source) if publishes else {})
            for language, live_names in load_names_of_topics(named, at, languages, source).items():
                names[language] = names[language] | live_names
            self.names[source] = names

    def build(self, entry: SubjectLines) -> NewCopy:
        """Return the working copy of the lines. Raise InvalidDocument as `restore_document` does."""
        document = validate_document(entry.document)
        check_texts(document)
        names = self.names.get(document.source_language, {})
        subject: Subject
        if isinstance(document, MeetingDocument):
            check_references(document)
            subject, rows, topics, built = self.build_meeting(document, names)
        else:
            subject, rows, topics, built = build_topic_copy(document)
        subject.version = 1
        source = EncodedDocument.encode(built)
        subject.digest = source.digest
        return NewCopy(subject, rows, topics, source, [build_translation(built, x, names) for x in entry.translations])

    def build_meeting(
        self, document: MeetingDocument, names: Mapping[str, TopicNames]
    ) -> tuple[Meeting, list[Model], TopicPairs, SubjectDocument]:
        configuration = self.configurations.get(document.configuration.slug)
        if configuration is None:
            raise InvalidDocument(document.configuration.slug)
        meeting = Meeting(pk=document.id)
        fill_row(meeting, get_meeting_values(document, configuration))
        check_columns(meeting)
        meeting.fill_end_date()
        parts: dict[type[UUIDModel], list[UUIDModel]] = {}
        for model, new_values in list_part_values(document):
            parts[model] = []
            for key, values in list_row_values_in_order(meeting, model, new_values):
                row = model(id=key)
                fill_row(row, values)
                check_columns(row)
                parts[model].append(row)
        links = build_checked_links(meeting, document)
        topics: Pairs = {pair: None for pair in list_topic_pairs(document) if pair[1] in self.known_topics}
        points: Pairs = dict.fromkeys(list_point_pairs(document))
        rows = MeetingRows({model: sort_rows(model, parts[model]) for model in parts}, links, topics, points)
        built = build_meeting(meeting, names.get(document.source_language), rows, self.find_presidency)
        all_rows = [
            meeting,
            *(row for rows_of_model in parts.values() for row in rows_of_model),
            *(ITEM_TOPICS(agendaitem_id=item, backgroundtopic_id=topic) for item, topic in topics),
            *(ITEM_POINTS(agendaitem_id=item, programmepoint_id=point) for item, point in points),
            *links,
        ]
        return meeting, all_rows, {*topics}, built

    def find_presidency(self, day: dt.date) -> Presidency | None:
        return self.presidencies.get(get_half_year(day))


def collect_languages(batch: Collection[SubjectLines]) -> dict[str, set[str]]:
    """Return the languages of the lines by the source language of their meeting or topic."""
    languages: dict[str, set[str]] = defaultdict(set)
    for entry in batch:
        languages[entry.document.source_language] |= {line.document.language for line in entry.lines}
    return languages


def build_topic_copy(document: TopicDocument) -> tuple[BackgroundTopic, list[Model], TopicPairs, SubjectDocument]:
    topic = BackgroundTopic(pk=document.id)
    fill_row(topic, get_column_values(BackgroundTopic, document))
    check_columns(topic)
    links = build_checked_links(topic, document)
    return topic, [topic, *links], set(), build_topic(topic, links)


def build_checked_links(subject: Subject, document: SubjectDocument) -> list[MediaLink]:
    links = [*build_links(subject, document)]
    for link in links:
        check_columns(link)
    return links


def build_translation(source: SubjectDocument, line: DocumentLine, names: Mapping[str, TopicNames]) -> NewTranslation:
    language = line.document.language
    texts = extract_translated_texts(source, sanitize_document(line.document))
    document = translate_document(source, language, texts, names.get(language))
    return NewTranslation(language, texts, EncodedDocument.encode(document) if document else None)
