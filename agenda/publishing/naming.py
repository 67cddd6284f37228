"""Topics that meetings name: no title is given away before its topic is public."""

import datetime as dt
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from agenda.drafts import SubjectDocument
from agenda.models import BackgroundTopic
from agenda.publishing.instants import in_brussels
from agenda.publishing.refusals import Refused
from meetings.documents.shape import MeetingDocument
from meetings.indexing import walk
from meetings.models import Edition, IndexedTopic, SubjectType


def refuse_hidden_topics(documents: Sequence[SubjectDocument], instant: dt.datetime) -> None:
    """A meeting's text may have been approved together with that of a topic, whose title is not public before it is."""
    together = {document.id for document in documents if not isinstance(document, MeetingDocument)}
    for document in documents:
        if not isinstance(document, MeetingDocument):
            continue
        named = {topic.id: topic.title for item, _parent in walk(document.agenda) for topic in item.topics}
        visible = Edition.objects.filter(subject_type=SubjectType.TOPIC, subject_id__in=named).live(instant)
        hidden = set(named) - together - set(visible.values_list("subject_id", flat=True))
        if hidden:
            raise Refused(
                _("“%(meeting)s” names “%(topic)s”, which is not public by then: release them together.")
                % {"meeting": document.title, "topic": named[min(hidden)]}
            )


def refuse_stranding(touched: Sequence[Edition], added: Sequence[Edition], now: dt.datetime) -> None:
    """No meeting that is still to come is left naming a topic that is not public by then.

    `touched` are the editions that are added or were taken away, `added` those of them that are not written yet.
    """
    for edition, topic in stranded([edition.subject_id for edition in touched], added, now):
        raise Refused(
            _(
                "“%(address)s” is to appear on %(time)s (Brussels time) and names the topic “%(topic)s”, which would "
                "not be public by then: hold, move or call off that release first."
            )
            % {"address": edition.address, "time": in_brussels(edition.available_from), "topic": topic}
        )


def stranded(topics: Sequence[UUID], added: Sequence[Edition], now: dt.datetime) -> Iterator[tuple[Edition, str]]:
    """Meetings' editions to come that name one of the topics though it is not public at their instant."""
    naming = IndexedTopic.objects.filter(topic_id__in=topics, edition__available_from__gt=now)
    for edition, topic in {(row.edition, row.topic_id) for row in naming.select_related("edition")}:
        known = Edition.objects.of(SubjectType.TOPIC, topic).visible(edition.available_from).last()
        new = [one for one in added if one.subject_id == topic and one.available_from <= edition.available_from]
        standing = max([*new, *filter(None, [known])], key=lambda one: one.available_from, default=None)
        if standing is None or standing.is_tombstone:
            yield (
                edition,
                BackgroundTopic.objects.filter(pk=topic).values_list("title", flat=True).first() or str(topic),
            )
