"""Find the topics that the list of meetings can be filtered by."""

import msgspec
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from meetings.clock import get_instant
from meetings.documents.decoding import can_decode_document
from meetings.http.time_travel import exclude_suppressed
from meetings.i18n.languages import get_page_language
from meetings.i18n.text_folding import fold_word
from meetings.models import EditionDocument, IndexedTopic, SubjectType

MAX_OFFERED_TOPICS = 500


class TopicSummary(msgspec.Struct):
    """The members of a topic's document that the filter needs. To decode hundreds of whole documents takes long."""

    id: str
    slug: str
    title: str
    language: str
    source_language: str
    fallbacks: list[str] = []

    @property
    def title_language(self) -> str:
        return self.source_language if "title" in self.fallbacks else self.language


def find_offered_topics(request: HttpRequest) -> list[TopicSummary]:
    """Return the live topics that a live meeting has on its agenda, by title, in one query.

    A topic that only scheduled editions have on their agenda is left out: it would reveal them.
    """
    at = get_instant(request)
    uses = exclude_suppressed(request, IndexedTopic.objects.live(at)).filter(topic_id=OuterRef("edition__subject_id"))
    live = exclude_suppressed(request, EditionDocument.objects.live(at)).filter(
        Exists(uses), edition__subject_type=SubjectType.TOPIC
    )
    texts = live.in_language(get_page_language()).values_list("document__text", "document_id")[:MAX_OFFERED_TOPICS]
    readable = [text for text, key in texts if can_decode_document(text, key)]
    topics = [msgspec.json.decode(text, type=TopicSummary) for text in readable]
    return sorted(topics, key=lambda topic: (*map(fold_word, topic.title.split()), topic.slug))
