"""Write a document back to the working copy. An import and the restoring of an old edition both end here."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec import json
from msgspec.structs import asdict

from agenda.documents.building import ITEM_POINTS, ITEM_TOPICS, MeetingRows, Pairs, load_rows
from agenda.models import AgendaItem, BackgroundTopic, MediaLink, Result, Revision, RevisionReason
from agenda.workflow.approval_rights import explain_fixed_language
from agenda.workflow.drafts import get_subject_type
from agenda.workflow.revisions import get_last_version, keep_revision_of_saved
from agenda.workflow.transactions import lock_addresses
from agenda.workflow.transfers import require_transfer
from meetings.access.audit import Actor
from meetings.documents import schema
from meetings.documents.encoding import InvalidDocument, validate_document
from meetings.documents.schema import Item, MeetingDocument, Point, TopicDocument
from meetings.documents.traversal import collect_links, list_repeated_parts, walk_items
from meetings.models import (
    Alert,
    Chair,
    Configuration,
    Contact,
    Edition,
    Footnote,
    IndexedItem,
    IndexedLink,
    IndexedPoint,
    IndexRow,
    Meeting,
    OrderedModel,
    ProgrammePoint,
    Session,
    SubjectType,
    UUIDModel,
)

AnySubject = TypeVar("AnySubject", Meeting, BackgroundTopic)
RowValues = dict[str, Any]
FOREIGN_ID = gettext_lazy("%(kind)s %(id)s belongs to another meeting or topic")
# Where the parts of editions are found by their ids, of those that have addresses.
PUBLISHED_IDS: Mapping[type[UUIDModel], tuple[type[IndexRow], str]] = {
    AgendaItem: (IndexedItem, "item_id"),
    ProgrammePoint: (IndexedPoint, "point_id"),
    MediaLink: (IndexedLink, "link_id"),
}


def restore_document(
    document: MeetingDocument | TopicDocument,
    *,
    by: Actor,
    why: RevisionReason = RevisionReason.IMPORTED,
    remark: str = "",
) -> Meeting | BackgroundTopic:
    """Do what `restore_meeting` or `restore_topic` does, whichever the document needs."""
    if isinstance(document, MeetingDocument):
        return restore_meeting(document, by=by, why=why, remark=remark)
    return restore_topic(document, by=by, why=why, remark=remark)


def restore_meeting(
    document: MeetingDocument, *, by: Actor, why: RevisionReason = RevisionReason.IMPORTED, remark: str = ""
) -> Meeting:
    """Make the working copy of the document's meeting say exactly what the document says. Return the meeting.

    If the document has another configuration than the meeting, `by` must be allowed to move it (`require_transfer`).

    Rows keep the UUIDs of the document, so that anchors, addresses and translations stay valid. Topics that do not
    exist in the working copy are left out. Raise InvalidDocument, and change nothing, if the document is not in its
    source language, refers to something that is not in it, uses a UUID of another meeting, or has an unknown
    configuration.
    """
    document = validate_document(document)
    check_texts(document)
    check_references(document)
    with transaction.atomic():
        configuration = load_configuration(document)
        meeting = Meeting.objects.select_for_update(no_key=True).filter(pk=document.id).first()
        if meeting:
            require_transfer_of_meeting(by, meeting, configuration)
        meeting = meeting or begin_subject(Meeting(pk=document.id))
        write_meeting(meeting, document, configuration, by=by, why=why, remark=remark)
    return meeting


def refuse_taken_day(meeting: Meeting, document: MeetingDocument, configuration: Configuration) -> None:
    """Raise InvalidDocument if the meeting would get the address of another one, which it has not yet.

    Whoever gives a meeting the same address at this moment is waited for.
    """
    facts = {"start_date": document.start_date, "address_word": document.address_word}
    changed = Meeting(pk=document.id, configuration=configuration, **facts)
    if not meeting._state.adding and has_same_address(changed, meeting):
        return
    lock_addresses([document])
    if error := changed.find_duplicate_error():
        raise InvalidDocument(str(error[1]))


def has_same_address(meeting: Meeting, saved: Meeting | BackgroundTopic | None) -> bool:
    """Return whether the meeting keeps the day and the word of its address."""
    names = ("configuration_id", "start_date", "address_word")
    return isinstance(saved, Meeting) and all(getattr(meeting, name) == getattr(saved, name) for name in names)


def overwrite_document(
    subject: Meeting | BackgroundTopic,
    document: MeetingDocument | TopicDocument,
    *,
    by: Actor,
    why: RevisionReason,
    remark: str = "",
) -> MeetingDocument | TopicDocument | None:
    """Do what `restore_document` does to the document's working copy, which this transaction has locked and loaded.

    The document has no mistakes (`agenda.editor.mistakes`): its references are not checked again. Return it as the rows
    say it now; None if nothing has changed, or if they cannot be expressed as one.
    """
    if isinstance(document, TopicDocument):
        assert isinstance(subject, BackgroundTopic)
        return write_topic(subject, document, by=by, why=why, remark=remark)
    assert isinstance(subject, Meeting)
    is_same = document.configuration.slug == subject.configuration.slug
    configuration = subject.configuration if is_same else load_configuration(document)
    require_transfer_of_meeting(by, subject, configuration)
    return write_meeting(subject, document, configuration, by=by, why=why, remark=remark)


def write_meeting(
    meeting: Meeting,
    document: MeetingDocument,
    configuration: Configuration,
    *,
    by: Actor,
    why: RevisionReason,
    remark: str,
) -> MeetingDocument | TopicDocument | None:
    """Write the document to the rows of a locked or new meeting, and keep a revision of them."""
    refuse_other_language(meeting, document)
    refuse_taken_day(meeting, document, configuration)
    has_changed = fill_row(meeting, get_meeting_values(document, configuration))
    rows = load_rows(meeting)
    changes = compare_parts(meeting, document, rows)
    refuse_published_ids((row, meeting.pk) for change in changes for row in change.added)
    topics, points = compare_relations(document, rows)
    if has_changed or any((*changes, topics, points)):
        check_columns(meeting)
        with explaining_refusal([meeting, *(row for change in changes for row in change.list_written())]):
            meeting.save()
            write_changes(changes)
            topics.write()
            points.write()
    parts = {change.model: sort_rows(change.model, change.rows) for change in changes}
    new_rows = MeetingRows(parts, changes[-1].rows, topics.pairs, points.pairs)
    built, _revision = keep_revision_of_saved(meeting, timezone.now(), by, why=why, remark=remark, rows=new_rows)
    return built


def restore_topic(
    document: TopicDocument, *, by: Actor, why: RevisionReason = RevisionReason.IMPORTED, remark: str = ""
) -> BackgroundTopic:
    """Make the working copy of the document's topic say exactly what the document says. Return the topic.

    The topic stays with its configuration, which no document has. Raise InvalidDocument as `restore_meeting` does.
    """
    document = validate_document(document)
    check_texts(document)
    with transaction.atomic():
        topic = BackgroundTopic.objects.select_for_update(no_key=True).filter(pk=document.id).first()
        topic = topic or begin_subject(BackgroundTopic(pk=document.id))
        write_topic(topic, document, by=by, why=why, remark=remark)
    return topic


def write_topic(
    topic: BackgroundTopic, document: TopicDocument, *, by: Actor, why: RevisionReason, remark: str
) -> MeetingDocument | TopicDocument | None:
    """Write the document to the rows of a locked or new topic, and keep a revision of them."""
    if BackgroundTopic.objects.filter(slug=document.slug).exclude(pk=topic.pk).exists():
        raise InvalidDocument(_("another topic now uses the word “%s” in its address") % document.slug)
    refuse_other_language(topic, document)
    has_changed = fill_row(topic, get_column_values(BackgroundTopic, document))
    links = compare_links(MediaLink.objects.filter(topic=topic), topic, document)
    refuse_published_ids((row, topic.pk) for row in links.added)
    if has_changed or links:
        check_columns(topic)
        with explaining_refusal([topic, *links.list_written()]):
            topic.save()
            write_changes([links])
    built, _revision = keep_revision_of_saved(topic, timezone.now(), by, why=why, remark=remark)
    return built


def begin_subject(subject: AnySubject) -> AnySubject:
    """Return a meeting or topic that has no row yet, with the version of its last revision if it was deleted before.

    Raise InvalidDocument if a meeting has the id of a topic, or the reverse, even of one that was deleted: editions and
    reviews are found by the id alone.
    """
    is_meeting = isinstance(subject, Meeting)
    other_type = SubjectType.TOPIC if is_meeting else SubjectType.MEETING
    others: Any = (BackgroundTopic if is_meeting else Meeting).objects.filter(pk=subject.pk)
    revisions = Revision.objects.for_subject(other_type, subject.pk)
    editions = Edition.objects.for_subject(other_type, subject.pk)
    if others.exists() or revisions.exists() or editions.exists():
        raise InvalidDocument(str(FOREIGN_ID) % {"kind": subject._meta.verbose_name, "id": subject.pk})
    subject.version = get_last_version(get_subject_type(subject), subject.pk)
    return subject


def refuse_other_language(subject: Meeting | BackgroundTopic, document: MeetingDocument | TopicDocument) -> None:
    """Raise InvalidDocument if the document has another original language, and that of the subject must stay."""
    is_same = subject._state.adding or subject.source_language == document.source_language
    if refusal := "" if is_same else explain_fixed_language(subject):
        raise InvalidDocument(refusal)


def save_differences(before: MeetingDocument | TopicDocument, after: MeetingDocument | TopicDocument) -> None:
    """Save the rows for which the two documents differ. Both documents must have the same parts.

    The working copy must exist and be locked. The caller raises its version. Raise InvalidDocument if a row cannot have
    its new values.
    """
    for (model, key, old), (_model, _key, new) in zip(list_row_values(before), list_row_values(after), strict=True):
        changed = {name: value for name, value in new.items() if value != old[name]}
        if changed:
            save_row(model._default_manager.get(pk=key), changed)


def list_row_values(document: MeetingDocument | TopicDocument) -> Iterator[tuple[type[UUIDModel], UUID, RowValues]]:
    """Yield model, id and values of each row of a working copy, without the columns that name its owner."""
    if isinstance(document, MeetingDocument):
        yield Meeting, document.id, get_column_values(Meeting, document, title=document.title) | asdict(document.place)
        for model, rows in list_part_values(document):
            yield from ((model, key, values) for key, values in rows)
    else:
        yield BackgroundTopic, document.id, get_column_values(BackgroundTopic, document)
    yield from (
        (MediaLink, link.id, get_column_values(MediaLink, link)) for _type, _owner, link in collect_links(document)
    )


def check_texts(document: MeetingDocument | TopicDocument) -> None:
    if document.language != document.source_language:
        raise InvalidDocument(_("only a document in its original language can be restored, not a translation"))
    if any(list_repeated_parts(document)):
        raise InvalidDocument(_("two parts have the same id, or one has that of the document"))
    if has_null_character(document):
        raise InvalidDocument(_("the text contains a null character"))


def has_null_character(document: MeetingDocument | TopicDocument) -> bool:
    typed_backslash = b"\\\\"
    return b"\\u0000" in json.encode(document).replace(typed_backslash, b"")


def check_references(document: MeetingDocument) -> None:
    agenda = [item for item, _parent in walk_items(document.agenda)]
    sessions, items = {session.id for session in document.sessions}, {item.id for item in agenda}
    for part in chain[schema.Chair | Point | Item](document.chairs, document.programme, agenda):
        if part.session and part.session not in sessions:
            raise InvalidDocument(_("%s refers to a session that is not in the document") % part.id)
    for point in document.programme:
        if not items.issuperset(point.items):
            raise InvalidDocument(_("programme event %s refers to an item that is not in the document") % point.id)


def get_column_values(model: type[UUIDModel], part: Any, **more: Any) -> RowValues:
    return {name: getattr(part, name) for name in model.list_document_columns()} | more


def load_configuration(document: MeetingDocument) -> Configuration:
    configuration = Configuration.objects.filter(slug=document.configuration.slug).first()
    if configuration is None:
        message = _("there is no configuration “%s”. Run manage.py load_reference to add those of the Council")
        raise InvalidDocument(message % document.configuration.slug)
    return configuration


def require_transfer_of_meeting(by: Actor, meeting: Meeting, configuration: Configuration) -> None:
    """Raise NotAllowed if `by` may not move the meeting to the configuration, unless it is there already."""
    if meeting.configuration_id == configuration.pk:
        meeting.configuration = configuration
    require_transfer(by, meeting, configuration)


def get_meeting_values(document: MeetingDocument, configuration: Configuration) -> RowValues:
    values = get_column_values(Meeting, document, configuration=configuration, time_zone=document.timezone)
    values |= {"city": document.place.city, "venue": document.place.venue}
    values["title"] = (
        "" if document.title == configuration.get_meeting_title(document.source_language) else document.title
    )
    return values


def save_row(row: UUIDModel, values: RowValues) -> None:
    fill_row(row, values)
    check_columns(row)
    with explaining_refusal([row]):
        row.save()


def fill_row(row: UUIDModel, values: RowValues) -> bool:
    """Set the values on the row. Return whether the row is new or has changed."""
    before = {} if row._state.adding else {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    if isinstance(row, ProgrammePoint):
        row.keep_time_text()
        row.update_time_text()
    return row._state.adding or any(getattr(row, name) != value for name, value in before.items())


def check_columns(row: UUIDModel) -> None:
    """Raise InvalidDocument with a message for people if a column cannot have its value."""
    relations = [field.name for field in row._meta.fields if field.is_relation]
    with naming_row(row):
        row.clean_fields(exclude=relations)


def check_constraints(row: UUIDModel) -> None:
    """Raise InvalidDocument with a message for people if the database will refuse the row."""
    with naming_row(row):
        row.validate_constraints(exclude=["id"])


@contextmanager
def explaining_refusal(rows: Sequence[UUIDModel]) -> Iterator[None]:
    """If the database refuses one of the rows that are written within, raise InvalidDocument with a message for people.

    Its constraints are only asked one by one once it has refused, because each takes a query.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        for row in rows:
            check_constraints(row)
        raise


