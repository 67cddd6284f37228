"""Checks that a meeting does not reveal the name of a topic before the topic is public under that name."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from django.db.models import Subquery
from django.utils.translation import gettext as _

from agenda.workflow.drafts import (
    SubjectDocument,
    get_edition_documents,
    get_meeting_name,
    get_source_document,
)
from agenda.workflow.errors import WorkflowError
from agenda.workflow.transactions import format_instant
from meetings.documents.encoding import decode_document
from meetings.documents.schema import MeetingDocument, Tombstone, TopicDocument
from meetings.documents.traversal import walk_items
from meetings.editions.freezing import UnsavedEdition
from meetings.models import Edition, EditionDocument, IndexedTopic, SubjectType
from meetings.models.edition import get_later_notices

TopicReference = tuple[UUID, str, str]
"""How a meeting names a topic: its id, the slug in its address and its title."""


def collect_topic_references(document: SubjectDocument | Tombstone) -> set[TopicReference]:
    """Collect the topics that the agenda items of a meeting's document name."""
    if not isinstance(document, MeetingDocument):
        return set()
    return {
        (topic.id, topic.slug, topic.title) for item, _parent in walk_items(document.agenda) for topic in item.topics
    }


def collect_topic_ids(documents: Iterable[SubjectDocument]) -> set[UUID]:
    return {topic for document in documents for topic, _slug, _title in collect_topic_references(document)}


def collect_references_of(editions: Iterable[Edition]) -> set[TopicReference]:
    """Collect how the documents of these editions name topics."""
    documents = [document for edition in editions for document in get_edition_documents(edition)]
    return {name for document in documents for name in collect_topic_references(document)}


def refuse_hidden_topics(compositions: Sequence[UnsavedEdition], live: Iterable[Edition] = ()) -> None:
    """Raise WorkflowError if a meeting names a topic that is not public under that name by then.

    A name that editions in `live` have may go on: readers know it from them.

    The text may have been approved together with that of a topic, which is not public yet. Call this after the editions
    that these replace are deleted, so that only the remaining ones count. The names of all meetings are looked up
    together.
    """
    references: dict[dt.datetime, set[TopicReference]] = defaultdict(set)
    for composition in compositions:
        for document in composition.documents:
            references[composition.edition.available_from] |= collect_topic_references(document)
    hidden = find_hidden_references(references, compositions)
    if not any(hidden.values()):
        return
    known = collect_references_of(live)
    for composition in compositions:
        for document in composition.documents:
            refuse_names(document, hidden[composition.edition.available_from] - known)


def refuse_names(document: SubjectDocument | Tombstone, hidden: Collection[TopicReference]) -> None:
    """Raise WorkflowError if the document names a topic in one of these ways."""
    for _topic, _slug, title in sorted(collect_topic_references(document).intersection(hidden)):
        assert isinstance(document, MeetingDocument), "only meetings name topics"
        message = _(
            "“%(meeting)s” (%(language)s) names the topic “%(topic)s”, which will not be public under that "
            "name by then. Publish both together, in that language too. Or submit the meeting again, so "
            "that it uses the published names."
        )
        names = {"meeting": get_meeting_name(document), "language": document.language.label, "topic": title}
        raise WorkflowError(message % names)


def find_unknown_names(documents: Sequence[SubjectDocument], at: dt.datetime) -> set[TopicReference]:
    """Return how the documents name topics that are not public under that name at `at`."""
    names = {name for document in documents for name in collect_topic_references(document)}
    return find_hidden_references({at: names}, ())[at]


def refuse_stranded_meetings(gone: Sequence[Edition], compositions: Sequence[UnsavedEdition], now: dt.datetime) -> None:
    """Raise WorkflowError if a scheduled meeting would name a topic that is not public under that name by then.

    The arguments are those of `find_stranded_meetings`.
    """
    for edition, hidden in find_stranded_meetings(gone, compositions, now).items():
        meeting = get_source_document(edition)
        assert isinstance(meeting, MeetingDocument), "only meetings name topics"
        for _topic, _slug, title in sorted(hidden):
            message = _(
                "“%(meeting)s” is scheduled for %(time)s (Brussels time) and names the topic “%(topic)s”, which "
                "would not be public under that name by then. First put that scheduled publication on hold, change "
                "its time or cancel it."
            )
            raise WorkflowError(
                message
                % {
                    "meeting": get_meeting_name(meeting),
                    "time": format_instant(edition.available_from),
                    "topic": title,
                }
            )


