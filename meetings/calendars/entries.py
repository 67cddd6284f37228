"""Read the meetings of a calendar in a constant number of queries: live ones, and notices of withdrawn ones."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language

from meetings.calendars.counting import compute_sequence
from meetings.clock import get_instant
from meetings.documents.legible import decode_document_or_none
from meetings.documents.shape import MeetingDocument, Tombstone, TopicDocument
from meetings.models import Edition, EditionDocument, SubjectType
from meetings.travel import exclude_suppressed

MAX_MEETINGS = 500


@dataclass(frozen=True)
class CalendarMeeting:
    """A meeting of a calendar.

    `edition_document` is its current document or notice, `editions` are those since the last notice, oldest first.
    """

    edition_document: EditionDocument
    editions: Sequence[Edition]

    @property
    def document(self) -> MeetingDocument | Tombstone | None:
        """The decoded document, or None if it cannot be read.

        It is decoded each time, because keeping hundreds of decoded documents would take too much memory.
        """
        document = decode_document_or_none(self.edition_document.document.text, self.edition_document.document_id)
        assert not isinstance(document, TopicDocument)
        return document

    @property
    def unread_count(self) -> int:
        """The number of earlier editions, which cannot be read since the last notice."""
        return self.edition_document.history.number - len(self.editions)

    @property
    def sequence(self) -> int:
        return compute_sequence(
            self.unread_count, [(each.start_date, each.end_date, each.city, each.status) for each in self.editions]
        )


def find_current_meetings(request: HttpRequest) -> QuerySet[EditionDocument]:
    """Return the current document of each meeting at the instant of the request, including notices of withdrawals."""
    current = exclude_suppressed(request, EditionDocument.objects.current(get_instant(request)))
    current = current.filter(edition__subject_type=SubjectType.MEETING)
    return current.in_language(get_language() or "").with_history()


def list_latest(found: QuerySet[EditionDocument]) -> list[EditionDocument]:
    return list(found.order_by("-edition__listed_on", "edition__subject_id")[:MAX_MEETINGS])


def load_calendar_meetings(found: Sequence[EditionDocument], at: dt.datetime) -> list[CalendarMeeting]:
    editions = find_editions_since_notice([each.edition.subject_id for each in found], at)
    return [CalendarMeeting(each, editions[each.edition.subject_id]) for each in found]


def find_editions_since_notice(subjects: Collection[UUID], at: dt.datetime) -> dict[UUID, list[Edition]]:
    """Return the editions of each meeting since its last notice, oldest first.

    For a meeting that is withdrawn now, it is only the notice.
    """
    found: dict[UUID, list[Edition]] = defaultdict(list)
    visible = Edition.objects.visible(at).filter(subject_type=SubjectType.MEETING, subject_id__in=subjects)
    for edition in visible.order_by("available_from"):
        editions = found[edition.subject_id]
        if edition.is_tombstone or (editions and editions[-1].is_tombstone):
            editions.clear()
        editions.append(edition)
    return found