@contextmanager
def naming_row(row: UUIDModel) -> Iterator[None]:
    """Raise InvalidDocument, with the name of the row, in place of ValidationError."""
    try:
        yield
    except ValidationError as error:
        problems = "; ".join(
            " ".join(messages) if name == NON_FIELD_ERRORS else f"{name}: {' '.join(messages)}"
            for name, messages in error.message_dict.items()
        )
        raise InvalidDocument(f"{row._meta.verbose_name} “{str(row)[:80]}”: {problems}") from error


class RowChanges:
    """The rows of one model to add, to update and to delete, so that they have new values.

    `rows` are those that there will be, in the order of the new values.
    """

    def __init__(
        self, model: type[UUIDModel], existing: Iterable[UUIDModel], new_values: Iterable[tuple[UUID, RowValues]]
    ) -> None:
        """Compare the existing rows with the values by id. Raise InvalidDocument if a column cannot have its value."""
        self.model: Any = model
        self.deleted = {row.id: row for row in existing}
        self.added: list[UUIDModel] = []
        self.updated: list[UUIDModel] = []
        self.rows: list[Any] = []
        for key, values in new_values:
            row = self.deleted.pop(key, None) or self.model(id=key)
            self.rows.append(row)
            if fill_row(row, values):
                check_columns(row)
                (self.added if row._state.adding else self.updated).append(row)
        if self.added:
            refuse_foreign_ids(model, [row.id for row in self.added])

    def __bool__(self) -> bool:
        return bool(self.added or self.updated or self.deleted)

    def list_written(self) -> list[UUIDModel]:
        return [*self.added, *self.updated]

    def write(self) -> None:
        """Add and update rows, with one statement each. Rows that go are deleted by `delete`."""
        manager = self.model._default_manager
        columns = [field.name for field in self.model._meta.concrete_fields if not field.primary_key]
        manager.bulk_create(self.added)
        manager.bulk_create(self.updated, update_conflicts=True, unique_fields=["id"], update_fields=columns)

    def delete(self) -> None:
        if self.deleted:
            self.model._default_manager.filter(pk__in=self.deleted).delete()


