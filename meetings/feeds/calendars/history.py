"""Read the programmes of earlier editions, to cancel points that were once in a calendar and to count changes.

For each meeting we read the last `MAX_PROGRAMMES_READ` programmes since the last withdrawal, in the source language:
a translation changes neither time nor place. Older programmes count as changed (`sequence`). Of points that were only
in those, nothing but the ids is known.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import groupby
from uuid import UUID

import msgspec
from django.conf import settings
from django.db.models import F

from meetings.feeds.calendars.meetings import CalendarMeeting
from meetings.feeds.calendars.slots import ProgrammeExtract
from meetings.models import AppearedPoint, Edition, EditionDocument, IndexedPoint, StoredDocument, SubjectType

MAX_PROGRAMMES_READ = 10


@dataclass(frozen=True)
class ProgrammeRun:
    """A run of consecutive editions with the same text: the instant of the first one, and its programme.

    The programme is None if nobody may read it, or if there is no other run to compare it with.
    """

    since: dt.datetime
    digest: str
    programme: ProgrammeExtract | None


@dataclass(frozen=True)
class ProgrammeHistory:
    """The programmes of a meeting over time.

    `unread_count` editions or runs came before `runs`. `point_ids` are those of all points that ever had a time.
    """

    unread_count: int
    runs: Sequence[ProgrammeRun]
    point_ids: frozenset[UUID]


def load_programme_histories(meetings: Sequence[CalendarMeeting], at: dt.datetime) -> dict[UUID, ProgrammeHistory]:
    """Return the history of each meeting by its id, in three queries."""
    point_ids = find_point_ids([meeting.edition_document.edition.subject_id for meeting in meetings], at)
    digests = find_source_digests([edition.pk for meeting in meetings for edition in meeting.editions])
    histories = {}
    for meeting in meetings:
        runs = list(group_into_runs(meeting.editions, digests))
        unread = max(0, len(runs) - MAX_PROGRAMMES_READ)
        subject = meeting.edition_document.edition.subject_id
        count = meeting.unread_count + unread
        histories[subject] = ProgrammeHistory(count, runs[unread:], frozenset(point_ids[subject]))
    compared = [run for history in histories.values() for run in history.runs if len(history.runs) > 1]
    programmes = load_programmes({run.digest for run in compared if run.digest})
    return {
        subject: replace(history, runs=[replace(run, programme=programmes.get(run.digest)) for run in history.runs])
        for subject, history in histories.items()
    }


def group_into_runs(editions: Sequence[Edition], digests: Mapping[UUID, str]) -> list[ProgrammeRun]:
    """Group editions into runs. One that cannot be read is a run by itself, as it may have changed something."""
    edition_digests = [digests.get(edition.pk, "") for edition in editions]
    numbered = enumerate(zip(editions, edition_digests, strict=True))
    runs = groupby(numbered, key=lambda entry: entry[1][1] or entry[0])  # the digest, or else the position
    firsts = (next(run)[1] for _key, run in runs)
    return [ProgrammeRun(edition.available_from, digest, None) for edition, digest in firsts]


def find_point_ids(subjects: Sequence[UUID], at: dt.datetime) -> dict[UUID, set[UUID]]:
    appeared = AppearedPoint.objects.filter(
        edition__subject_type=SubjectType.MEETING, edition__subject_id__in=subjects, edition__available_from__lte=at
    )
    if not settings.READS_BY_LAW:
        appeared = appeared.filter(pk__in=IndexedPoint.objects.exclude(date=None).exclude(time=None).values("pk"))
    points: dict[UUID, set[UUID]] = defaultdict(set)
    for subject, point in appeared.values_list("edition__subject_id", "point_id").distinct():
        points[subject].add(point)
    return points


def find_source_digests(editions: Sequence[UUID]) -> dict[UUID, str]:
    edition_documents = EditionDocument.objects.filter(
        edition__in=editions, language=F("edition__source_language")
    ).readable()
    return dict(edition_documents.values_list("edition_id", "document_id"))


def load_programmes(digests: set[str]) -> dict[str, ProgrammeExtract]:
    """Return the programmes by digest. One that cannot be decoded is left out, like a suppressed one."""
    stored = StoredDocument.objects.filter(digest__in=digests).exclude(text="")
    decoder, found = msgspec.json.Decoder(ProgrammeExtract), {}
    for digest, text in stored.values_list("digest", "text").iterator():
        with suppress(msgspec.DecodeError):
            found[digest] = decoder.decode(text)
    return found
