"""The one builder: from the rows of the working copy to a document. Its number of queries does not grow with the note."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from agenda.models import AgendaItem, BackgroundTopic, MediaLink, Result
from meetings.documents import shape
from meetings.documents.shape import MeetingDocument, TopicDocument, TopicName
from meetings.documents.text import read, validated
from meetings.models import EditionDocument, Meeting, Presidency, ProgrammePoint, Row, SubjectType, Translation
from meetings.vocabulary import Language


class Texts:
    """The subject's texts in one language: a translation where there is one, else the source text, and a note of it."""

    def __init__(self, subject_type: str, subject: Meeting | BackgroundTopic, language: str) -> None:
        self.fallbacks: list[str] = []
        self.borrowing = language != subject.source_language
        self.translations: dict[tuple[UUID, str], str] = {}
        if self.borrowing:
            rows = Translation.objects.filter(subject_type=subject_type, subject_id=subject.pk, language=language)
            self.translations = {(row.row_id, row.field): row.text for row in rows}

    def of(self, row: Row, field: str, path: str = "", text: str | None = None) -> str:
        """`path` is where the text stands in the document, as in `agenda.<id>.`; `text` is the source where it is no column."""
        source = getattr(row, field) if text is None else text
        if not self.borrowing or not source:
            return source
        translation = self.translations.get((row.pk, field))
        if translation is None:
            self.fallbacks.append(f"{path}{field}")
        return source if translation is None else translation


def build_topic(topic: BackgroundTopic, language: str | None = None) -> TopicDocument:
    """The topic's document in a language (by default the one it was written in)."""
    language = language or topic.source_language
    texts = Texts(SubjectType.TOPIC, topic, language)
    document = TopicDocument(
        id=topic.pk,
        language=Language(language),
        source_language=Language(topic.source_language),
        slug=topic.slug,
        title=texts.of(topic, "title"),
        lead=texts.of(topic, "lead"),
        text=texts.of(topic, "text"),
        links=[link_of(link, texts) for link in topic.links.all()],
        fallbacks=texts.fallbacks,
    )
    return validated(document)


def build_meeting(
    meeting: Meeting, language: str | None = None, topics: Mapping[UUID, TopicName] | None = None
) -> MeetingDocument:
    """The meeting's document in a language (by default the one it was written in).

    `topics` are the names under which its items may mention topics (see `topic_names`); a topic not among them is left out.
    """
    return validated(MeetingBuilder(meeting, language or meeting.source_language, topics or {}).document())


def topic_names(
    meeting: Meeting, language: str, at: dt.datetime, released: Iterable[TopicDocument] = ()
) -> dict[UUID, TopicName]:
    """What the meeting's topics are called: in the same release, else in their edition live at an instant."""
    wanted = BackgroundTopic.objects.filter(items__meeting=meeting).values("pk")
    live = EditionDocument.objects.live(at).filter(
        edition__subject_type=SubjectType.TOPIC, edition__subject_id__in=wanted
    )
    texts = live.in_language(language).values_list("document__text", flat=True)
    documents = [document for document in map(read, texts) if isinstance(document, TopicDocument)]
    return {topic.id: TopicName(id=topic.id, slug=topic.slug, title=topic.title) for topic in (*documents, *released)}


def link_of(link: MediaLink, texts: Texts) -> shape.Link:
    return shape.Link(
        id=link.pk,
        kind=link.kind,
        title=texts.of(link, "title", f"links.{link.pk}."),
        url=link.url,
        language=link.language,
        image=link.image,
    )