def refuse_foreign_ids(model: type[UUIDModel], new_ids: list[UUID]) -> None:
    """Raise InvalidDocument if a row with one of the new ids exists: it belongs to another meeting or topic."""
    for row in model._default_manager.filter(pk__in=new_ids)[:1]:
        raise InvalidDocument(str(FOREIGN_ID) % {"kind": model._meta.verbose_name, "id": row.pk})


def refuse_published_ids(rows: Iterable[tuple[UUIDModel, UUID]]) -> None:
    """Raise InvalidDocument if a new row has the id of a part of an edition of another meeting or topic.

    The part may be gone from the working copy there, but it has an address, which would lead here. With each row comes
    the id of the meeting or topic that it is of.
    """
    owners: dict[type[UUIDModel], dict[UUID, UUID]] = {model: {} for model in PUBLISHED_IDS}
    for row, owner in rows:
        if type(row) in owners:
            owners[type(row)][row.pk] = owner
    for model, keys in owners.items():
        index, column = PUBLISHED_IDS[model]
        published = index._default_manager.filter(**{f"{column}__in": keys}).values_list(column, "edition__subject_id")
        for key, subject in published.distinct() if keys else ():
            if subject != keys[key]:
                raise InvalidDocument(str(FOREIGN_ID) % {"kind": model._meta.verbose_name, "id": key})


