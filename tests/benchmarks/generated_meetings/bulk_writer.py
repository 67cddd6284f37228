"""Write working copies and editions of many generated meetings at once, each batch as a whole or not at all."""

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

from agenda.documents.building import ITEM_POINTS, ITEM_TOPICS
from agenda.models import BackgroundTopic
from agenda.workflow.drafts import compute_draft_digest
from agenda.workflow.restoring import (
    build_links,
    get_meeting_values,
    list_part_values,
    list_point_pairs,
    list_topic_pairs,
)
from meetings.clock import get_next_instant
from meetings.documents.schema import MeetingDocument, Tombstone, TopicDocument
from meetings.editions.freezing import (
    TOO_LATE_ERROR,
    UnsavedEdition,
    compose_edition,
    compose_tombstone,
    write_editions,
)
from meetings.models import Configuration, Edition, Meeting, OrderedModel
from tests.benchmarks.generated_meetings.generator import (
    GeneratedMeeting,
    build_meeting_id,
    build_topics,
    generate_meeting,
)

BATCH_SIZE = 50  # meetings; larger batches are not faster, and their commit takes longer than INITIAL_LEAD_TIME
INITIAL_LEAD_TIME = dt.timedelta(
    seconds=3
)  # from the start of a batch to its first edition; doubled if the database is slower
MAX_ATTEMPTS = 6
ONE_SECOND = dt.timedelta(seconds=1)


@dataclass
class WritingProgress:
    """Counts of what has been written so far. `last_instant` is when the last edition becomes public."""

    meetings: int = 0
    editions: int = 0
    rows: int = 0
    existing: int = 0
    last_instant: dt.datetime | None = None


class BulkWriter:
    """A writer of all meetings of one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.progress = WritingProgress()
        self.lead_time = INITIAL_LEAD_TIME
        self.configurations = {configuration.slug: configuration for configuration in Configuration.objects.all()}

    def write(self, count: int) -> Iterator[WritingProgress]:
        """Write those of the first `count` meetings that do not exist yet. Yield the progress after each batch."""
        self.write_topics()
        numbers = iter(range(count))
        while batch := list(islice(numbers, BATCH_SIZE)):
            missing = self.find_missing(batch)
            self.progress.existing += len(batch) - len(missing)
            if missing:
                self.write_batch([generate_meeting(self.seed, number) for number in missing])
            yield self.progress

    def find_missing(self, numbers: Sequence[int]) -> list[int]:
        numbers_by_id = {build_meeting_id(self.seed, number): number for number in numbers}
        existing = set(Meeting.objects.filter(pk__in=numbers_by_id).values_list("pk", flat=True))
        return [number for key, number in numbers_by_id.items() if key not in existing]

    def write_topics(self) -> None:
        documents = list(build_topics(self.seed).values())
        if BackgroundTopic.objects.filter(pk=documents[0].id).exists():
            return
        rows: list[Model] = [build_topic_row(document) for document in documents]
        self.commit(rows, lambda at: [compose_edition([document], available_from=at) for document in documents])

    def write_batch(self, batch: Sequence[GeneratedMeeting]) -> None:
        rows = [
            row
            for meeting in batch
            for row in build_unsaved_rows(
                meeting.editions[-1], self.configurations[meeting.editions[0].configuration.slug]
            )
        ]
        self.commit(rows, lambda at: [edition for meeting in batch for edition in compose_editions(meeting, at)])
        self.progress.meetings += len(batch)
        self.progress.editions += sum(len(meeting.editions) + bool(meeting.withdrawn_for) for meeting in batch)

    def commit(self, rows: Sequence[Model], compose_from: Any) -> None:
        """Write everything in one transaction that ends before the first of the editions becomes public.

        `compose_from` is called with that instant and returns the compositions of the editions. Raise TimeoutError if
        the database is too slow, even after several attempts.
        """
        for _attempt in range(MAX_ATTEMPTS):
            first = get_next_instant(timezone.now() + self.lead_time)
            compositions: list[UnsavedEdition] = compose_from(first)
            try:
                with transaction.atomic():
                    for model, rows_of_model in group_by_model(rows).items():
                        model._default_manager.bulk_create(rows_of_model)
                    write_editions(compositions)
                    if timezone.now() >= first:
                        raise IntegrityError(TOO_LATE_ERROR)
            except IntegrityError as error:
                if TOO_LATE_ERROR not in str(error):
                    raise
                self.lead_time *= 2
                continue
            self.progress.rows += len(rows) + sum(2 + len(composition.rows) for composition in compositions)
            self.progress.last_instant = max(composition.edition.available_from for composition in compositions)
            return
        raise TimeoutError


def build_topic_row(document: TopicDocument) -> BackgroundTopic:
    values = {name: getattr(document, name) for name in BackgroundTopic.list_document_columns()}
    return BackgroundTopic(pk=document.id, digest=compute_draft_digest(document), **values)


def group_by_model(rows: Iterable[Model]) -> dict[type[Model], list[Model]]:
    rows_by_model: dict[type[Model], list[Model]] = defaultdict(list)
    for row in rows:
        rows_by_model[type(row)].append(row)
    return rows_by_model


def compose_editions(meeting: GeneratedMeeting, first: dt.datetime) -> Iterator[UnsavedEdition]:
    """Yield the editions of a meeting, one second apart. If the meeting is withdrawn, its tombstone comes last."""
    for index, (document, note) in enumerate(zip(meeting.editions, meeting.notes, strict=True)):
        composition = compose_edition([document], available_from=first + index * ONE_SECOND, change_note=note)
        yield composition
    if meeting.withdrawn_for:
        edition: Edition = composition.edition
        tombstone = Tombstone(
            id=document.id,
            language=document.language,
            title=document.title,
            reason=meeting.withdrawn_for,
            address=edition.address,
        )
        yield compose_tombstone(edition, [tombstone], available_from=edition.available_from + ONE_SECOND)


def wait_until(instant: dt.datetime) -> None:
    time.sleep(max(0.0, (instant - timezone.now()).total_seconds()))


def build_unsaved_rows(document: MeetingDocument, configuration: Configuration) -> Iterator[Model]:
    """Yield all rows of a working copy that does not exist yet, owners first, for writing many at once.

    The document must be valid and in its source language, and its topics must exist: nothing is checked.
    """
    meeting = Meeting(
        pk=document.id, digest=compute_draft_digest(document), **get_meeting_values(document, configuration)
    )
    yield meeting
    for model, new_values in list_part_values(document):
        new_row: Any = model
        for position, (key, values) in enumerate(new_values, 1):
            ordered = {"position": position} if issubclass(model, OrderedModel) else {}
            yield new_row(pk=key, meeting=meeting, **values, **ordered)
    yield from (ITEM_TOPICS(agendaitem_id=item, backgroundtopic_id=topic) for item, topic in list_topic_pairs(document))
    yield from (ITEM_POINTS(agendaitem_id=item, programmepoint_id=point) for item, point in list_point_pairs(document))
    yield from build_links(meeting, document)