class MeetingBuilder:
    def __init__(self, meeting: Meeting, language: str, topics: Mapping[UUID, TopicName]) -> None:
        self.meeting = meeting
        self.language = Language(language)
        self.topics = topics
        self.texts = Texts(SubjectType.MEETING, meeting, language)
        self.links = self.links_by_owner()
        self.points_of_items = self.pairs(AgendaItem.points.through, "programmepoint_id", "agendaitem_id")
        self.topics_of_items = self.pairs(AgendaItem.topics.through, "agendaitem_id", "backgroundtopic_id")
        self.items_of = defaultdict(list)
        self.agenda = list(meeting.agenda.all())
        for item in self.agenda:
            self.items_of[item.parent_id].append(item)
        self.results = list(meeting.results.all())
        self.result_of = {result.item_id: result for result in self.results if result.item_id}

    def links_by_owner(self) -> dict[UUID, list[MediaLink]]:
        by_owner = defaultdict(list)
        for link in MediaLink.objects.of_meeting(self.meeting):
            by_owner[link.meeting_id or link.item_id or link.point_id or link.result_id].append(link)
        return by_owner

    def pairs(self, through: Any, key: str, value: str) -> dict[UUID, set[UUID]]:
        found = defaultdict(set)
        for one, other in through.objects.filter(agendaitem__meeting=self.meeting).values_list(key, value):
            found[one].add(other)
        return found

    def document(self) -> MeetingDocument:
        meeting, texts = self.meeting, self.texts
        configuration = meeting.configuration
        presidency = meeting.start_date and Presidency.objects.on(meeting.start_date)
        return MeetingDocument(
            id=meeting.pk,
            language=self.language,
            source_language=Language(meeting.source_language),
            configuration=shape.ConfigurationName(
                code=configuration.code, slug=configuration.slug, name=configuration.name
            ),
            title=texts.of(meeting, "title", text=meeting.shown_title),
            number=meeting.number,
            form=meeting.form,
            status=meeting.status,
            status_reason=texts.of(meeting, "status_reason"),
            start_date=meeting.start_date,
            end_date=meeting.end_date,
            timezone=meeting.time_zone,
            place=shape.Place(city=texts.of(meeting, "city", "place."), venue=texts.of(meeting, "venue", "place.")),
            address_word=meeting.address_word,
            previous=meeting.previous,
            presidency=shape.PresidencyName(country=presidency.country, name=presidency.name) if presidency else None,
            document_number=meeting.document_number,
            references=meeting.references,
            issued_on=meeting.issued_on,
            agenda_status=meeting.agenda_status,
            chairs=[self.chair(chair) for chair in meeting.chairs.all()],
            lead=texts.of(meeting, "lead"),
            sessions=[self.session(session) for session in meeting.sessions.all()],
            agenda=self.items(None),
            programme=[self.point(point) for point in meeting.programme.all()],
            results=[self.result(result) for result in self.results if not result.item_id],
            links=self.links_of(meeting),
            contacts=[self.contact(contact) for contact in meeting.contacts.all()],
            footnotes=[
                shape.Footnote(id=note.pk, mark=note.mark, text=texts.of(note, "text", f"footnotes.{note.pk}."))
                for note in meeting.footnotes.all()
            ],
            alerts=[
                shape.Alert(
                    id=alert.pk, text=texts.of(alert, "text", f"alerts.{alert.pk}."), at=alert.at.astimezone(dt.UTC)
                )
                for alert in meeting.alerts.all()
            ],
            notice=texts.of(meeting, "notice"),
            fallbacks=texts.fallbacks,
        )

    def links_of(self, owner: Row) -> list[shape.Link]:
        return [link_of(link, self.texts) for link in self.links.get(owner.pk, ())]

    def chair(self, chair: Any) -> shape.Chair:
        return shape.Chair(
            id=chair.pk,
            name=chair.name,
            role=self.texts.of(chair, "role", f"chairs.{chair.pk}."),
            country=chair.country,
            session=chair.session_id,
            date=chair.date,
        )

    def session(self, session: Any) -> shape.Session:
        path = f"sessions.{session.pk}."
        return shape.Session(
            id=session.pk,
            title=self.texts.of(session, "title", path),
            date=session.date,
            place=self.texts.of(session, "place", path),
            text=self.texts.of(session, "text", path),
        )

    def contact(self, contact: Any) -> shape.Contact:
        return shape.Contact(
            id=contact.pk,
            name=contact.name,
            role=self.texts.of(contact, "role", f"contacts.{contact.pk}."),
            phones=contact.phones,
            email=contact.email,
            url=contact.url,
        )

    def point(self, point: ProgrammePoint) -> shape.Point:
        path = f"programme.{point.pk}."
        return shape.Point(
            id=point.pk,
            kind=point.kind,
            title=self.texts.of(point, "title", path),
            text=self.texts.of(point, "text", path),
            session=point.session_id,
            date=point.date,
            time=f"{point.time:%H:%M}" if point.time else None,
            time_precision=point.time_precision,
            time_text=point.time_text,
            live=point.live,
            place=self.texts.of(point, "place", path),
            in_margins=point.in_margins,
            speakers=point.speakers,
            state=point.state,
            previous=point.previous,
            items=[item.pk for item in self.agenda if item.pk in self.points_of_items[point.pk]],
            links=self.links_of(point),
        )

    def items(self, parent: UUID | None) -> list[shape.Item]:
        return [self.item(item) for item in self.items_of[parent]]

    def item(self, item: AgendaItem) -> shape.Item:
        path = f"agenda.{item.pk}."
        topics = [self.topics[key] for key in self.topics_of_items[item.pk] if key in self.topics]
        result = self.result_of.get(item.pk)
        return shape.Item(
            id=item.pk,
            number=item.number,
            kind=item.kind,
            title=self.texts.of(item, "title", path),
            text=self.texts.of(item, "text", path),
            session=item.session_id,
            state=item.state,
            state_note=self.texts.of(item, "state_note", path),
            procedure_type=item.procedure_type,
            outcome_sought=self.texts.of(item, "outcome_sought", path),
            public=item.public,
            public_basis=item.public_basis,
            information_from=item.information_from,
            supported_by=item.supported_by,
            documents=item.documents,
            procedures=item.procedures,
            legal_basis=self.texts.of(item, "legal_basis", path),
            topics=sorted(topics, key=lambda topic: topic.slug),
            links=self.links_of(item),
            result=self.result(result) if result else None,
            items=self.items(item.pk),
        )

    def result(self, result: Result) -> shape.Result:
        path = f"results.{result.pk}."
        return shape.Result(
            id=result.pk,
            date=result.date,
            title=self.texts.of(result, "title", path),
            outcome=result.outcome,
            text=self.texts.of(result, "text", path),
            links=self.links_of(result),
        )
