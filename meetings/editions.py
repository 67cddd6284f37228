"""Freezing documents as an edition, and deleting one that is still to come."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Model

from meetings.addresses import address_of
from meetings.documents.shape import MeetingDocument, Tombstone, TopicDocument
from meetings.documents.text import canonical_text, digest_of
from meetings.indexing import index_rows
from meetings.models import INDEX_MODELS, Edition, EditionDocument, IndexRow, StoredDocument, SubjectType

Publishable = MeetingDocument | TopicDocument
TOO_LATE = "has passed before it was committed"  # so says the database (migration `guard_editions`)


@dataclass(frozen=True)
class Composition:
    """An edition with all that belongs to it, not written yet."""

    edition: Edition
    documents: Sequence[Publishable | Tombstone]
    rows: Sequence[IndexRow] = ()


def freeze(documents: Sequence[Publishable], *, available_from: dt.datetime, change_note: str = "") -> Edition:
    """Freezes the documents of one subject, one a language, as its edition from a whole second in UTC.

    Must run in a transaction, last of all in it: the edition's row seals it. The database refuses an instant that has
    passed by then, with IntegrityError; so the caller begins again with a later one.
    """
    composition = compose(documents, available_from=available_from, change_note=change_note)
    seal([composition])
    return composition.edition


def compose(documents: Sequence[Publishable], *, available_from: dt.datetime, change_note: str = "") -> Composition:
    source = next(document for document in documents if document.language == document.source_language)
    edition = Edition(
        subject_type=SubjectType.MEETING if isinstance(source, MeetingDocument) else SubjectType.TOPIC,
        subject_id=source.id,
        available_from=available_from,
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
    return Composition(edition, documents, list(index_rows(edition, source)))


def bury(standing: Edition, tombstones: Sequence[Tombstone], *, available_from: dt.datetime) -> Edition:
    """A tombstone over the subject of `standing`: from its instant on, everything before it is hidden."""
    composition = compose_tombstone(standing, tombstones, available_from=available_from)
    seal([composition])
    return composition.edition


def compose_tombstone(
    standing: Edition, tombstones: Sequence[Tombstone], *, available_from: dt.datetime
) -> Composition:
    kept = ("subject_type", "subject_id", "address", "source_language", "configuration", "start_date", "end_date")
    edition = Edition(
        is_tombstone=True,
        available_from=available_from,
        listed_on=standing.listed_on,
        **{name: getattr(standing, name) for name in kept},
    )
    return Composition(edition, tombstones)


def seal(compositions: Sequence[Composition]) -> None:
    """Writes what belongs to the editions first and their own rows last: then the database lets nothing be added."""
    texts: dict[str, str] = {}
    held: list[EditionDocument] = []
    rows: dict[type[IndexRow], list[IndexRow]] = defaultdict(list)
    for composition in compositions:
        edition = composition.edition
        edition.languages = sorted(document.language for document in composition.documents)
        for document in composition.documents:
            text = canonical_text(document)
            digest = digest_of(text)
            texts[digest] = text
            held.append(EditionDocument(edition=edition, language=document.language, document_id=digest))
        for row in composition.rows:
            rows[type(row)].append(row)
    with transaction.atomic():
        StoredDocument.objects.bulk_create(
            [StoredDocument(digest=digest, text=text) for digest, text in texts.items()], ignore_conflicts=True
        )
        EditionDocument.objects.bulk_create(held)
        for model, some in rows.items():
            model._default_manager.bulk_create(some)
        Edition.objects.bulk_create([composition.edition for composition in compositions])


def delete_pending(edition: Edition) -> None:
    """Deletes an edition that is still to come. IntegrityError: its instant has passed, and the database refuses."""
    with transaction.atomic():
        Edition.objects.filter(pk=edition.pk).delete()  # the seal first: what it holds can then be taken out
        parts: tuple[type[Model], ...] = (EditionDocument, *INDEX_MODELS)
        for model in parts:
            model._default_manager.filter(edition_id=edition.pk).delete()
