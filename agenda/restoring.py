"""From a document back to the working copy: what an import and the restoring of an old edition both end in."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from msgspec.structs import asdict

from agenda.columns import COLUMNS
from agenda.drafts import digest_of_draft
from agenda.models import AgendaItem, BackgroundTopic, MediaLink, Result, Why
from agenda.moving import require_move
from agenda.revisions import keep_revision
from meetings.audit import Actor
from meetings.documents import shape
from meetings.documents.shape import Item, MeetingDocument, Point, TopicDocument
from meetings.documents.text import InvalidDocument, canonical_text, validated
from meetings.indexing import links_of, walk
from meetings.models import (
    Alert,
    Chair,
    Configuration,
    Contact,
    Footnote,
    Meeting,
    OrderedRow,
    ProgrammePoint,
    Row,
    Session,
)

Values = dict[str, Any]
AnyRow = TypeVar("AnyRow", bound=Row)
NULL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # in JSON, and not a backslash that somebody typed


def restore(document: MeetingDocument, *, by: Actor, why: Why = Why.IMPORTED, remark: str = "") -> Meeting:
    """Makes the working copy of the document's meeting say what the document says, and nothing else. Returns it.

    `by` needs the rights that moving it takes (`require_move`) where the document is of another configuration.

    Rows keep the UUIDs of the document, so that anchors, addresses and translations hold. Topics that are not in the
    working copy are left out. Raises InvalidDocument where the document is not in its source language, refers to
    something that is not in it, uses a UUID of another meeting, or names an unknown configuration; nothing is
    changed then.
    """
    document = validated(document)
    check_texts(document)
    check_references(document)
    with transaction.atomic():
        meeting = restore_meeting(document, by)
        Result.objects.filter(meeting=meeting).update(item=None)  # results may change places between items
        for model, wanted in parts(document):
            replace(meeting, model, wanted)
        restore_relations(document)
        restore_links(MediaLink.objects.for_meeting(meeting), links(meeting, document))
        keep_revision(meeting, timezone.now(), by, why, remark)
    return meeting


def restore_topic(document: TopicDocument, *, by: Actor, why: Why = Why.IMPORTED, remark: str = "") -> BackgroundTopic:
    """The same for a topic. Its desk stays: no document says whose it is. Raises InvalidDocument."""
    document = validated(document)
    check_texts(document)
    with transaction.atomic():
        topic = BackgroundTopic.objects.select_for_update().filter(pk=document.id).first()
        topic = topic or BackgroundTopic(pk=document.id)
        if BackgroundTopic.objects.filter(slug=document.slug).exclude(pk=topic.pk).exists():
            raise InvalidDocument(_("another topic has the word “%s” in its address by now") % document.slug)
        save(topic, columns(BackgroundTopic, document))
        restore_links(MediaLink.objects.filter(topic=topic), links(topic, document))
        keep_revision(topic, timezone.now(), by, why, remark)
    return topic


def unsaved_rows(document: MeetingDocument, configuration: Configuration) -> Iterator[Model]:
    """All rows of a working copy that is not there yet, owners first, for writing many at once.

    The document must be valid and in its source language, and its topics must be there: nothing is checked.
    """
    meeting = Meeting(pk=document.id, digest=digest_of_draft(document), **meeting_values(document, configuration))
    yield meeting
    for model, wanted in parts(document):
        new_row: Any = model
        for position, (key, values) in enumerate(wanted, 1):
            ordered = {"position": position} if issubclass(model, OrderedRow) else {}
            yield new_row(pk=key, meeting=meeting, **values, **ordered)
    yield from relations(document)
    yield from links(meeting, document)


def save_differences(before: MeetingDocument | TopicDocument, after: MeetingDocument | TopicDocument) -> None:
    """Saves the rows of which one document says something else than the other, which has the same parts.

    Both are of a working copy that is there and locked; its version is left to the caller. Raises InvalidDocument where
    a row does not take what it says now.
    """
    for (model, key, was), (_model, _key, now) in zip(values_of(before), values_of(after), strict=True):
        changed = {name: value for name, value in now.items() if value != was[name]}
        if changed:
            save(model._default_manager.get(pk=key), changed)


def values_of(document: MeetingDocument | TopicDocument) -> Iterator[tuple[type[Row], UUID, Values]]:
    """What the rows of a working copy say, row by row, without what they belong to."""
    if isinstance(document, MeetingDocument):
        yield Meeting, document.id, columns(Meeting, document, title=document.title) | asdict(document.place)
        for model, wanted in parts(document):
            yield from ((model, key, values) for key, values in wanted)
    else:
        yield BackgroundTopic, document.id, columns(BackgroundTopic, document)
    yield from ((MediaLink, link.id, columns(MediaLink, link)) for _type, _owner, link in links_of(document))


def check_texts(document: MeetingDocument | TopicDocument) -> None:
    if document.language != document.source_language:
        raise InvalidDocument(_("only a document in its source language is restored, not a translation"))
    ids = [link.id for _type, _owner, link in links_of(document)]
    if len(set(ids)) < len(ids):
        raise InvalidDocument(_("two parts of the same kind have the same id"))
    if NULL.search(canonical_text(document)):
        raise InvalidDocument(_("the text holds a null character"))


def check_references(document: MeetingDocument) -> None:
    agenda = [item for item, _parent in walk(document.agenda)]
    sessions, items = {session.id for session in document.sessions}, {item.id for item in agenda}
    parts = (document.chairs, document.sessions, document.programme, document.contacts, document.footnotes)
    for some in (agenda, document.alerts, *parts):
        if len({part.id for part in some}) < len(some):
            raise InvalidDocument(_("two parts of the same kind have the same id"))
    for holder in chain[shape.Chair | Point | Item](document.chairs, document.programme, agenda):
        if holder.session and holder.session not in sessions:
            raise InvalidDocument(_("%s names a session that is not in the document") % holder.id)
    for point in document.programme:
        if not items.issuperset(point.items):
            raise InvalidDocument(_("programme point %s names an item that is not in the document") % point.id)


def columns(model: type[Row], part: Any, **more: Any) -> Values:
    return {name: getattr(part, name) for name in COLUMNS[model]} | more


def restore_meeting(document: MeetingDocument, by: Actor) -> Meeting:
    configuration = Configuration.objects.filter(slug=document.configuration.slug).first()
    if configuration is None:
        raise InvalidDocument(
            _("there is no configuration “%s”: manage.py load_reference adds those of the Council")
            % document.configuration.slug
        )
    meeting = Meeting.objects.select_for_update().filter(pk=document.id).first()
    if meeting:
        require_move(by, meeting, configuration)
    meeting = meeting or Meeting(pk=document.id)
    save(meeting, meeting_values(document, configuration))
    return meeting


def meeting_values(document: MeetingDocument, configuration: Configuration) -> Values:
    values = columns(Meeting, document, configuration=configuration, time_zone=document.timezone)
    values |= {"city": document.place.city, "venue": document.place.venue}
    values["title"] = "" if document.title == configuration.title_in(document.source_language) else document.title
    return values


def save(row: Row, values: Values) -> None:
    fill(row, values).save()


def fill(row: AnyRow, values: Values) -> AnyRow:
    """The row with these values; what a column cannot hold is told in words instead of by the database."""
    for name, value in values.items():
        setattr(row, name, value)
    if isinstance(row, ProgrammePoint):
        row.keep_time_text()
        row.renew_time_text()
    keys = [field.name for field in row._meta.fields if field.is_relation]
    try:
        row.clean_fields(exclude=keys)
        row.validate_constraints(exclude=["id"])
    except ValidationError as error:
        told = "; ".join(
            " ".join(messages) if name == NON_FIELD_ERRORS else f"{name}: {' '.join(messages)}"
            for name, messages in error.message_dict.items()
        )
        raise InvalidDocument(f"{row._meta.verbose_name} “{str(row)[:80]}”: {told}") from error
    return row


def replace(meeting: Meeting, model: type[Row], wanted: Iterable[tuple[UUID, Values]]) -> None:
    """Updates the meeting's rows of a kind that stay, adds the new ones in the order given, deletes the others."""
    rows: Any = model._default_manager
    new_row: Any = model
    standing = {row.pk: row for row in rows.filter(meeting=meeting)}
    wanted = list(wanted)
    refuse_foreign(model, [key for key, _values in wanted if key not in standing])
    added = []
    for position, (key, values) in enumerate(wanted, 1):
        row = standing.pop(key, None) or new_row(pk=key, meeting=meeting)
        if isinstance(row, OrderedRow):
            row.position = position
        if row._state.adding:
            added.append(fill(row, values))
        else:
            save(row, values)
    rows.bulk_create(added)
    rows.filter(pk__in=standing).delete()


