"""What a calendar holds, read in a constant number of queries: live meetings, and the notices of those withdrawn."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language

from meetings.calendars.counting import sequence
from meetings.clock import instant_of
from meetings.documents.legible import legible
from meetings.documents.shape import MeetingDocument, Tombstone, TopicDocument
from meetings.models import Edition, EditionDocument, SubjectType
from meetings.travel import open_texts

AT_MOST = 500


@dataclass(frozen=True)
class Entry:
    """`held` is what stands for the meeting, a document or a notice, and `since` its editions since the last notice."""

    held: EditionDocument
    since: Sequence[Edition]

    @property
    def document(self) -> MeetingDocument | Tombstone | None:
        """Read anew each time: hundreds of them are kept as text, and not as documents. None: it cannot be read."""
        document = legible(self.held.document.text, self.held.document_id)
        assert not isinstance(document, TopicDocument)
        return document

    @property
    def unread(self) -> int:
        """How many editions there were before: with the last notice they are closed."""
        return self.held.history.number - len(self.since)

    @property
    def sequence(self) -> int:
        return sequence(self.unread, [(one.start_date, one.end_date, one.city, one.status) for one in self.since])


def standing_meetings(request: HttpRequest) -> QuerySet[EditionDocument]:
    """What stands for each meeting at the request's instant, notices of withdrawals included."""
    standing = open_texts(request, EditionDocument.objects.standing(instant_of(request)))
    standing = standing.filter(edition__subject_type=SubjectType.MEETING)
    return standing.in_language(get_language() or "").with_history()


def latest(found: QuerySet[EditionDocument]) -> list[EditionDocument]:
    return list(found.order_by("-edition__listed_on", "edition__subject_id")[:AT_MOST])


def entries(found: Sequence[EditionDocument], at: dt.datetime) -> list[Entry]:
    since = editions_since([held.edition.subject_id for held in found], at)
    return [Entry(held, since[held.edition.subject_id]) for held in found]


def editions_since(subjects: Collection[UUID], at: dt.datetime) -> dict[UUID, list[Edition]]:
    """The meetings' editions since the last notice, oldest first; of a meeting that is withdrawn, the notice."""
    found: dict[UUID, list[Edition]] = defaultdict(list)
    visible = Edition.objects.visible(at).filter(subject_type=SubjectType.MEETING, subject_id__in=subjects)
    for edition in visible.order_by("available_from"):
        kept = found[edition.subject_id]
        if edition.is_tombstone or (kept and kept[-1].is_tombstone):
            kept.clear()
        kept.append(edition)
    return found
