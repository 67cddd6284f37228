"""Write generated meetings in batches, with the writer of `manage.py load_meetings`; and all their editions at once."""

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db import IntegrityError
from django.utils import timezone

from agenda.bulk.bulk_writer import write_copies
from agenda.bulk.line_parsing import DocumentLine, SubjectLines
from agenda.bulk.new_copies import NewCopyBuilder
from agenda.models import BackgroundTopic
from agenda.workflow.drafts import SubjectDocument
from agenda.workflow.transactions import commit_before
from meetings.access.audit import Actor
from meetings.documents.schema import Tombstone
from meetings.editions.freezing import (
    TOO_LATE_ERROR,
    UnsavedEdition,
    compose_edition,
    compose_tombstone,
    write_editions,
)
from meetings.models import Edition, Meeting
from tests.benchmarks.generated_meetings.generator import (
    GeneratedMeeting,
    build_meeting_id,
    build_topics,
    generate_meeting,
)

BATCH_SIZE = 50  # meetings; larger batches are not faster, and their commit takes longer than MARGIN
MARGIN = dt.timedelta(seconds=3)  # from the start of a batch to its first edition; more if the database is slower
ONE_SECOND = dt.timedelta(seconds=1)
ComposeEditions = Callable[[dt.datetime], list[UnsavedEdition]]


@dataclass
class WritingProgress:
    """Counts of what has been written so far. `last_instant` is when the last edition becomes public."""

    meetings: int = 0
    editions: int = 0
    rows: int = 0
    existing: int = 0
    last_instant: dt.datetime | None = None


class GeneratedMeetingWriter:
    """A writer of all meetings of one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.by = Actor.for_command("make_meetings", "generated meetings")
        self.progress = WritingProgress()

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
        self.commit(documents, lambda at: [compose_edition([document], available_from=at) for document in documents])

    def write_batch(self, batch: Sequence[GeneratedMeeting]) -> None:
        documents = [meeting.editions[-1] for meeting in batch]
        self.commit(documents, lambda at: [edition for meeting in batch for edition in compose_editions(meeting, at)])
        self.progress.meetings += len(batch)
        self.progress.editions += sum(len(meeting.editions) + bool(meeting.withdrawn_for) for meeting in batch)

    def commit(self, documents: Iterable[SubjectDocument], compose: ComposeEditions) -> None:
        """Write working copies and editions in one transaction that ends before the first edition becomes public.

        `compose` is called with that instant. Raise WorkflowError if the database is too slow, even after several
        attempts.
        """
        entries = [SubjectLines(DocumentLine(number, document), ()) for number, document in enumerate(documents, 1)]

        def write(now: dt.datetime, instant: dt.datetime) -> tuple[int, list[UnsavedEdition]]:
            builder = NewCopyBuilder(entries, instant, publishes=True)
            copies = [builder.build(entry) for entry in entries]
            compositions = compose(instant)
            write_copies(copies, now, self.by)
            write_editions(compositions)
            if timezone.now() >= instant:
                raise IntegrityError(TOO_LATE_ERROR)
            return sum(len(copy.rows) for copy in copies), compositions

        rows, compositions = commit_before(None, write, MARGIN)
        self.progress.rows += rows + sum(2 + len(composition.rows) for composition in compositions)
        self.progress.last_instant = max(composition.edition.available_from for composition in compositions)


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
