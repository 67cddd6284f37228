"""Writing made meetings: working copy and editions of many at once, each batch whole or not at all."""

import datetime as dt
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone

from agenda.columns import COLUMNS
from agenda.drafts import digest_of_draft
from agenda.made.inventing import Made, invent, meeting_id, topics
from agenda.models import BackgroundTopic
from agenda.restoring import unsaved_rows
from meetings.clock import next_instant
from meetings.documents.shape import Tombstone, TopicDocument
from meetings.editions import TOO_LATE, Composition, compose, compose_tombstone, seal
from meetings.models import Configuration, Edition, Meeting

BATCH = 50  # meetings; more at once are not faster, and a commit then takes longer than editions wait for it
AHEAD = dt.timedelta(seconds=3)  # doubled where the database turns out to be slower
TRIES = 6
SECOND = dt.timedelta(seconds=1)


@dataclass
class Tally:
    """What has been made so far, and when the last of it appears."""

    meetings: int = 0
    editions: int = 0
    rows: int = 0
    there_before: int = 0
    last: dt.datetime | None = None


class Writer:
    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.tally = Tally()
        self.ahead = AHEAD
        self.configurations = {one.slug: one for one in Configuration.objects.all()}

    def write(self, count: int) -> Iterator[Tally]:
        """Writes what is missing of the first `count` meetings; the tally after each batch."""
        self.write_topics()
        numbers = iter(range(count))
        while batch := list(islice(numbers, BATCH)):
            missing = self.missing(batch)
            self.tally.there_before += len(batch) - len(missing)
            if missing:
                self.write_batch([invent(self.seed, number) for number in missing])
            yield self.tally

    def missing(self, numbers: Sequence[int]) -> list[int]:
        ids = {meeting_id(self.seed, number): number for number in numbers}
        there = set(Meeting.objects.filter(pk__in=ids).values_list("pk", flat=True))
        return [number for key, number in ids.items() if key not in there]

    def write_topics(self) -> None:
        documents = list(topics(self.seed).values())
        if BackgroundTopic.objects.filter(pk=documents[0].id).exists():
            return
        rows: list[Model] = [topic_row(document) for document in documents]
        self.commit(rows, lambda at: [compose([document], available_from=at) for document in documents])

    def write_batch(self, batch: Sequence[Made]) -> None:
        rows = [
            row
            for made in batch
            for row in unsaved_rows(made.editions[-1], self.configurations[made.editions[0].configuration.slug])
        ]
        self.commit(rows, lambda at: [edition for made in batch for edition in editions_of(made, at)])
        self.tally.meetings += len(batch)
        self.tally.editions += sum(len(made.editions) + bool(made.withdrawn_for) for made in batch)

    def commit(self, rows: Sequence[Model], editions: Any) -> None:
        """Writes all in one transaction that ends before the first of the editions appears."""
        for _attempt in range(TRIES):
            begun = timezone.now()
            first = next_instant(begun + self.ahead)
            compositions: list[Composition] = editions(first)
            try:
                with transaction.atomic():
                    for model, some in by_model(rows).items():
                        model._default_manager.bulk_create(some)
                    seal(compositions)
                    if timezone.now() >= first:
                        raise IntegrityError(TOO_LATE)
            except IntegrityError as error:
                if TOO_LATE not in str(error):
                    raise
                self.ahead *= 2
                continue
            self.tally.rows += len(rows) + sum(2 + len(composition.rows) for composition in compositions)
            self.tally.last = max(composition.edition.available_from for composition in compositions)
            return
        raise TimeoutError


def topic_row(document: TopicDocument) -> BackgroundTopic:
    values = {name: getattr(document, name) for name in COLUMNS[BackgroundTopic]}
    return BackgroundTopic(pk=document.id, digest=digest_of_draft(document), **values)


def by_model(rows: Iterable[Model]) -> dict[type[Model], list[Model]]:
    found: dict[type[Model], list[Model]] = defaultdict(list)
    for row in rows:
        found[type(row)].append(row)
    return found


def editions_of(made: Made, first: dt.datetime) -> Iterator[Composition]:
    """The editions of a meeting, a second apart from each other; a withdrawal comes last."""
    for place, (document, note) in enumerate(zip(made.editions, made.notes, strict=True)):
        composition = compose([document], available_from=first + place * SECOND, change_note=note)
        yield composition
    if made.withdrawn_for:
        edition: Edition = composition.edition
        stone = Tombstone(
            id=document.id,
            language=document.language,
            title=document.title,
            reason=made.withdrawn_for,
            address=edition.address,
        )
        yield compose_tombstone(edition, [stone], available_from=edition.available_from + SECOND)


def wait_until(instant: dt.datetime) -> None:
    time.sleep(max(0.0, (instant - timezone.now()).total_seconds()))