class PairChanges:
    """The rows of one table to add and to delete, so that it connects the wanted items with topics or events.

    `pairs` are those that there will be.
    """

    def __init__(self, table: Any, column: str, existing: Pairs, wanted: Iterable[tuple[UUID, UUID]]) -> None:
        self.table, self.column = table, column
        self.pairs: Pairs = {pair: existing.get(pair) for pair in wanted}
        self.deleted = [key for pair, key in existing.items() if pair not in self.pairs]
        self.added = [pair for pair in self.pairs if pair not in existing]

    def __bool__(self) -> bool:
        return bool(self.added or self.deleted)

    def write(self) -> None:
        if self.deleted:
            self.table.objects.filter(pk__in=self.deleted).delete()
        self.table.objects.bulk_create(
            self.table(agendaitem_id=item, **{self.column: other}) for item, other in self.added
        )


def compare_parts(meeting: Meeting, document: MeetingDocument, rows: MeetingRows) -> list[RowChanges]:
    """Return the changes of all parts of the meeting, of links last. The rows get their new values."""
    changes = [
        RowChanges(model, rows.parts[model], list_row_values_in_order(meeting, model, values))
        for model, values in list_part_values(document)
    ]
    return [*changes, compare_links(rows.links, meeting, document)]


def sort_rows(model: type[UUIDModel], rows: list[Any]) -> list[Any]:
    """Return the rows that there will be, in the order in which a query returns them."""
    is_ordered = issubclass(model, OrderedModel)
    return rows if is_ordered else sorted(rows, key=lambda alert: (-alert.at.timestamp(), alert.id))


