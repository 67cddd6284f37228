"""Write the working copy as lines that can be loaded again, on this site or another one."""

from collections.abc import Iterator
from itertools import chain

from django.utils import timezone

from agenda.drafts import Subject, build_drafts
from agenda.models import BackgroundTopic
from meetings.documents.text import InvalidDocument, encode_document
from meetings.models import Meeting


def count_subjects() -> int:
    return BackgroundTopic.objects.count() + Meeting.objects.count()


def dump_subjects() -> Iterator[tuple[Subject, list[str] | InvalidDocument]]:
    """Yield each topic and meeting with its lines, source language first, or with the error if it has no document.

    Topics come first, because meetings refer to them. A meeting only refers to topics that are published.
    """
    topics = BackgroundTopic.objects.order_by("slug").iterator(chunk_size=200)
    meetings = Meeting.objects.select_related("configuration").order_by("start_date", "pk").iterator(chunk_size=200)
    for subject in chain[Subject](topics, meetings):
        try:
            yield subject, [encode_document(document) for document in build_drafts(subject, timezone.now())]
        except InvalidDocument as error:
            yield subject, error
