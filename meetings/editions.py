"""Freezing documents as an edition, and deleting one that is still to come."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Model

from meetings.addresses import address_of
from meetings.documents.shape import MeetingDocument, Tombstone, TopicDocument
from meetings.documents.text import canonical_text, digest_of
from meetings.indexing import index_rows
from meetings.models import INDEX_MODELS, Edition, EditionDocument, IndexRow, StoredDocument, SubjectType

Publishable = MeetingDocument | TopicDocument
TOO_LATE = "has passed before it was committed"  # so says the database (migration `guard_editions`)


def freeze(documents: Sequence[Publishable], *, available_from: dt.datetime, change_note: str = "") -> Edition:
    """Freezes the documents of one subject, one a language, as its edition from a whole second in UTC.

    Must run in a transaction, last of all in it: the edition's row seals it. The database refuses an instant that has
    passed by then, with IntegrityError; so the caller begins again with a later one.
    """
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
    return seal(edition, documents, list(index_rows(edition, source)))


def bury(standing: Edition, tombstones: Sequence[Tombstone], *, available_from: dt.datetime) -> Edition:
    """A tombstone over the subject of `standing`: from its instant on, everything before it is hidden."""
    kept = ("subject_type", "subject_id", "address", "source_language", "configuration", "start_date", "end_date")
    edition = Edition(
        is_tombstone=True,
        available_from=available_from,
        listed_on=standing.listed_on,
        **{name: getattr(standing, name) for name in kept},
    )
    return seal(edition, tombstones, [])


def seal(edition: Edition, documents: Sequence[Publishable | Tombstone], rows: Sequence[IndexRow]) -> Edition:
    """Writes what belongs to the edition first and its own row last, after which the database lets nothing be added."""
    texts = {document.language: canonical_text(document) for document in documents}
    edition.languages = sorted(texts)
    with transaction.atomic():
        StoredDocument.objects.bulk_create(
            [StoredDocument(digest=digest_of(text), text=text) for text in texts.values()], ignore_conflicts=True
        )
        EditionDocument.objects.bulk_create(
            EditionDocument(edition=edition, language=language, document_id=digest_of(text))
            for language, text in texts.items()
        )
        by_model = defaultdict(list)
        for row in rows:
            by_model[type(row)].append(row)
        for model, some in by_model.items():
            model._default_manager.bulk_create(some)
        edition.save(force_insert=True)
    return edition


def delete_pending(edition: Edition) -> None:
    """Deletes an edition that is still to come. IntegrityError: its instant has passed, and the database refuses."""
    with transaction.atomic():
        Edition.objects.filter(pk=edition.pk).delete()  # the seal first: what it holds can then be taken out
        parts: tuple[type[Model], ...] = (EditionDocument, *INDEX_MODELS)
        for model in parts:
            model._default_manager.filter(edition_id=edition.pk).delete()
