"""Create editions from documents, and delete scheduled ones. Refuse texts of suppressed editions, and erased texts."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, Model, QuerySet, Subquery
from django.dispatch import Signal
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from meetings.database.prepared_query import fetch_rows, pad_keys
from meetings.database.row_insertion import insert_rows
from meetings.documents.dates import get_known_days
from meetings.documents.document_urls import build_address
from meetings.documents.encoding import InvalidDocument, compute_digest, encode_document
from meetings.documents.schedule import get_start_instant
from meetings.documents.schema import MeetingDocument, Tombstone, TopicDocument
from meetings.editions.effects import build_effect_rows
from meetings.editions.index_rows import build_index_rows
from meetings.models import (
    INDEX_MODELS,
    Edition,
    EditionDocument,
    EditionReason,
    Erasure,
    IndexedEffect,
    IndexRow,
    SearchRow,
    StoredDocument,
    SubjectType,
)
from meetings.models.edition import get_active_suppression, get_later_notices
from meetings.search.search_rows import build_search_rows

PublishableDocument = MeetingDocument | TopicDocument
# Parts of the database's error messages (migration `0002_guard_editions`).
TOO_LATE_ERROR = "has passed before it was committed"
NOT_PENDING_ERROR = "has passed: it can no longer be deleted"

editions_changed = Signal()
"""Sent in the transaction that writes or deletes editions. `subjects` are the keys of their meetings and topics.

`unsaved` are the editions whose own rows are written next: on SQLite, nothing may come between them and the commit.
"""


@dataclass(frozen=True)
class UnsavedEdition:
    """An edition with its documents and index rows that has not been written yet."""

    edition: Edition
    documents: Sequence[PublishableDocument | Tombstone]
    rows: Sequence[IndexRow] = ()
    digests: Sequence[str] | None = None
    """The digests of stored documents to use byte for byte. If it is None, the documents are stored."""

    @property
    def source_document(self) -> PublishableDocument:
        """The document in the source language. A tombstone has none."""
        return get_source_document([document for document in self.documents if not isinstance(document, Tombstone)])


def create_edition(documents: Sequence[PublishableDocument], *, available_from: dt.datetime, **more: Any) -> Edition:
    """Create an edition from the documents of one subject, one per language, and return it.

    `available_from` is a whole second in UTC. `more` are the arguments of `compose_edition`. This must run last in a
    transaction, because the edition's row seals it. The database raises IntegrityError if the instant has passed by
    then; the caller must start again with a later one.
    """
    composition = compose_edition(documents, available_from=available_from, **more)
    write_editions([composition])
    return composition.edition


def compose_edition(
    documents: Sequence[PublishableDocument],
    *,
    available_from: dt.datetime,
    reason: EditionReason = EditionReason.PUBLICATION,
    change_note: str = "",
    digests: Sequence[str] | None = None,
) -> UnsavedEdition:
    """Return the edition of the documents of one subject, with its index rows, without writing it."""
    source = get_source_document(documents)
    edition = Edition(
        subject_type=SubjectType.MEETING if isinstance(source, MeetingDocument) else SubjectType.TOPIC,
        subject_id=source.id,
        available_from=available_from,
        reason=reason,
        change_note=change_note,
        address=build_address(source),
        source_language=source.source_language,
        listed_on=available_from.date(),
        sorted_at=available_from,
    )
    if isinstance(source, MeetingDocument):
        known_days = get_known_days(source.start_date, source.end_date, source.previous)
        assert known_days, "its address has them"
        edition.configuration = source.configuration.slug
        edition.start_date, edition.end_date = source.start_date, source.end_date
        edition.listed_on = known_days[0]
        edition.sorted_at = get_start_instant(source, edition.listed_on)
        edition.status, edition.form, edition.city = source.status, source.form, source.place.city
        edition.presidency = source.presidency.country if source.presidency else ""
    rows = [*build_index_rows(edition, source), *build_search_rows(edition, documents)]
    return UnsavedEdition(edition, documents, rows, digests)


def get_source_document(documents: Sequence[PublishableDocument]) -> PublishableDocument:
    return next(document for document in documents if document.language == document.source_language)


def create_tombstone(current: Edition, tombstones: Sequence[Tombstone], *, available_from: dt.datetime) -> Edition:
    """Create a tombstone for the subject of the current edition. From its instant on, it hides all earlier editions."""
    composition = compose_tombstone(current, tombstones, available_from=available_from)
    write_editions([composition])
    return composition.edition


def compose_tombstone(
    current: Edition, tombstones: Sequence[Tombstone], *, available_from: dt.datetime
) -> UnsavedEdition:
    """Return the tombstone edition of a subject without writing it."""
    copied = ("subject_type", "subject_id", "address", "source_language", "configuration", "start_date", "end_date")
    edition = Edition(
        is_tombstone=True,
        reason=EditionReason.WITHDRAWAL,
        available_from=available_from,
        listed_on=current.listed_on,
        sorted_at=current.sorted_at,
        **{name: getattr(current, name) for name in copied},
    )
    return UnsavedEdition(edition, tombstones)


def write_editions(compositions: Sequence[UnsavedEdition]) -> None:
    """Write the parts of the editions first and their own rows last; then the database allows no additions.

    This must run in a transaction. Raise SuppressedTextError if a text is suppressed.
    """
    with transaction.atomic():
        write_edition_parts(compositions)
        seal_editions(compositions)


def write_edition_parts(compositions: Sequence[UnsavedEdition]) -> None:
    """Write the documents, index rows and search rows of editions. `seal_editions` must follow in the transaction."""
    contained: list[tuple[Edition, str, str]] = []
    rows: dict[type[IndexRow], list[IndexRow]] = defaultdict(list)
    digests = iter(
        store_documents([document for each in compositions if each.digests is None for document in each.documents])
    )
    for each in compositions:
        each.edition.languages = sorted(document.language for document in each.documents)
        for number, document in enumerate(each.documents):
            digest = each.digests[number] if each.digests is not None else next(digests)
            contained.append((each.edition, document.language, digest))
        for row in each.rows:
            rows[type(row)].append(row)
    sources = [(each.edition, each.source_document) for each in compositions if not each.edition.is_tombstone]
    meetings = [(edition, source) for edition, source in sources if isinstance(source, MeetingDocument)]
    rows[IndexedEffect] = [*build_effect_rows(meetings)] if meetings else []
    contained_digests = {digest for _edition, _language, digest in contained}
    refuse_suppressed(contained_digests)
    keys = dict(StoredDocument.objects.filter(digest__in=contained_digests).values_list("digest", "pk"))
    insert_rows(
        EditionDocument(edition_id=edition.pk, language=language, document_id=keys[digest])
        for edition, language, digest in contained
    )
    for model_rows in rows.values():
        insert_rows(model_rows)


def seal_editions(compositions: Sequence[UnsavedEdition]) -> None:
    """Write the editions' own rows, after which the database allows no additions."""
    editions = [composition.edition for composition in compositions]
    announce_change(editions, unsaved=editions)
    insert_rows(editions)


