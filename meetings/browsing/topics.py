"""The topics that the list of meetings can be filtered by."""

from dataclasses import dataclass

import msgspec
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from meetings.clock import instant_of
from meetings.documents.legible import is_legible
from meetings.languages import page_language
from meetings.models import EditionDocument, IndexedTopic, SubjectType
from meetings.search.words import fold
from meetings.travel import open_texts

MOST = 500


class Named(msgspec.Struct):
    """As much of a topic's document as a choice shows: to read hundreds of them whole takes long."""

    id: str
    slug: str
    title: str
    language: str
    source_language: str
    fallbacks: list[str] = []


@dataclass(frozen=True)
class OfferedTopic:
    """`language` is that of the title."""

    id: str
    slug: str
    title: str
    language: str


def offered_topics(request: HttpRequest) -> list[OfferedTopic]:
    """Live topics that a live meeting takes up, by title; in one query.

    One that only meetings to come take up is no choice yet: that would tell of them.
    """
    at = instant_of(request)
    taken_up = open_texts(request, IndexedTopic.objects.live(at)).filter(topic_id=OuterRef("edition__subject_id"))
    live = open_texts(request, EditionDocument.objects.live(at)).filter(
        Exists(taken_up), edition__subject_type=SubjectType.TOPIC
    )
    texts = live.in_language(page_language()).values_list("document__text", "document_id")[:MOST]
    found = [offered(text) for text, digest in texts if is_legible(text, digest)]
    return sorted(found, key=lambda topic: (*map(fold, topic.title.split()), topic.slug))


def offered(text: str) -> OfferedTopic:
    named = msgspec.json.decode(text, type=Named)
    language = named.source_language if "title" in named.fallbacks else named.language
    return OfferedTopic(named.id, named.slug, named.title, language)
