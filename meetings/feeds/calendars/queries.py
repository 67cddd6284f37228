"""Read what calendars show, in a constant number of queries.

That is live meetings, notices of withdrawn ones, and the programmes of earlier editions, to cancel points that were
once in a calendar and to count changes. For each meeting we read the last `MAX_PROGRAMMES_READ` programmes since the
last withdrawal, in the source language: a translation changes neither time nor place. Older programmes count as changed
(`compute_sequence`). Of points that were only in those, nothing but the ids is known.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

import msgspec
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language

from meetings.clock import get_instant
from meetings.documents.decoding import decode_document_or_none
from meetings.documents.schema import MeetingDocument, Tombstone, TopicDocument
from meetings.editions.keyset import LATEST_FIRST
from meetings.feeds.calendars.slots import ProgrammeExtract, compute_sequence
from meetings.http.time_travel import exclude_suppressed
from meetings.models import AppearedPoint, Edition, EditionDocument, StoredDocument, SubjectType

MAX_MEETINGS = 500
MAX_PROGRAMMES_READ = 10


@dataclass(frozen=True)
class CalendarMeeting:
    """A meeting of a calendar.

    `edition_document` is its current document or notice, `editions` are those since the last notice, oldest first.
    """

    edition_document: EditionDocument
    editions: Sequence[Edition]

    @property
    def id(self) -> UUID:
        return self.edition_document.edition.subject_id

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


@dataclass(frozen=True)
class ProgrammeRun:
    """A run of consecutive editions with the same text: the instant of the first one, and its programme.

    The programme is None if nobody may read it, or if there is no other run to compare it with.
    """

    since: dt.datetime
    programme: ProgrammeExtract | None


@dataclass(frozen=True)
class ProgrammeHistory:
    """The programmes of a meeting over time.

    `unread_count` editions or runs came before `runs`. `point_ids` are those of all points that ever had a time.
    """

    unread_count: int
    runs: Sequence[ProgrammeRun]
    point_ids: set[UUID]


def find_current_meetings(request: HttpRequest) -> QuerySet[EditionDocument]:
    """Return the current document of each meeting at the instant of the request, including notices of withdrawals."""
    current = exclude_suppressed(request, EditionDocument.objects.current(get_instant(request)))
    current = current.filter(edition__subject_type=SubjectType.MEETING)
    return current.in_language(get_language() or "").with_history()


def list_latest(found: QuerySet[EditionDocument]) -> list[EditionDocument]:
    return list(found.order_by(*LATEST_FIRST)[:MAX_MEETINGS])


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


def load_programme_histories(meetings: Sequence[CalendarMeeting], at: dt.datetime) -> dict[UUID, ProgrammeHistory]:
    """Return the history of each meeting by its id, in three queries."""
    point_ids = find_point_ids([meeting.id for meeting in meetings], at)
    sources = find_source_documents([edition.pk for meeting in meetings for edition in meeting.editions])
    runs = {meeting.id: list(group_into_runs(meeting.editions, sources)) for meeting in meetings}
    compared = {key for found in runs.values() if len(found) > 1 for _, key in found[-MAX_PROGRAMMES_READ:] if key}
    programmes = load_programmes(compared)
    return {
        meeting.id: ProgrammeHistory(
            meeting.unread_count + max(0, len(runs[meeting.id]) - MAX_PROGRAMMES_READ),
            [
                ProgrammeRun(since, programmes.get(key) if key else None)
                for since, key in runs[meeting.id][-MAX_PROGRAMMES_READ:]
            ],
            point_ids[meeting.id],
        )
        for meeting in meetings
    }


def group_into_runs(
    editions: Sequence[Edition], sources: Mapping[UUID, UUID]
) -> Iterator[tuple[dt.datetime, UUID | None]]:
    """Yield the instant and the key of the source document of each run of editions with the same text.

    An edition that cannot be read is a run by itself, as it may have changed something, and has no key.
    """
    for _key, run in groupby(editions, key=lambda edition: sources.get(edition.pk) or edition.pk):
        first = next(run)
        yield first.available_from, sources.get(first.pk)


def find_point_ids(subjects: Sequence[UUID], at: dt.datetime) -> dict[UUID, set[UUID]]:
    appeared = AppearedPoint.objects.filter(
        edition__subject_type=SubjectType.MEETING,
        edition__subject_id__in=subjects,
        edition__available_from__lte=at,
        is_timed=True,
    )
    points: dict[UUID, set[UUID]] = defaultdict(set)
    for subject, point in appeared.values_list("edition__subject_id", "point_id").distinct():
        points[subject].add(point)
    return points


def find_source_documents(editions: Sequence[UUID]) -> dict[UUID, UUID]:
    """Return the keys of the source documents by edition. A suppressed edition has none."""
    edition_documents = EditionDocument.objects.filter(
        edition__in=editions, language=F("edition__source_language")
    ).readable()
    return dict(edition_documents.values_list("edition_id", "document_id"))


def load_programmes(keys: set[UUID]) -> dict[UUID, ProgrammeExtract]:
    """Return the programmes by key. One that cannot be decoded is left out, like a suppressed or erased one."""
    stored = StoredDocument.objects.filter(pk__in=keys)
    decoder, found = msgspec.json.Decoder(ProgrammeExtract), {}
    for key, text in stored.values_list("pk", "text").iterator():
        with suppress(msgspec.DecodeError):
            found[key] = decoder.decode(text)
    return found
