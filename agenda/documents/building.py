"""Build the source document from the rows of the working copy, with the same few queries however long it is.

The documents in other languages are derived from the source document: see
`agenda.documents.translations.translated_document`.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from msgspec.structs import replace

from agenda.models import AgendaItem, BackgroundTopic, MediaLink, Result
from meetings.documents.encoding import InvalidDocument, convert_data, decode_document
from meetings.documents.schema import MeetingDocument, TopicDocument, TopicName
from meetings.models import EditionDocument, Meeting, Presidency, ProgrammePoint, SubjectType, UUIDModel
from meetings.reference.delegations import get_country_name
from meetings.reference.places import translate_place_name

PartValues = dict[str, Any]
TopicNames = dict[UUID, TopicName]


def build_topic(topic: BackgroundTopic) -> TopicDocument:
    """Return the topic's document in its source language."""
    links = [build_part(link) for link in topic.links.all()]
    return convert_data(build_part(topic, language=topic.source_language, links=links), TopicDocument)


def build_meeting(meeting: Meeting, topics: Mapping[UUID, TopicName] | None = None) -> MeetingDocument:
    """Return the meeting's document in its source language.

    `topics` has the names of the topics that its items may mention (see `load_topic_names`); other topics are left out.
    Raise InvalidDocument if the rows cannot be expressed as a document.
    """
    builder = MeetingBuilder(meeting, topics or {})
    document = builder.build_document()
    if builder.placed_count < len(builder.agenda):
        raise InvalidDocument(_("Some agenda items are part of each other in a circle. Correct “part of”."))
    return convert_data(document, MeetingDocument)


def load_topic_names(meeting: Meeting, at: dt.datetime, languages: Collection[str]) -> dict[str, TopicNames]:
    """Return the names of the meeting's topics by language, from their editions that are live at the instant `at`.

    The meeting's source language has a name for each topic, if need be a fallback; another language has only the names
    that exist in it.
    """
    topics = BackgroundTopic.objects.filter(items__meeting=meeting).values("pk")
    live = EditionDocument.objects.live(at).filter(
        edition__subject_type=SubjectType.TOPIC, edition__subject_id__in=topics
    )
    source = meeting.source_language
    texts = (live.filter(language__in=languages) | live.in_language(source)).values_list("document__text", flat=True)
    documents = [document for document in map(decode_document, texts) if isinstance(document, TopicDocument)]
    return group_names_by_language(documents, source)


def group_names_by_language(topics: Collection[TopicDocument], source: str) -> dict[str, TopicNames]:
    """Return the topics' names by language, as `load_topic_names` does. `source` is the meeting's source language."""
    best_last = sorted(topics, key=lambda topic: (topic.language == source, topic.language == topic.source_language))
    names: dict[str, TopicNames] = defaultdict(dict)
    for topic in best_last:
        name = TopicName(id=topic.id, slug=topic.slug, title=topic.title)
        names[source][topic.id] = name
        if "title" not in topic.fallbacks:
            names[topic.language][topic.id] = name
    return dict(names)


def build_part(row: UUIDModel, **more: Any) -> PartValues:
    """Return the members of the document that the row has, and the `more` that its columns do not say."""
    return {"id": row.pk} | {name: getattr(row, name) for name in row.list_document_columns()} | more


class MeetingBuilder:
    """The builder of one meeting's document. All rows are loaded when it is created."""

    def __init__(self, meeting: Meeting, topics: Mapping[UUID, TopicName]) -> None:
        self.meeting = meeting
        self.topics = topics
        self.placed_count = 0
        self.links: dict[UUID, list[MediaLink]] = defaultdict(list)
        for link in MediaLink.objects.for_meeting(meeting):
            self.links[link.owner_id].append(link)
        self.items_of_points = self.load_pairs(AgendaItem.points.through, "programmepoint_id", "agendaitem_id")
        self.topics_of_items = self.load_pairs(AgendaItem.topics.through, "agendaitem_id", "backgroundtopic_id")
        self.agenda = list(meeting.agenda.all())
        self.results = list(meeting.results.all())
        self.results_by_item = {result.item_id: result for result in self.results if result.item_id}

    def load_pairs(self, through: Any, key: str, value: str) -> dict[UUID, set[UUID]]:
        values_by_key = defaultdict(set)
        for key_id, value_id in through.objects.filter(agendaitem__meeting=self.meeting).values_list(key, value):
            values_by_key[key_id].add(value_id)
        return values_by_key

    def build_document(self) -> PartValues:
        meeting, language = self.meeting, self.meeting.source_language
        configuration = meeting.configuration
        presidency = meeting.start_date and Presidency.objects.find_by_day(meeting.start_date)
        name = configuration.get_name(language)
        return build_part(
            meeting,
            type="meeting",
            language=language,
            configuration={"code": configuration.code, "slug": configuration.slug, "name": name},
            title=meeting.display_title,
            timezone=meeting.time_zone,
            place={"city": self.get_place_name(meeting.city), "venue": self.get_place_name(meeting.venue)},
            previous=[
                replace(earlier, city=self.get_place_name(earlier.city), venue=self.get_place_name(earlier.venue))
                for earlier in meeting.previous
            ],
            presidency=presidency
            and {"country": presidency.country, "name": get_country_name(presidency.country, language)},
            chairs=[build_part(chair, session=chair.session_id) for chair in meeting.chairs.all()],
            sessions=[build_part(session) for session in meeting.sessions.all()],
            agenda=self.build_items(None),
            programme=[self.build_point(point) for point in meeting.programme.all()],
            results=[self.build_result(result) for result in self.results if not result.item_id],
            links=self.build_links(meeting),
            contacts=[build_part(contact) for contact in meeting.contacts.all()],
            footnotes=[build_part(footnote) for footnote in meeting.footnotes.all()],
            alerts=[build_part(alert, at=alert.at.astimezone(dt.UTC)) for alert in meeting.alerts.all()],
        )

    def get_place_name(self, name: str) -> str:
        return translate_place_name(name, self.meeting.source_language, self.meeting.source_language)

    def build_links(self, owner: UUIDModel) -> list[PartValues]:
        return [build_part(link) for link in self.links.get(owner.pk, ())]

    def build_point(self, point: ProgrammePoint) -> PartValues:
        return build_part(
            point,
            session=point.session_id,
            time=f"{point.time:%H:%M}" if point.time else None,
            items=[item.pk for item in self.agenda if item.pk in self.items_of_points[point.pk]],
            links=self.build_links(point),
        )

    def build_items(self, parent: UUID | None) -> list[PartValues]:
        return [self.build_item(item) for item in self.agenda if item.parent_id == parent]

    def build_item(self, item: AgendaItem) -> PartValues:
        self.placed_count += 1
        topics = [self.topics[key] for key in self.topics_of_items[item.pk] if key in self.topics]
        result = self.results_by_item.get(item.pk)
        return build_part(
            item,
            session=item.session_id,
            topics=sorted(topics, key=lambda topic: topic.slug),
            links=self.build_links(item),
            result=self.build_result(result) if result else None,
            items=self.build_items(item.pk),
        )

    def build_result(self, result: Result) -> PartValues:
        return build_part(result, links=self.build_links(result))
