"""The one builder: from the rows of the working copy to the source document, in the same few queries for every length.

The document in another language is made from the source document (`agenda.translating.deriving`).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from msgspec.structs import replace

from agenda.columns import COLUMNS
from agenda.models import AgendaItem, BackgroundTopic, MediaLink, Result
from meetings.documents.shape import MeetingDocument, TopicDocument, TopicName
from meetings.documents.text import InvalidDocument, converted, read
from meetings.models import EditionDocument, Meeting, Presidency, ProgrammePoint, Row, SubjectType
from meetings.reference.delegations import country_name
from meetings.reference.places import place_name

Part = dict[str, Any]
Names = dict[UUID, TopicName]


def build_topic(topic: BackgroundTopic) -> TopicDocument:
    """The topic's document in the language that it was written in."""
    links = [part(link) for link in topic.links.all()]
    return converted(part(topic, language=topic.source_language, links=links), TopicDocument)


def build_meeting(meeting: Meeting, topics: Mapping[UUID, TopicName] | None = None) -> MeetingDocument:
    """The meeting's document in the language that it was written in.

    `topics` are the names by which its items may mention topics (see `topic_names`); others are left out. Raises
    InvalidDocument where a row says what no document can.
    """
    builder = MeetingBuilder(meeting, topics or {})
    document = builder.document()
    if builder.placed < len(builder.agenda):
        raise InvalidDocument(_("Some items of the agenda are part of each other in a circle: mend “part of”."))
    return converted(document, MeetingDocument)


def topic_names(meeting: Meeting, at: dt.datetime, languages: Collection[str]) -> dict[str, Names]:
    """What the meeting's topics are called in their editions live at an instant, by language.

    The meeting's source language has a name for each, be it borrowed; another one has those that are in it.
    """
    wanted = BackgroundTopic.objects.filter(items__meeting=meeting).values("pk")
    live = EditionDocument.objects.live(at).filter(
        edition__subject_type=SubjectType.TOPIC, edition__subject_id__in=wanted
    )
    source = meeting.source_language
    texts = (live.filter(language__in=languages) | live.in_language(source)).values_list("document__text", flat=True)
    documents = [document for document in map(read, texts) if isinstance(document, TopicDocument)]
    return names_by_language(documents, source)


def names_by_language(topics: Collection[TopicDocument], source: str) -> dict[str, Names]:
    """What the topics are called, as `topic_names` has it."""
    best = sorted(topics, key=lambda topic: (topic.language == source, topic.language == topic.source_language))
    found: dict[str, Names] = defaultdict(dict)
    for topic in best:
        name = TopicName(id=topic.id, slug=topic.slug, title=topic.title)
        found[source][topic.id] = name
        if "title" not in topic.fallbacks:
            found[topic.language][topic.id] = name
    return dict(found)


def part(row: Row, **more: Any) -> Part:
    """The row's members in the document."""
    return {"id": row.pk} | {name: getattr(row, name) for name in COLUMNS[type(row)]} | more


class MeetingBuilder:
    def __init__(self, meeting: Meeting, topics: Mapping[UUID, TopicName]) -> None:
        self.meeting = meeting
        self.topics = topics
        self.placed = 0
        self.links: dict[UUID, list[MediaLink]] = defaultdict(list)
        for link in MediaLink.objects.for_meeting(meeting):
            self.links[link.owner_id].append(link)
        self.items_of_points = self.pairs(AgendaItem.points.through, "programmepoint_id", "agendaitem_id")
        self.topics_of_items = self.pairs(AgendaItem.topics.through, "agendaitem_id", "backgroundtopic_id")
        self.agenda = list(meeting.agenda.all())
        self.results = list(meeting.results.all())
        self.result_of = {result.item_id: result for result in self.results if result.item_id}

    def pairs(self, through: Any, key: str, value: str) -> dict[UUID, set[UUID]]:
        found = defaultdict(set)
        for one, other in through.objects.filter(agendaitem__meeting=self.meeting).values_list(key, value):
            found[one].add(other)
        return found

    def document(self) -> Part:
        meeting, language = self.meeting, self.meeting.source_language
        configuration = meeting.configuration
        presidency = meeting.start_date and Presidency.objects.on(meeting.start_date)
        name = configuration.name_in(language)
        return part(
            meeting,
            type="meeting",
            language=language,
            configuration={"code": configuration.code, "slug": configuration.slug, "name": name},
            title=meeting.shown_title,
            timezone=meeting.time_zone,
            place={"city": self.place_name(meeting.city), "venue": self.place_name(meeting.venue)},
            previous=[
                replace(earlier, city=self.place_name(earlier.city), venue=self.place_name(earlier.venue))
                for earlier in meeting.previous
            ],
            presidency=presidency
            and {"country": presidency.country, "name": country_name(presidency.country, language)},
            chairs=[part(chair, session=chair.session_id) for chair in meeting.chairs.all()],
            sessions=[part(session) for session in meeting.sessions.all()],
            agenda=self.items(None),
            programme=[self.point(point) for point in meeting.programme.all()],
            results=[self.result(result) for result in self.results if not result.item_id],
            links=self.links_of(meeting),
            contacts=[part(contact) for contact in meeting.contacts.all()],
            footnotes=[part(footnote) for footnote in meeting.footnotes.all()],
            alerts=[part(alert, at=alert.at.astimezone(dt.UTC)) for alert in meeting.alerts.all()],
        )

    def place_name(self, name: str) -> str:
        return place_name(name, self.meeting.source_language, self.meeting.source_language)

    def links_of(self, owner: Row) -> list[Part]:
        return [part(link) for link in self.links.get(owner.pk, ())]

    def point(self, point: ProgrammePoint) -> Part:
        return part(
            point,
            session=point.session_id,
            time=f"{point.time:%H:%M}" if point.time else None,
            items=[item.pk for item in self.agenda if item.pk in self.items_of_points[point.pk]],
            links=self.links_of(point),
        )

    def items(self, parent: UUID | None) -> list[Part]:
        return [self.item(item) for item in self.agenda if item.parent_id == parent]

    def item(self, item: AgendaItem) -> Part:
        self.placed += 1
        topics = [self.topics[key] for key in self.topics_of_items[item.pk] if key in self.topics]
        result = self.result_of.get(item.pk)
        return part(
            item,
            session=item.session_id,
            topics=sorted(topics, key=lambda topic: topic.slug),
            links=self.links_of(item),
            result=self.result(result) if result else None,
            items=self.items(item.pk),
        )

    def result(self, result: Result) -> Part:
        return part(result, links=self.links_of(result))