def announce_change(editions: Iterable[Edition], *, unsaved: Sequence[Edition] = ()) -> None:
    editions_changed.send(Edition, subjects={edition.subject_id for edition in editions}, unsaved=unsaved)


def store_documents(documents: Sequence[PublishableDocument | Tombstone]) -> list[str]:
    """Store the canonical texts of the documents, each once, and return their digests in the same order.

    Raise SuppressedTextError if a text was erased.
    """
    texts = [encode_document(document) for document in documents]
    digests = [compute_digest(text) for text in texts]
    store_texts(dict(zip(digests, texts, strict=True)))
    return digests


def store_texts(texts: Mapping[str, str]) -> None:
    """Store canonical texts, each under its digest. Raise SuppressedTextError if one was erased."""
    if Erasure.objects.filter(digest__in=texts).exists():
        message = _("This text is identical to a text that was erased. First change the part that must not be kept.")
        raise SuppressedTextError(message)
    # In one order, so that two processes that store the same texts do not wait for each other in a circle. Nobody else
    # knows it: `EXPLAIN ANALYZE` tells the public role after which row that it sees a hidden one was stored.
    digests = sorted(texts, key=lambda digest: salted_hmac(__name__, digest).digest())
    rows = [StoredDocument(digest=digest, text=texts[digest]) for digest in digests]
    insert_rows(rows, ignore_conflicts=True)


def delete_pending_editions(*editions: Edition) -> None:
    """Delete editions whose instants are in the future. Raise IntegrityError if one has passed.

    The number of queries does not depend on the number of editions.
    """
    keys = [edition.pk for edition in editions]
    with transaction.atomic():
        Edition.objects.filter(pk__in=keys).delete()  # first, because these rows seal their parts
        parts: tuple[type[Model], ...] = (EditionDocument, SearchRow, *INDEX_MODELS)
        for model in parts:
            model._default_manager.filter(edition_id__in=keys).delete()
        announce_change(editions)


class SuppressedTextError(InvalidDocument):
    """The text is contained in suppressed editions only, or was erased."""


def find_suppressed_digests(digests: Collection[str]) -> set[str]:
    """Return those of the digests that only suppressed editions contain, including all erased texts.

    A text that another edition shows or will show is not suppressed: one language of a suppressed edition may be
    unchanged from other editions. But an edition that was withdrawn before the suppressed one appeared shows nothing.
    """
    suppressed = dict(fetch_rows(select_suppressed_digests, *pad_keys(digests)))
    if not suppressed:
        return set()
    documents = EditionDocument.objects.readable().filter(document__digest__in=suppressed)
    withdrawn_at = Subquery(get_later_notices("edition__").values("available_from")[:1])
    rows = documents.annotate(withdrawn_at=withdrawn_at).values_list("document__digest", "withdrawn_at")
    return suppressed.keys() - {digest for digest, at in rows if at is None or at > suppressed[digest]}


def select_suppressed_digests(*digests: str) -> QuerySet[EditionDocument, Any]:
    """Select the digests in suppressed editions, each with the time of the last of these, the last ones last."""
    documents = EditionDocument.objects.filter(document__digest__in=digests)
    suppressed = documents.filter(Exists(get_active_suppression("edition"))).order_by("edition__available_from")
    return suppressed.values_list("document__digest", "edition__available_from")


def refuse_suppressed(digests: Collection[str]) -> None:
    """Raise SuppressedTextError if a text is suppressed.

    Call this before creating an edition or a working copy from stored texts.
    """
    if find_suppressed_digests(digests):
        message = _(
            "This text is identical to that of an edition that was removed from the site. First change the part "
            "that must not be public."
        )
        raise SuppressedTextError(message)
