"""Build the source document from the rows of the working copy, with the same few queries however long it is.

The documents in other languages are derived from the source document: see
`agenda.documents.translations.translated_document`.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from msgspec.structs import replace

from agenda.models import AgendaItem, BackgroundTopic, MediaLink, Result
from meetings.clock import get_half_year
from meetings.database.prepared_query import fetch_objects, fetch_rows, pad_keys
from meetings.documents.encoding import InvalidDocument, convert_data, decode_document
from meetings.documents.schema import MeetingDocument, TopicDocument, TopicName
from meetings.models import (
    Alert,
    Chair,
    Contact,
    EditionDocument,
    Footnote,
    Meeting,
    Presidency,
    ProgrammePoint,
    Session,
    SubjectType,
    UUIDModel,
)
from meetings.reference.delegations import get_country_name
from meetings.reference.places import translate_place_name

PartValues = dict[str, Any]
TopicNames = dict[UUID, TopicName]
PART_MODELS: tuple[type[UUIDModel], ...] = (
    Session,
    Chair,
    Contact,
    Footnote,
    Alert,
    ProgrammePoint,
    AgendaItem,
    Result,
)
"""The models of the parts of a meeting except links. Models that others refer to come first."""
ITEM_TOPICS: Any = AgendaItem.topics.through
ITEM_POINTS: Any = AgendaItem.points.through
Pairs = dict[tuple[UUID, UUID], Any]
PresidencyFinder = Callable[[dt.date], Presidency | None]
"""Finds the presidency on a day."""


@dataclass
class MeetingRows:
    """The rows of a meeting that its document is built from, each list in the order of its model.

    `topics` and `points` have the rows that connect items with topics and programme events, by both their keys, as
    the primary keys of these rows.
    """

    parts: Mapping[type[UUIDModel], Sequence[Any]]
    links: Sequence[MediaLink]
    topics: Pairs
    points: Pairs


def load_rows(meeting: Meeting) -> MeetingRows:
    """Load all rows of a meeting, with the same few queries however many there are."""
    return MeetingRows(
        {model: fetch_objects(get_part_selector(model), meeting.pk) for model in PART_MODELS},
        fetch_objects(select_links, meeting.pk),
        {(item, topic): key for item, topic, key in fetch_rows(select_topics_of_items, meeting.pk)},
        {(item, point): key for item, point, key in fetch_rows(select_points_of_items, meeting.pk)},
    )


@cache
def get_part_selector(model: type[UUIDModel]) -> Callable[[UUID], QuerySet[Any]]:
    def select_parts(meeting: UUID) -> QuerySet[Any]:
        return model._default_manager.filter(**{"meeting": meeting})  # noqa: PIE804 (mypy: not all rows have one)

    return select_parts


def select_links(meeting: UUID) -> QuerySet[MediaLink]:
    return MediaLink.objects.for_meeting(meeting)


def select_topics_of_items(meeting: UUID) -> QuerySet[Any, Any]:
    pairs: QuerySet[Any] = ITEM_TOPICS.objects.filter(agendaitem__meeting=meeting)
    return pairs.values_list("agendaitem_id", "backgroundtopic_id", "pk")


def select_points_of_items(meeting: UUID) -> QuerySet[Any, Any]:
    pairs: QuerySet[Any] = ITEM_POINTS.objects.filter(agendaitem__meeting=meeting)
    return pairs.values_list("agendaitem_id", "programmepoint_id", "pk")


def build_topic(topic: BackgroundTopic, links: Iterable[MediaLink] | None = None) -> TopicDocument:
    """Return the topic's document in its source language. `links` are its links, if they are loaded already."""
    parts = [build_part(link) for link in (topic.links.all() if links is None else links)]
    return convert_data(build_part(topic, language=topic.source_language, links=parts), TopicDocument)


def build_meeting(
    meeting: Meeting,
    topics: Mapping[UUID, TopicName] | None = None,
    rows: MeetingRows | None = None,
    find_presidency: PresidencyFinder | None = None,
) -> MeetingDocument:
    """Return the meeting's document in its source language.

    `topics` has the names of the topics that its items may mention (see `load_topic_names`); other topics are left out.
    `rows` are the meeting's rows, if they are loaded already, and so is what `find_presidency` finds. Raise
    InvalidDocument if the rows cannot be expressed as a document.
    """
    builder = MeetingBuilder(meeting, topics or {}, rows or load_rows(meeting), find_presidency or load_presidency)
    document = builder.build_document()
    if builder.placed_count < len(builder.agenda):
        raise InvalidDocument(_("Some agenda items are part of each other in a circle. Correct “part of”."))
    return convert_data(document, MeetingDocument)