def refuse_foreign(model: type[Row], new: list[UUID]) -> None:
    for row in model._default_manager.filter(pk__in=new)[:1]:
        raise InvalidDocument(
            _("%(kind)s %(id)s belongs to something else") % {"kind": model._meta.verbose_name, "id": row.pk}
        )


def parts(document: MeetingDocument) -> Iterator[tuple[type[Row], Iterator[tuple[UUID, Values]]]]:
    """The rows that belong to the meeting, kind by kind, each with its id; what others refer to comes first."""
    yield Session, ((part.id, columns(Session, part)) for part in document.sessions)
    yield Chair, ((part.id, columns(Chair, part, session_id=part.session)) for part in document.chairs)
    yield Contact, ((part.id, columns(Contact, part)) for part in document.contacts)
    yield Footnote, ((part.id, columns(Footnote, part)) for part in document.footnotes)
    yield Alert, ((part.id, columns(Alert, part)) for part in document.alerts)
    yield ProgrammePoint, points(document)
    yield AgendaItem, items(document)
    yield Result, results(document)


def points(document: MeetingDocument) -> Iterator[tuple[UUID, Values]]:
    for point in document.programme:
        time = dt.time.fromisoformat(point.time) if point.time else None
        yield point.id, columns(ProgrammePoint, point, session_id=point.session, time=time)


