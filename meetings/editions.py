"""Freezing documents as an edition, and deleting one that is still to come."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from meetings.addresses import address_of
from meetings.closed import ClosedText, refuse_closed
from meetings.documents.shape import MeetingDocument, Tombstone, TopicDocument
from meetings.documents.text import canonical_text, digest_of
from meetings.indexing import index_rows
from meetings.models import (
    INDEX_MODELS,
    Edition,
    EditionDocument,
    EditionReason,
    Erasure,
    IndexRow,
    SearchRow,
    StoredDocument,
    SubjectType,
)
from meetings.search.rows import build_search_rows

PublishableDocument = MeetingDocument | TopicDocument
# So says the database (migration `guard_editions`).
TOO_LATE = "has passed before it was committed"
NO_LONGER_PENDING = "has passed: it can no longer be deleted"


@dataclass(frozen=True)
class Composition:
    """An edition with all that belongs to it, not written yet."""

    edition: Edition
    documents: Sequence[PublishableDocument | Tombstone]
    rows: Sequence[IndexRow] = ()
    digests: Sequence[str] | None = None
    """Of stored documents that are to be held as they are, byte for byte; without them the documents are stored."""

    @property
    def source(self) -> PublishableDocument:
        """The document in the language that it was written in; not of a tombstone."""
        return get_source_document([document for document in self.documents if not isinstance(document, Tombstone)])


def freeze(documents: Sequence[PublishableDocument], *, available_from: dt.datetime, **more: Any) -> Edition:
    """Freezes the documents of one subject, one a language, as its edition from a whole second in UTC.

    `more` is as for `compose`. Must run in a transaction, last of all in it: the edition's row seals it. The database
    refuses an instant that has passed by then, with IntegrityError; so the caller begins again with a later one.
    """
    composition = compose(documents, available_from=available_from, **more)
    seal([composition])
    return composition.edition


def compose(
    documents: Sequence[PublishableDocument],
    *,
    available_from: dt.datetime,
    reason: EditionReason = EditionReason.PUBLICATION,
    change_note: str = "",
    digests: Sequence[str] | None = None,
) -> Composition:
    source = get_source_document(documents)
    edition = Edition(
        subject_type=SubjectType.MEETING if isinstance(source, MeetingDocument) else SubjectType.TOPIC,
        subject_id=source.id,
        available_from=available_from,
        reason=reason,
        change_note=change_note,
        address=address_of(source),
        source_language=source.source_language,
        listed_on=available_from.date(),
    )
    if isinstance(source, MeetingDocument):
        earlier = source.previous[-1].start_date if source.previous else None
        edition.configuration = source.configuration.slug
        edition.start_date, edition.end_date = source.start_date, source.end_date
        edition.listed_on = source.start_date or earlier or edition.listed_on
        edition.status, edition.form, edition.city = source.status, source.form, source.place.city
        edition.presidency = source.presidency.country if source.presidency else ""
    rows = [*index_rows(edition, source), *build_search_rows(edition, documents)]
    return Composition(edition, documents, rows, digests)


def get_source_document(documents: Sequence[PublishableDocument]) -> PublishableDocument:
    return next(document for document in documents if document.language == document.source_language)


def bury(current: Edition, tombstones: Sequence[Tombstone], *, available_from: dt.datetime) -> Edition:
    """A tombstone over the subject of `standing`: from its instant on, everything before it is hidden."""
    composition = compose_tombstone(current, tombstones, available_from=available_from)
    seal([composition])
    return composition.edition


def compose_tombstone(current: Edition, tombstones: Sequence[Tombstone], *, available_from: dt.datetime) -> Composition:
    kept = ("subject_type", "subject_id", "address", "source_language", "configuration", "start_date", "end_date")
    edition = Edition(
        is_tombstone=True,
        reason=EditionReason.WITHDRAWAL,
        available_from=available_from,
        listed_on=current.listed_on,
        **{name: getattr(current, name) for name in kept},
    )
    return Composition(edition, tombstones)


def seal(compositions: Sequence[Composition]) -> None:
    """Writes what belongs to the editions first and their own rows last: then the database lets nothing be added.

    Must run in a transaction. Raises ClosedText.
    """
    held: list[EditionDocument] = []
    rows: dict[type[IndexRow], list[IndexRow]] = defaultdict(list)
    digests = iter(store([document for each in compositions if each.digests is None for document in each.documents]))
    for each in compositions:
        each.edition.languages = sorted(document.language for document in each.documents)
        for number, document in enumerate(each.documents):
            digest = each.digests[number] if each.digests is not None else next(digests)
            held.append(EditionDocument(edition=each.edition, language=document.language, document_id=digest))
        for row in each.rows:
            rows[type(row)].append(row)
    refuse_closed({one.document_id for one in held})
    with transaction.atomic():
        EditionDocument.objects.bulk_create(held)
        for model, some in rows.items():
            model._default_manager.bulk_create(some)
        Edition.objects.bulk_create([composition.edition for composition in compositions])


def store(documents: Sequence[PublishableDocument | Tombstone]) -> list[str]:
    """Keeps the documents' canonical texts, each once, and returns their digests in the same order.

    Raises ClosedText for one that was erased.
    """
    texts = [canonical_text(document) for document in documents]
    digests = [digest_of(text) for text in texts]
    rows = {digest: StoredDocument(digest=digest, text=text) for digest, text in zip(digests, texts, strict=True)}
    if Erasure.objects.filter(digest__in=rows).exists():
        raise ClosedText(_("This is word for word a text that was erased: change first what must not be kept."))
    StoredDocument.objects.bulk_create(rows.values(), ignore_conflicts=True)
    return digests


def delete_pending(edition: Edition) -> None:
    """Deletes an edition that is still to come. IntegrityError: its instant has passed, and the database refuses."""
    with transaction.atomic():
        Edition.objects.filter(pk=edition.pk).delete()  # the seal first: what it holds can then be taken out
        parts: tuple[type[Model], ...] = (EditionDocument, SearchRow, *INDEX_MODELS)
        for model in parts:
            model._default_manager.filter(edition_id=edition.pk).delete()
