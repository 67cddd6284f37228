"""The one builder: from the rows of the working copy to a document, in the same few queries for every length."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from msgspec.structs import replace

from agenda.columns import COLUMNS
from agenda.models import AgendaItem, BackgroundTopic, MediaLink, Result
from meetings.documents.shape import MeetingDocument, TopicDocument, TopicName
from meetings.documents.text import InvalidDocument, converted, read
from meetings.models import EditionDocument, Meeting, Presidency, ProgrammePoint, Row, SubjectType, Translation
from meetings.reference.delegations import country_name
from meetings.reference.places import known_place, place_name

Part = dict[str, Any]


def build_topic(topic: BackgroundTopic, language: str | None = None) -> TopicDocument:
    """The topic's document in a language (by default the one it was written in)."""
    texts = Texts(SubjectType.TOPIC, topic, language or topic.source_language)
    links = [texts.part(link, "links") for link in topic.links.all()]
    return converted(texts.with_fallbacks(texts.part(topic, links=links, language=texts.language)), TopicDocument)


def build_meeting(
    meeting: Meeting, language: str | None = None, topics: Mapping[UUID, TopicName] | None = None
) -> MeetingDocument:
    """The meeting's document in a language (by default the one it was written in).

    `topics` are the names by which its items may mention topics (see `topic_names`); others are left out. Raises
    InvalidDocument where a row says what no document can.
    """
    builder = MeetingBuilder(meeting, language or meeting.source_language, topics or {})
    document = builder.document()
    if builder.placed < len(builder.agenda):
        raise InvalidDocument(_("Some items of the agenda are part of each other in a circle: mend “part of”."))
    return converted(document, MeetingDocument)


def topic_names(meeting: Meeting, language: str, at: dt.datetime) -> dict[UUID, TopicName]:
    """What the meeting's topics are called in their editions live at an instant."""
    wanted = BackgroundTopic.objects.filter(items__meeting=meeting).values("pk")
    live = EditionDocument.objects.live(at).filter(
        edition__subject_type=SubjectType.TOPIC, edition__subject_id__in=wanted
    )
    texts = live.in_language(language).values_list("document__text", flat=True)
    documents = [document for document in map(read, texts) if isinstance(document, TopicDocument)]
    return {topic.id: TopicName(id=topic.id, slug=topic.slug, title=topic.title) for topic in documents}


class Texts:
    """The parts of a subject in one language: translated, or else borrowed, with a note of it."""

    def __init__(self, subject_type: str, subject: Meeting | BackgroundTopic, language: str) -> None:
        self.language = language
        self.borrowing = language != subject.source_language
        self.fallbacks: list[str] = []
        self.translations: dict[tuple[UUID, str], str] = {}
        if self.borrowing:
            rows = Translation.objects.filter(subject_type=subject_type, subject_id=subject.pk, language=language)
            self.translations = {(row.row_id, row.field): row.text for row in rows}

    def of(self, row: Row, field: str, source: str, path: str, named: str | None = None) -> str:
        """The text of a row's field; `path` is where it stands in the document, as `agenda.<id>.text`.

        `named` is what reference data say it is called in the language, which a translation goes before.
        """
        if not self.borrowing or not source:
            return source
        translation = self.translations.get((row.pk, field), named)
        return self.borrowed(source, path) if translation is None else translation

    def borrowed(self, source: str, path: str) -> str:
        if self.borrowing:
            self.fallbacks.append(path)
        return source

    def part(self, row: Any, within: str = "", **more: Any) -> Part:
        """The row's members in the document; `within` is the list that it stands in."""
        path = f"{within}.{row.pk}." if within else ""
        values = {name: getattr(row, name) for name in COLUMNS[type(row)]}
        for name in (name for name in values if name in row.translated):
            values[name] = self.of(row, name, values[name], f"{path}{name}")
        return {"id": row.pk} | values | more

    def with_fallbacks(self, document: Part) -> Part:
        """The whole document with what was borrowed for it: sorted, so that equal texts have one digest."""
        return document | {"fallbacks": sorted(self.fallbacks)}


class MeetingBuilder:
    def __init__(self, meeting: Meeting, language: str, topics: Mapping[UUID, TopicName]) -> None:
        self.meeting = meeting
        self.topics = topics
        self.placed = 0
        self.texts = Texts(SubjectType.MEETING, meeting, language)
        self.links: dict[UUID, list[MediaLink]] = defaultdict(list)
        for link in MediaLink.objects.of_meeting(meeting):
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
        meeting, texts = self.meeting, self.texts
        configuration = meeting.configuration
        presidency = meeting.start_date and Presidency.objects.on(meeting.start_date)
        document = texts.part(
            meeting,
            type="meeting",
            language=texts.language,
            configuration={"code": configuration.code, "slug": configuration.slug, "name": self.configuration_name()},
            title=self.title(),
            timezone=meeting.time_zone,
            place={"city": self.place("city"), "venue": self.place("venue")},
            previous=[
                replace(earlier, city=self.place_name(earlier.city), venue=self.place_name(earlier.venue))
                for earlier in meeting.previous
            ],
            presidency=presidency
            and {"country": presidency.country, "name": country_name(presidency.country, texts.language)},
            chairs=[texts.part(chair, "chairs", session=chair.session_id) for chair in meeting.chairs.all()],
            sessions=[texts.part(session, "sessions") for session in meeting.sessions.all()],
            agenda=self.items(None),
            programme=[self.point(point) for point in meeting.programme.all()],
            results=[self.result(result) for result in self.results if not result.item_id],
            links=self.links_of(meeting),
            contacts=[texts.part(contact, "contacts") for contact in meeting.contacts.all()],
            footnotes=[texts.part(footnote, "footnotes") for footnote in meeting.footnotes.all()],
            alerts=[texts.part(alert, "alerts", at=alert.at.astimezone(dt.UTC)) for alert in meeting.alerts.all()],
        )
        return texts.with_fallbacks(document)

    def configuration_name(self) -> str:
        configuration, language = self.meeting.configuration, self.texts.language
        name = configuration.name_in(language)
        return name if configuration.named_in(language) else self.texts.borrowed(name, "configuration.name")

    def title(self) -> str:
        meeting, configuration = self.meeting, self.meeting.configuration
        follows = meeting.shown_title == configuration.title_in(meeting.source_language)
        known = follows and configuration.named_in(self.texts.language)
        named = configuration.title_in(self.texts.language) if known else None
        return self.texts.of(meeting, "title", meeting.shown_title, "title", named)

    def place(self, field: str) -> str:
        written, source = getattr(self.meeting, field), self.meeting.source_language
        named = self.place_name(written) if known_place(written, source) else None
        return self.texts.of(self.meeting, field, place_name(written, source, source), f"place.{field}", named)

    def place_name(self, name: str) -> str:
        return place_name(name, self.texts.language, self.meeting.source_language)

    def links_of(self, owner: Row) -> list[Part]:
        return [self.texts.part(link, "links") for link in self.links.get(owner.pk, ())]

    def point(self, point: ProgrammePoint) -> Part:
        return self.texts.part(
            point,
            "programme",
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
        return self.texts.part(
            item,
            "agenda",
            session=item.session_id,
            topics=sorted(topics, key=lambda topic: topic.slug),
            links=self.links_of(item),
            result=self.result(result) if result else None,
            items=self.items(item.pk),
        )

    def result(self, result: Result) -> Part:
        return self.texts.part(result, "results", links=self.links_of(result))