def items(document: MeetingDocument) -> Iterator[tuple[UUID, Values]]:
    for item, parent in walk(document.agenda):
        yield item.id, columns(AgendaItem, item, session_id=item.session, parent_id=parent.id if parent else None)


def results(document: MeetingDocument) -> Iterator[tuple[UUID, Values]]:
    of_items = ((item.result, item.id) for item, _parent in walk(document.agenda) if item.result)
    for result, item_id in (*((result, None) for result in document.results), *of_items):
        yield result.id, columns(Result, result, item_id=item_id)


def restore_relations(document: MeetingDocument) -> None:
    ids = [item.id for item, _parent in walk(document.agenda)]
    known = set(BackgroundTopic.objects.values_list("pk", flat=True))
    with_topic, at_point = AgendaItem.topics.through, AgendaItem.points.through
    wanted = list(relations(document))
    with_topic.objects.filter(agendaitem_id__in=ids).delete()
    with_topic.objects.bulk_create(
        row for row in wanted if isinstance(row, with_topic) and row.backgroundtopic_id in known
    )
    at_point.objects.filter(agendaitem_id__in=ids).delete()
    at_point.objects.bulk_create(row for row in wanted if isinstance(row, at_point))


def relations(document: MeetingDocument) -> Iterator[Model]:
    """Which item takes up which topic, and which programme point is about which item."""
    with_topic, at_point = AgendaItem.topics.through, AgendaItem.points.through
    for item, _parent in walk(document.agenda):
        yield from (with_topic(agendaitem_id=item.id, backgroundtopic_id=topic.id) for topic in item.topics)
    for point in document.programme:
        yield from (at_point(agendaitem_id=item, programmepoint_id=point.id) for item in point.items)


def restore_links(standing: QuerySet[MediaLink], wanted: Iterable[MediaLink]) -> None:
    """Links have owners of several kinds, so they are replaced as a whole."""
    wanted = list(wanted)
    standing.delete()
    refuse_foreign(MediaLink, [link.pk for link in wanted])
    MediaLink.objects.bulk_create(fill(link, {}) for link in wanted)


def links(whole: Meeting | BackgroundTopic, document: MeetingDocument | TopicDocument) -> Iterator[MediaLink]:
    """Every link, in its place among those of its owner."""
    places: Counter[UUID] = Counter()
    for owner_type, owner_id, link in links_of(document):
        places[owner_id] += 1
        owner: Values = {owner_type: whole} if owner_id == whole.pk else {f"{owner_type}_id": owner_id}
        yield MediaLink(pk=link.id, position=places[owner_id], **owner, **columns(MediaLink, link))
