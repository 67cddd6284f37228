"""Loading documents into the working copy, by the functions that an import and restoring use, batch by batch."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from msgspec.structs import replace

from agenda.bulk.lines import Entry, Line, LineError
from agenda.drafts import Subject, SubjectDocument, draft_of, drafts_of, type_of
from agenda.models import BackgroundTopic
from agenda.publishing import Refused, publish, wait_for
from agenda.restoring import restore, restore_topic
from agenda.revisions import keep_translations, names_in
from agenda.translating import texts_in, with_texts_of
from agenda.translations.saving import write_texts
from meetings.audit import Actor
from meetings.documents.shape import MeetingDocument
from meetings.documents.text import InvalidDocument
from meetings.models import Edition, Meeting, Translation
from meetings.richtext import clean_html

BATCH = 20
"""Meetings and topics."""
MARGIN = dt.timedelta(seconds=4)
"""What a busy database may take to publish a batch: an edition appears after the commit that writes it."""


class Outcome(Enum):
    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    PUBLISHED = "published"
    LEFT = "left"
    """Not published, since there is an edition already: whoever changes that tells readers what changed."""


class Undo(Exception):
    """Rolls back what was written."""


class NotPublished(ValueError):
    """The batch is loaded, and was not published."""


class Loader:
    """`force`: why first editions are published though nobody approved them; empty: nothing is published.

    With `dry`, every batch is rolled back. `done` is the last line that is loaded, `lines` and `translations` how many
    are, `last` the last edition that was written.
    """

    def __init__(self, by: Actor, *, force: str = "", dry: bool = False) -> None:
        self.by, self.force, self.dry = by, force, dry
        self.outcomes: Counter[Outcome] = Counter()
        self.done = self.lines = self.translations = 0
        self.last: Edition | None = None
        self.topics: set[UUID] = set()

    def load(self, entries: Iterable[Entry]) -> Iterator[None]:
        """Batch by batch. Of one that raises LineError, nothing is loaded; of one that raises NotPublished, all is."""
        entries = iter(entries)
        while batch := list(islice(entries, BATCH)):
            found = self.load_batch(batch)
            self.outcomes.update(outcome for _subject, outcome in found)
            self.done = max(entry.last for entry in batch)
            self.lines += sum(len(entry.lines) for entry in batch)
            self.translations += sum(len(entry.translations) for entry in batch)
            if self.force:
                self.publish(found)
            yield

    def load_batch(self, batch: Sequence[Entry]) -> list[tuple[Subject, Outcome]]:
        found: list[tuple[Subject, Outcome]] = []
        try:
            with transaction.atomic():
                for entry in batch:
                    try:
                        found.append(load(entry, self.by))
                    except InvalidDocument as error:
                        raise LineError(entry.source.number, str(error)) from error
                if self.dry:
                    raise Undo
        except Undo:
            pass
        return found

    def publish(self, found: Iterable[tuple[Subject, Outcome]]) -> None:
        new: list[Subject] = []
        for subject, outcome in found:
            if not has_edition(subject):
                new.append(subject)
            elif outcome == Outcome.CHANGED or is_ahead(subject):
                self.outcomes[Outcome.LEFT] += 1
        if new and not self.dry:
            self.wait_for_topics(new)
            try:
                [*_others, self.last] = publish(*new, by=self.by, force=self.force, margin=MARGIN)
            except Refused as error:
                raise NotPublished(str(error)) from error
            self.topics |= {subject.pk for subject in new if isinstance(subject, BackgroundTopic)}
        self.outcomes[Outcome.PUBLISHED] += len(new)

    def wait_for_topics(self, new: Sequence[Subject]) -> None:
        """A meeting names a topic only once it has appeared, or with it: those of earlier batches may not have yet."""
        together = {subject.pk for subject in new}
        named = BackgroundTopic.objects.filter(items__meeting__in=together).exclude(pk__in=together)
        if self.last and not self.topics.isdisjoint(named.values_list("pk", flat=True)):
            wait_for(self.last)
            self.topics.clear()


def has_edition(subject: Subject) -> bool:
    return Edition.objects.of(type_of(subject), subject.pk).exists()


def is_ahead(subject: Subject) -> bool:
    """The working copy says something else than the last edition, be it live or still to come."""
    last = Edition.objects.of(type_of(subject), subject.pk).latest("available_from")
    saved: Subject = type(subject)._default_manager.get(pk=subject.pk)
    return not last.documents.filter(language=last.source_language, document=saved.digest).exists()


def load(entry: Entry, by: Actor) -> tuple[Subject, Outcome]:
    """Makes the working copy say what the lines say. Where it does already, nothing is written. Raises InvalidDocument.

    Names that reference data know are theirs: so a line may differ from what the working copy says before and after
    alike, which is no change either.
    """
    model = Meeting if isinstance(entry.document, MeetingDocument) else BackgroundTopic
    there: Subject | None = model._default_manager.filter(pk=entry.document.id).first()
    before = said(there, entry) if there else {}
    if there and before == {line.document.language: as_loaded(line.document, before) for line in entry.lines}:
        return there, Outcome.UNCHANGED
    try:
        with transaction.atomic():
            subject = restored(entry.document, by)
            for line in entry.translations:
                load_translation(subject, line, entry, by)
            if there and before and said(subject, entry) == before:
                raise Undo
    except Undo:
        assert there is not None
        return there, Outcome.UNCHANGED
    return subject, Outcome.CHANGED if there else Outcome.ADDED


def said(subject: Subject, entry: Entry) -> Mapping[str, SubjectDocument]:
    """What the working copy says in the languages of the entry; nothing where it makes no document."""
    names = names_in({line.document.language: line.document for line in entry.lines})
    try:
        documents = drafts_of(subject, timezone.now(), names=names)
    except InvalidDocument:
        return {}
    wanted = {line.document.language for line in entry.lines}
    return {document.language: document for document in documents if document.language in wanted}


def restored(document: SubjectDocument, by: Actor) -> Subject:
    if isinstance(document, MeetingDocument):
        return restore(document, by=by)
    return restore_topic(document, by=by)


def load_translation(subject: Subject, line: Line, entry: Entry, by: Actor) -> None:
    """Drafts that somebody reviews. In a language that has a line, texts that the line borrows have no translation."""
    now, language = timezone.now(), line.document.language
    source = draft_of(subject, now, names=names_in({entry.document.language: entry.document}))
    texts = texts_in(source, sanitised(line.document))
    rows = Translation.objects.filter(subject_type=type_of(subject), subject_id=subject.pk, language=language)
    kept = Q(pk__in=[row.pk for row in rows if (row.row_id, row.field) in texts])
    rows.exclude(kept).delete()
    write_texts(subject, language, texts, by=by, now=now)
    keep_translations(subject, now, by, language)


def as_loaded(document: SubjectDocument, before: Mapping[str, SubjectDocument]) -> SubjectDocument:
    """With what no line decides: the presidency follows from the date, the configuration's name from its slug."""
    document, known = sanitised(document), before.get(document.language)
    if not (isinstance(document, MeetingDocument) and isinstance(known, MeetingDocument)):
        return document
    if document.start_date == known.start_date:
        document = replace(document, presidency=known.presidency)
    if document.configuration.slug == known.configuration.slug:
        document = replace(document, configuration=known.configuration)
    return document


def sanitised(document: SubjectDocument) -> SubjectDocument:
    """As it is on the way in, whichever way that is."""
    return with_texts_of(document, lambda segment, _owner: clean_html(segment.text) if segment.rich else segment.text)
