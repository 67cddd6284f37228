"""The points of earlier editions: what was in a calendar once has to be called off there, and its changes counted.

Of each meeting the last `READ` programmes since the last withdrawal are read, in the language they were written in:
a translation changes neither time nor place. What is older counts as changed (`counting`), and of points that were in
those only, nothing but the ids is known.
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

from meetings.calendars.entries import Entry
from meetings.calendars.facts import Programme
from meetings.models import AppearedPoint, Edition, EditionDocument, IndexedPoint, StoredDocument, SubjectType

READ = 10


@dataclass(frozen=True)
class Run:
    """Editions one after the other with the same text: since when, and its programme.

    None where nobody may read it, and where there is no other run to compare it with.
    """

    since: dt.datetime
    digest: str
    programme: Programme | None


@dataclass(frozen=True)
class Past:
    """`unread` editions or runs came before `runs`; `points` are all that ever had a clock."""

    unread: int
    runs: Sequence[Run]
    points: frozenset[UUID]


def pasts(entries: Sequence[Entry], at: dt.datetime) -> dict[UUID, Past]:
    """By meeting, in three queries."""
    points = points_of([entry.held.edition.subject_id for entry in entries], at)
    digests = digests_of([edition.pk for entry in entries for edition in entry.since])
    found = {}
    for entry in entries:
        runs = list(runs_of(entry.since, digests))
        unread = max(0, len(runs) - READ)
        subject = entry.held.edition.subject_id
        found[subject] = Past(entry.unread + unread, runs[unread:], frozenset(points[subject]))
    compared = [run for past in found.values() for run in past.runs if len(past.runs) > 1]
    programmes = programmes_of({run.digest for run in compared if run.digest})
    return {
        subject: replace(past, runs=[replace(run, programme=programmes.get(run.digest)) for run in past.runs])
        for subject, past in found.items()
    }


def runs_of(editions: Sequence[Edition], digests: Mapping[UUID, str]) -> list[Run]:
    """What cannot be read is a run by itself: whether it changed anything is not known."""
    closed = [digests.get(edition.pk, "") for edition in editions]
    numbered = enumerate(zip(editions, closed, strict=True))
    runs = groupby(numbered, key=lambda one: one[1][1] or one[0])
    firsts = (next(some)[1] for _key, some in runs)
    return [Run(edition.available_from, digest, None) for edition, digest in firsts]


def points_of(subjects: Sequence[UUID], at: dt.datetime) -> dict[UUID, set[UUID]]:
    appeared = AppearedPoint.objects.filter(
        edition__subject_type=SubjectType.MEETING, edition__subject_id__in=subjects, edition__available_from__lte=at
    )
    if not settings.READS_BY_LAW:
        appeared = appeared.filter(pk__in=IndexedPoint.objects.exclude(date=None).exclude(time=None).values("pk"))
    points: dict[UUID, set[UUID]] = defaultdict(set)
    for subject, point in appeared.values_list("edition__subject_id", "point_id").distinct():
        points[subject].add(point)
    return points


def digests_of(editions: Sequence[UUID]) -> dict[UUID, str]:
    held = EditionDocument.objects.filter(edition__in=editions, language=F("edition__source_language")).readable()
    return dict(held.values_list("edition_id", "document_id"))


def programmes_of(digests: set[str]) -> dict[str, Programme]:
    """By digest. One that cannot be read is left out, as if nobody might read it."""
    stored = StoredDocument.objects.filter(digest__in=digests).exclude(text="")
    decoder, found = msgspec.json.Decoder(Programme), {}
    for digest, text in stored.values_list("digest", "text").iterator():
        with suppress(msgspec.DecodeError):
            found[digest] = decoder.decode(text)
    return found
