"""Topics that meetings name: no name is given away before the topic is public by it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db.models import Exists
from django.utils.translation import gettext as _

from agenda.drafts import SubjectDocument, get_source_document, get_subject_name
from agenda.publishing.instants import in_brussels
from agenda.publishing.refusals import Refused
from meetings.documents.shape import MeetingDocument, Tombstone, TopicDocument
from meetings.documents.text import read
from meetings.editions import Composition
from meetings.indexing import walk
from meetings.models import Edition, EditionDocument, IndexedTopic, SubjectType
from meetings.models.edition import later_editions
from meetings.models.history import BEFORE_ALL

TopicReference = tuple[UUID, str, str]
"""Of a topic: its id, the word in its address, its title."""


def collect_topic_references(document: SubjectDocument | Tombstone) -> set[TopicReference]:
    """What a meeting's document calls the topics of its items."""
    if not isinstance(document, MeetingDocument):
        return set()
    return {(topic.id, topic.slug, topic.title) for item, _parent in walk(document.agenda) for topic in item.topics}


def topics_in(documents: Iterable[SubjectDocument]) -> set[UUID]:
    return {topic for document in documents for topic, _slug, _title in collect_topic_references(document)}


def refuse_hidden_topics(compositions: Sequence[Composition]) -> None:
    """A meeting's text may have been approved together with that of a topic, whose name is not public before it is.

    To be called once the editions are deleted that these take the place of, so that only what stays counts.
    """
    for composition in compositions:
        for document in composition.documents:
            for _topic, _slug, title in sorted(
                find_hidden_references(
                    collect_topic_references(document), composition.edition.available_from, compositions
                )
            ):
                raise Refused(
                    _(
                        "“%(meeting)s” (%(language)s) names the topic “%(topic)s”, which is not public by that name by "
                        "then: release them together, in that language too; or submit the meeting again, so that it "
                        "names topics as readers know them."
                    )
                    % {"meeting": get_subject_name(document), "language": document.language.label, "topic": title}
                )


def refuse_stranded_meetings(deleted: Sequence[Edition], compositions: Sequence[Composition], now: dt.datetime) -> None:
    """No meeting that is still to come is left naming a topic that is not public by that name by then.

    `deleted` are editions that were to come, `added` is what is written in their place, and is not there yet.
    """
    topics = [edition.subject_id for edition in deleted if edition.subject_type == SubjectType.TOPIC]
    for edition, names in collect_scheduled_references(topics, now).items():
        for _topic, _slug, title in sorted(find_hidden_references(names, edition.available_from, compositions)):
            raise Refused(
                _(
                    "“%(meeting)s” is to appear on %(time)s (Brussels time) and names the topic “%(topic)s”, which "
                    "would not be public by that name by then: hold, move or call off that release first."
                )
                % {
                    "meeting": get_subject_name(get_source_document(edition)),
                    "time": in_brussels(edition.available_from),
                    "topic": title,
                }
            )


def collect_scheduled_references(topic_ids: Sequence[UUID], now: dt.datetime) -> Mapping[Edition, set[TopicReference]]:
    """What meetings' editions to come call these topics, in all languages."""
    if not topic_ids:
        return {}
    editions = IndexedTopic.objects.filter(topic_id__in=topic_ids, edition__available_from__gt=now).values("edition")
    references: dict[Edition, set[TopicReference]] = defaultdict(set)
    rows = EditionDocument.objects.filter(edition__in=editions).select_related("edition", "document")
    for row in rows:
        references[row.edition] |= {
            name for name in collect_topic_references(read(row.document.text)) if name[0] in topic_ids
        }
    return references


def find_hidden_references(
    references: set[TopicReference], instant: dt.datetime, compositions: Sequence[Composition]
) -> set[TopicReference]:
    """Those of the names that readers cannot know by the instant.

    They know each that a topic has in an edition that has appeared since it was withdrawn last, in any of its
    languages; `added` is written now, and is not there yet.
    """
    released_together = [composition for composition in compositions if composition.edition.available_from <= instant]
    unknown = references - {
        name
        for composition in released_together
        for document in composition.documents
        for name in get_own_reference(document)
    }
    if not unknown:
        return set()
    appeared = EditionDocument.objects.readable().filter(
        ~Exists(later_editions(BEFORE_ALL, "edition__", instant)),  # no later tombstone
        edition__subject_type=SubjectType.TOPIC,
        edition__subject_id__in={topic for topic, _slug, _title in unknown},
        edition__available_from__lte=instant,
        edition__is_tombstone=False,
    )
    texts = appeared.order_by("-edition__available_from").values_list("document__text", flat=True)
    for text in texts.iterator(chunk_size=50):
        unknown -= get_own_reference(read(text))
        if not unknown:
            break
    return unknown


def get_own_reference(document: SubjectDocument | Tombstone) -> set[TopicReference]:
    """A topic's own; no other document has one."""
    return {(document.id, document.slug, document.title)} if isinstance(document, TopicDocument) else set()