def list_row_values_in_order(
    meeting: Meeting, model: type[UUIDModel], new_values: Iterable[tuple[UUID, RowValues]]
) -> Iterator[tuple[UUID, RowValues]]:
    """Add to the values the columns that no part of the document has: the meeting, and the position."""
    for position, (key, values) in enumerate(new_values, 1):
        place = {"position": position} if issubclass(model, OrderedModel) else {}
        yield key, values | place | {"meeting_id": meeting.pk}


def write_changes(changes: Sequence[RowChanges]) -> None:
    """Write all rows before any is deleted, because parts that stay may have left a part that goes."""
    for change in changes:
        if change.model is Result:  # results may change places between items, and an item has only one
            Result.objects.filter(pk__in=[*change.deleted, *(row.pk for row in change.updated)]).update(item=None)
        if change.list_written():
            change.write()
    for change in reversed(changes):
        change.delete()


def list_part_values(document: MeetingDocument) -> Iterator[tuple[type[UUIDModel], Iterator[tuple[UUID, RowValues]]]]:
    """Yield id and values of the meeting's rows, model by model. Models that others refer to come first."""
    yield Session, ((part.id, get_column_values(Session, part)) for part in document.sessions)
    yield Chair, ((part.id, get_column_values(Chair, part, session_id=part.session)) for part in document.chairs)
    yield Contact, ((part.id, get_column_values(Contact, part)) for part in document.contacts)
    yield Footnote, ((part.id, get_column_values(Footnote, part)) for part in document.footnotes)
    yield Alert, ((part.id, get_column_values(Alert, part)) for part in document.alerts)
    yield ProgrammePoint, ((point.id, get_point_values(point)) for point in document.programme)
    items = [*walk_items(document.agenda)]
    yield AgendaItem, ((item.id, get_item_values(item, parent)) for item, parent in items)
    results = [*((result, None) for result in document.results), *((item.result, item.id) for item, _parent in items)]
    yield Result, ((result.id, get_column_values(Result, result, item_id=item)) for result, item in results if result)


