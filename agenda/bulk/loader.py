"""Load documents into the working copy in batches: new ones in bulk, all others one by one."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from agenda.bulk.bulk_writer import KnownSubjects, publish_copies, write_copies
from agenda.bulk.line_parsing import LineError, SubjectLines
from agenda.bulk.new_copies import NewCopyBuilder
from agenda.bulk.subject_loader import LoadOutcome, has_edition, has_unpublished_changes, load_subject
from agenda.models import BackgroundTopic
from agenda.workflow.drafts import Subject
from agenda.workflow.errors import WorkflowError
from agenda.workflow.notices import Recipients
from agenda.workflow.publication import publish
from agenda.workflow.transactions import commit_before, lock_addresses, lock_existing_subjects, wait_until_live
from meetings.access.audit import Actor
from meetings.documents.encoding import InvalidDocument
from meetings.documents.schema import TopicDocument
from meetings.documents.traversal import collect_images
from meetings.images.store import load_image_sizes, match_stored_images
from meetings.models import Edition

BATCH_SIZE = 50
"""Meetings and topics that are written together. Larger batches are not faster, and their commit takes longer."""
SLOW_BATCH_SIZE = 20
"""Meetings and topics per transaction at most, if they are loaded one by one."""
FIRST_MARGIN = dt.timedelta(seconds=1.5)
"""The time that we leave the first batch to be published. Editions must appear after they are committed."""
LEAST_MARGIN = dt.timedelta(seconds=1)
"""The time that `commit_before` leaves in any case (`get_next_instant`)."""
PUBLISHING_MARGIN = dt.timedelta(seconds=4)
"""The time that a busy database may need to publish a batch that was loaded one by one."""


class NotPublished(ValueError):
    """The batch has been loaded but not published."""


class NotInBulk(Exception):
    """The batch has something that the bulk writer does not write."""


@dataclass
class LoadResult:
    """What has been loaded so far.

    `last_line` is the last line that was loaded, `lines` and `translations` are counts, `last_edition` is the last
    edition that was published. `lost_images` are the links that were loaded without their picture, each with its line.
    """

    outcomes: Counter[LoadOutcome] = field(default_factory=Counter)
    last_line: int = 0
    lines: int = 0
    translations: int = 0
    last_edition: Edition | None = None
    lost_images: list[tuple[int, str]] = field(default_factory=list)

    def __add__(self, other: "LoadResult") -> "LoadResult":
        editions = [edition for edition in (self.last_edition, other.last_edition) if edition]
        return LoadResult(
            self.outcomes + other.outcomes,
            max(self.last_line, other.last_line),
            self.lines + other.lines,
            self.translations + other.translations,
            max(editions, key=lambda edition: edition.available_from, default=None),
            self.lost_images + other.lost_images,
        )


class Loader:
    """Loads groups of lines, and counts the outcomes in `result`.

    `force` is the reason for publishing first editions without approval; if it is empty, nothing is published. With
    `dry`, every batch is rolled back.
    """

    def __init__(self, by: Actor, *, force: str = "", dry: bool = False) -> None:
        self.by, self.force, self.dry = by, force, dry
        self.result = LoadResult()
        self.topics: set[UUID] = set()
        self.margin = FIRST_MARGIN
        self.recipients: Recipients = {}

    def load(self, entries: Iterable[SubjectLines]) -> Iterator[None]:
        """Load batch by batch, and yield after each.

        Of a batch that raises LineError, nothing is loaded. Of one that raises NotPublished, everything is loaded.
        """
        entries = iter(entries)
        while batch := list(islice(entries, BATCH_SIZE)):
            self.match_images(batch)
            yield from self.load_batch(batch)

    def load_batch(self, batch: Sequence[SubjectLines]) -> Iterator[None]:
        """Load a batch in bulk; if that is impossible, each half of it; and a small one one by one."""
        if self.load_in_bulk(batch):
            self.count_lines(batch)
            yield
        elif len(batch) > SLOW_BATCH_SIZE:
            middle = len(batch) // 2
            yield from self.load_batch(batch[:middle])
            yield from self.load_batch(batch[middle:])
        else:
            self.load_one_by_one(batch)
            yield

    def match_images(self, batch: Iterable[SubjectLines]) -> None:
        """Load links without a picture that is not stored here: files of pictures are not in the lines."""
        documents = [line.document for entry in batch for line in entry.lines]
        sizes = load_image_sizes({image.digest for document in documents for _link, image in collect_images(document)})
        for entry in batch:
            lost = match_stored_images(entry.source.document, sizes)
            self.result.lost_images += [(entry.source.number, title) for title in lost]
            for line in entry.translations:
                match_stored_images(line.document, sizes)

    def count_lines(self, batch: Sequence[SubjectLines]) -> None:
        self.result.last_line = max(entry.last_line for entry in batch)
        self.result.lines += sum(len(entry.lines) for entry in batch)
        self.result.translations += sum(len(entry.translations) for entry in batch)

    def load_in_bulk(self, batch: Sequence[SubjectLines]) -> bool:
        """Load a batch of new meetings and topics, and of those that are stored already exactly as in the lines.

        If there is anything else in it, or if anything is refused, return False: nothing is loaded.
        """
        begun = timezone.now()
        try:
            if self.force and not self.dry:
                last = self.result.last_edition  # a meeting may name a topic of it
                outcomes, editions = commit_before(
                    None,
                    lambda now, instant: self.write_in_bulk(batch, now, instant),
                    self.margin - LEAST_MARGIN,
                    earliest=last.available_from if last else None,
                )
            else:
                with transaction.atomic():
                    now = timezone.now()
                    outcomes, editions = self.write_in_bulk(batch, now, now)
                    transaction.set_rollback(self.dry)
        except (NotInBulk, InvalidDocument, WorkflowError, IntegrityError):
            return False
        self.result.outcomes.update(outcomes)
        if editions:
            self.result.last_edition = editions[-1]
            self.adapt_margin(timezone.now() - begun)
            self.topics |= {entry.document.id for entry in batch if isinstance(entry.document, TopicDocument)}
        return True

    def adapt_margin(self, duration: dt.timedelta) -> None:
        """Leave the next batch half as long again as the last one has taken, but at least half as long as that had.

        So the command waits for its last editions no longer than it must, and a busy computer does not write each
        batch twice because the first attempt came too late.
        """
        self.margin = max(self.margin / 2, 1.5 * duration)

    def write_in_bulk(
        self, batch: Sequence[SubjectLines], now: dt.datetime, instant: dt.datetime
    ) -> tuple[Counter[LoadOutcome], list[Edition]]:
        """Write a batch in this transaction. Return the outcomes and the new editions."""
        publishes = bool(self.force) and not self.dry
        builder = NewCopyBuilder(batch, instant, publishes=publishes)
        copies = [builder.build(entry) for entry in batch]
        known = KnownSubjects.load(copies)
        outcomes: Counter[LoadOutcome] = Counter()
        new = []
        for copy in copies:
            if copy.subject.pk not in known.with_history:
                new.append(copy)
                continue
            if not known.is_same(copy):
                raise NotInBulk
            outcomes[LoadOutcome.UNCHANGED] += 1
            if self.force:
                if copy.subject.pk not in known.published:
                    raise NotInBulk
                outcomes[LoadOutcome.ALREADY_PUBLISHED] += known.published[copy.subject.pk] != copy.source.digest
        outcomes[LoadOutcome.ADDED] += len(new)
        outcomes[LoadOutcome.PUBLISHED] += len(new) if self.force else 0
        if not new:
            return outcomes, []
        write_copies(new, now, self.by)
        return outcomes, publish_copies(
            new, now, instant, by=self.by, reason=self.force, recipients=self.recipients
        ) if publishes else []

    def load_one_by_one(self, batch: Sequence[SubjectLines]) -> None:
        found = self.write_one_by_one(batch)
        self.result.outcomes.update(outcome for _subject, outcome in found)
        self.count_lines(batch)
        if self.force:
            self.publish(found)

    def write_one_by_one(self, batch: Sequence[SubjectLines]) -> list[tuple[Subject, LoadOutcome]]:
        found: list[tuple[Subject, LoadOutcome]] = []
        with transaction.atomic():
            lock_existing_subjects([entry.document.id for entry in batch])
            lock_addresses(entry.document for entry in batch)
            for entry in batch:
                try:
                    found.append(load_subject(entry, self.by))
                except InvalidDocument as error:
                    raise LineError(entry.source.number, str(error)) from error
            transaction.set_rollback(self.dry)
        return found

    def publish(self, found: Iterable[tuple[Subject, LoadOutcome]]) -> None:
        new: list[Subject] = []
        for subject, outcome in found:
            if not has_edition(subject):
                new.append(subject)
            elif outcome == LoadOutcome.CHANGED or has_unpublished_changes(subject):
                self.result.outcomes[LoadOutcome.ALREADY_PUBLISHED] += 1
        if new and not self.dry:
            self.wait_for_topics(new)
            try:
                [*_others, last] = publish(*new, by=self.by, force=self.force, margin=PUBLISHING_MARGIN)
            except WorkflowError as error:
                raise NotPublished(str(error)) from error
            self.result.last_edition = last
            self.topics |= {subject.pk for subject in new if isinstance(subject, BackgroundTopic)}
        self.result.outcomes[LoadOutcome.PUBLISHED] += len(new)

    def wait_for_topics(self, new: Sequence[Subject]) -> None:
        """Wait until the topics of earlier batches are live, if new meetings refer to them.

        A meeting refers to a topic only if the topic is live, or is published together with it.
        """
        together = {subject.pk for subject in new}
        named = BackgroundTopic.objects.filter(items__meeting__in=together).exclude(pk__in=together)
        last = self.result.last_edition
        if last and not self.topics.isdisjoint(named.values_list("pk", flat=True)):
            wait_until_live(last)
            self.topics.clear()
