"""The working copy as lines that can be loaded again, here or elsewhere."""

from collections.abc import Iterator
from itertools import chain

from django.utils import timezone

from agenda.drafts import Subject, drafts_of
from agenda.models import BackgroundTopic
from meetings.documents.text import InvalidDocument, canonical_text
from meetings.models import Meeting


def count() -> int:
    return BackgroundTopic.objects.count() + Meeting.objects.count()


def dumped() -> Iterator[tuple[Subject, list[str] | InvalidDocument]]:
    """Each topic and meeting with its lines, the source's first; or why it makes no document.

    Topics come first, since meetings name them. A meeting names those topics that are published.
    """
    topics = BackgroundTopic.objects.order_by("slug").iterator(chunk_size=200)
    meetings = Meeting.objects.select_related("configuration").order_by("start_date", "pk").iterator(chunk_size=200)
    for subject in chain[Subject](topics, meetings):
        try:
            yield subject, [canonical_text(document) for document in drafts_of(subject, timezone.now())]
        except InvalidDocument as error:
            yield subject, error