def get_point_values(point: Point) -> RowValues:
    time = dt.time.fromisoformat(point.time) if point.time else None
    return get_column_values(ProgrammePoint, point, session_id=point.session, time=time)


def get_item_values(item: Item, parent: Item | None) -> RowValues:
    return get_column_values(AgendaItem, item, session_id=item.session, parent_id=parent.id if parent else None)


def compare_relations(document: MeetingDocument, rows: MeetingRows) -> tuple[PairChanges, PairChanges]:
    """Return the changes of what connects items with topics, and with programme events."""
    named = list_topic_pairs(document)
    known = {topic for _item, topic in rows.topics}
    unknown = {topic for _item, topic in named} - known
    known |= set(BackgroundTopic.objects.filter(pk__in=unknown).values_list("pk", flat=True))
    topics = PairChanges(ITEM_TOPICS, "backgroundtopic_id", rows.topics, (pair for pair in named if pair[1] in known))
    return topics, PairChanges(ITEM_POINTS, "programmepoint_id", rows.points, list_point_pairs(document))


def list_topic_pairs(document: MeetingDocument) -> list[tuple[UUID, UUID]]:
    """Return the keys of agenda items and their topics."""
    return [(item.id, topic.id) for item, _parent in walk_items(document.agenda) for topic in item.topics]


def list_point_pairs(document: MeetingDocument) -> list[tuple[UUID, UUID]]:
    """Return the keys of agenda items and the programme events that are about them."""
    return [(item, point.id) for point in document.programme for item in point.items]


def compare_links(
    existing: Iterable[MediaLink], subject: Meeting | BackgroundTopic, document: MeetingDocument | TopicDocument
) -> RowChanges:
    columns = [field.attname for field in MediaLink._meta.concrete_fields]
    links = build_links(subject, document)
    return RowChanges(
        MediaLink, existing, ((link.pk, {name: getattr(link, name) for name in columns}) for link in links)
    )


def build_links(subject: Meeting | BackgroundTopic, document: MeetingDocument | TopicDocument) -> Iterator[MediaLink]:
    """Yield every link with its position among the links of its owner."""
    positions: Counter[UUID] = Counter()
    for owner_type, owner_id, link in collect_links(document):
        positions[owner_id] += 1
        owner: RowValues = {owner_type: subject} if owner_id == subject.pk else {f"{owner_type}_id": owner_id}
        yield MediaLink(pk=link.id, position=positions[owner_id], **owner, **get_column_values(MediaLink, link))
