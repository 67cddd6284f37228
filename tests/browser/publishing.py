"""Publish documents in real time, for tests with a browser."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from agenda.workflow.transactions import wait_until_live
from meetings.clock import get_next_instant
from meetings.documents.schema import MeetingDocument, TopicDocument
from meetings.editions.freezing import create_edition
from tests.factories import SECOND

Document = MeetingDocument | TopicDocument


def publish_documents(*editions: Document | Sequence[Document]) -> None:
    """Publish each document, or each list of languages, as an edition. Wait until they are public.

    The instant is two seconds ahead, so that a busy machine has written them by then.
    """
    instant = get_next_instant(timezone.now() + SECOND)
    with transaction.atomic():
        written = [
            create_edition(documents if isinstance(documents, Sequence) else [documents], available_from=instant)
            for documents in editions
        ]
    wait_until_live(written[-1])