def load_presidency(day: dt.date) -> Presidency | None:
    return next(iter(fetch_objects(select_presidency, *get_half_year(day))), None)


def select_presidency(year: int, half: int) -> QuerySet[Presidency]:
    return Presidency.objects.filter(year=year, half=half)


def load_topic_names(meeting: Meeting, at: dt.datetime, languages: Collection[str]) -> dict[str, TopicNames]:
    """Return the names of the meeting's topics by language, from their editions that are live at the instant `at`.

    The meeting's source language has a name for each topic, if need be a fallback; another language has only the names
    that exist in it.
    """
    source = meeting.source_language
    rows = fetch_rows(select_texts_of_named_topics, meeting.pk, at, source, *pad_keys(languages))
    return read_topic_names(rows, source)


def load_names_of_topics(
    topics: Collection[UUID], at: dt.datetime, languages: Collection[str], source: str
) -> dict[str, TopicNames]:
    """Return the names of topics, as `load_topic_names` does."""
    return read_topic_names(select_texts_of_topics(topics, at, source, languages), source)


def select_texts_of_named_topics(
    meeting: UUID, at: dt.datetime, source: str, *languages: str
) -> QuerySet[EditionDocument, Any]:
    topics = BackgroundTopic.objects.filter(items__meeting=meeting).values("pk")
    return select_texts_of_topics(topics, at, source, languages)


def select_texts_of_topics(
    topics: Any, at: dt.datetime, source: str, languages: Collection[str]
) -> QuerySet[EditionDocument, Any]:
    live = EditionDocument.objects.live(at).filter(
        edition__subject_type=SubjectType.TOPIC, edition__subject_id__in=topics
    )
    return (live.filter(language__in=languages) | live.in_language(source)).values_list("document__text")


def read_topic_names(rows: Iterable[tuple[str]], source: str) -> dict[str, TopicNames]:
    documents = [decode_document(text) for (text,) in rows]
    return group_names_by_language([document for document in documents if isinstance(document, TopicDocument)], source)


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
    """The builder of one meeting's document."""

    def __init__(
        self,
        meeting: Meeting,
        topics: Mapping[UUID, TopicName],
        rows: MeetingRows,
        find_presidency: PresidencyFinder,
    ) -> None:
        self.meeting = meeting
        self.find_presidency = find_presidency
        self.topics = topics
        self.parts = rows.parts
        self.placed_count = 0
        self.links: dict[UUID, list[MediaLink]] = defaultdict(list)
        for link in rows.links:
            self.links[link.owner_id].append(link)
        self.topics_of_items: dict[UUID, list[UUID]] = defaultdict(list)
        for item, topic in rows.topics:
            self.topics_of_items[item].append(topic)
        self.items_of_points: dict[UUID, set[UUID]] = defaultdict(set)
        for item, point in rows.points:
            self.items_of_points[point].add(item)
        self.agenda = self.parts[AgendaItem]
        self.items_by_parent: dict[UUID | None, list[AgendaItem]] = defaultdict(list)
        for item in self.agenda:
            self.items_by_parent[item.parent_id].append(item)
        self.results_by_item = {result.item_id: result for result in self.parts[Result] if result.item_id}

    def build_document(self) -> PartValues:
        meeting, language = self.meeting, self.meeting.source_language
        configuration = meeting.configuration
        presidency = meeting.start_date and self.find_presidency(meeting.start_date)
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
            chairs=[build_part(chair, session=chair.session_id) for chair in self.parts[Chair]],
            sessions=[build_part(session) for session in self.parts[Session]],
            agenda=self.build_items(None),
            programme=[self.build_point(point) for point in self.parts[ProgrammePoint]],
            results=[self.build_result(result) for result in self.parts[Result] if not result.item_id],
            links=self.build_links(meeting),
            contacts=[build_part(contact) for contact in self.parts[Contact]],
            footnotes=[build_part(footnote) for footnote in self.parts[Footnote]],
            alerts=[build_part(alert, at=alert.at.astimezone(dt.UTC)) for alert in self.parts[Alert]],
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
            items=self.list_items_of_point(point),
            links=self.build_links(point),
        )

    def list_items_of_point(self, point: ProgrammePoint) -> list[UUID]:
        items = self.items_of_points.get(point.pk)
        return [item.pk for item in self.agenda if item.pk in items] if items else []

    def build_items(self, parent: UUID | None) -> list[PartValues]:
        return [self.build_item(item) for item in self.items_by_parent.get(parent, ())]

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