def find_stranded_meetings(
    gone: Sequence[Edition], compositions: Sequence[UnsavedEdition], now: dt.datetime
) -> dict[Edition, set[TopicReference]]:
    """Return scheduled editions of meetings that name topics which are not public under that name by then.

    `gone` are editions that are deleted or suppressed, or will be; `compositions` are written in their place and not in
    the database yet. Only names of the topics of `gone` count.
    """
    topics = {edition.subject_id for edition in gone if edition.subject_type == SubjectType.TOPIC}
    keys = {edition.pk for edition in gone}
    scheduled = {
        edition: names for edition, names in collect_scheduled_references(topics, now).items() if edition.pk not in keys
    }
    references: dict[dt.datetime, set[TopicReference]] = defaultdict(set)
    for edition, names in scheduled.items():
        references[edition.available_from] |= names
    hidden = find_hidden_references(references, compositions, without=keys)
    found = {edition: names & hidden[edition.available_from] for edition, names in scheduled.items()}
    return {edition: names for edition, names in found.items() if names}


def collect_scheduled_references(
    topic_ids: Collection[UUID], now: dt.datetime
) -> Mapping[Edition, set[TopicReference]]:
    """Collect the names by which scheduled editions of meetings refer to these topics, in all languages."""
    if not topic_ids:
        return {}
    editions = IndexedTopic.objects.filter(topic_id__in=topic_ids, edition__available_from__gt=now).values("edition")
    references: dict[Edition, set[TopicReference]] = defaultdict(set)
    rows = EditionDocument.objects.filter(edition__in=editions).select_related("edition", "document")
    for row in rows:
        references[row.edition] |= {
            name for name in collect_topic_references(decode_document(row.document.text)) if name[0] in topic_ids
        }
    return references


def find_hidden_references(
    references: Mapping[dt.datetime, set[TopicReference]],
    compositions: Sequence[UnsavedEdition],
    *,
    without: Collection[UUID] = (),
) -> dict[dt.datetime, set[TopicReference]]:
    """Return those of the references that readers cannot know at their instant, in one query for all of them.

    Readers know every name that a topic has in a public edition since it was last withdrawn, in any language.
    `compositions` are written now and are not in the database yet; `without` are the keys of editions that go.
    """
    hidden = {
        instant: names - collect_own_references(compositions, until=instant) for instant, names in references.items()
    }
    topics = {topic for names in hidden.values() for topic, _slug, _title in names}
    if not topics:
        return hidden
    notices = get_later_notices("edition__").filter(available_from__lte=max(hidden))
    appeared = (
        EditionDocument.objects.readable()
        .exclude(edition__in=without)
        .filter(
            edition__subject_type=SubjectType.TOPIC,
            edition__subject_id__in=topics,
            edition__available_from__lte=max(hidden),
            edition__is_tombstone=False,
        )
        .annotate(withdrawn_at=Subquery(notices.values("available_from")[:1]))
        .order_by("-edition__available_from")
    )
    rows = appeared.values_list("edition__available_from", "withdrawn_at", "document__text")
    for appeared_at, withdrawn_at, text in rows.iterator(chunk_size=50):
        name = get_own_reference(decode_document(text))
        for instant in hidden:
            if appeared_at <= instant and (withdrawn_at is None or withdrawn_at > instant):
                hidden[instant] -= name
        if not any(hidden.values()):
            break
    return hidden


def collect_own_references(compositions: Sequence[UnsavedEdition], *, until: dt.datetime) -> set[TopicReference]:
    """Return the names of the topics that are published with these editions, up to an instant."""
    released = [composition for composition in compositions if composition.edition.available_from <= until]
    return {
        name for composition in released for document in composition.documents for name in get_own_reference(document)
    }


def get_own_reference(document: SubjectDocument | Tombstone) -> set[TopicReference]:
    """Return the name of a topic by its own document; an empty set for other documents."""
    return {(document.id, document.slug, document.title)} if isinstance(document, TopicDocument) else set()
