"""Find the topics that the list of meetings can be filtered by."""

from dataclasses import dataclass

import msgspec
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from meetings.clock import get_instant
from meetings.documents.legible import can_decode_document
from meetings.languages import get_page_language
from meetings.models import EditionDocument, IndexedTopic, SubjectType
from meetings.search.words import fold_word
from meetings.travel import exclude_suppressed

MAX_OFFERED_TOPICS = 500


class TopicSummary(msgspec.Struct):
    """The members of a topic's document that the filter needs. To decode hundreds of whole documents takes long."""

    id: str
    slug: str
    title: str
    language: str
    source_language: str
    fallbacks: list[str] = []


@dataclass(frozen=True)
class OfferedTopic:
    """A topic to filter by. `language` is that of the title."""

    id: str
    slug: str
    title: str
    language: str


def find_offered_topics(request: HttpRequest) -> list[OfferedTopic]:
    """Return the live topics that a live meeting has on its agenda, by title, in one query.

    A topic that only scheduled editions have on their agenda is left out: it would reveal them.
    """
    at = get_instant(request)
    uses = exclude_suppressed(request, IndexedTopic.objects.live(at)).filter(topic_id=OuterRef("edition__subject_id"))
    live = exclude_suppressed(request, EditionDocument.objects.live(at)).filter(
        Exists(uses), edition__subject_type=SubjectType.TOPIC
    )
    texts = live.in_language(get_page_language()).values_list("document__text", "document_id")[:MAX_OFFERED_TOPICS]
    topics = [parse_offered_topic(text) for text, digest in texts if can_decode_document(text, digest)]
    return sorted(topics, key=lambda topic: (*map(fold_word, topic.title.split()), topic.slug))


def parse_offered_topic(text: str) -> OfferedTopic:
    summary = msgspec.json.decode(text, type=TopicSummary)
    language = summary.source_language if "title" in summary.fallbacks else summary.language
    return OfferedTopic(summary.id, summary.slug, summary.title, language)
