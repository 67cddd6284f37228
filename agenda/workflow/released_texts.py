"""The texts of meetings and topics that readers have, or are about to get, each with its original."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import models

from agenda.models import Release, ReleaseEntry
from meetings.models import EditionDocument, SubjectType

TranslationPair = tuple[str, str]
"""The digests of a source document and of its translation."""
TextOfSubject = tuple[UUID, str, TranslationPair]
"""A text of a subject in a language."""


def fetch_live_texts(subject: UUID, now: dt.datetime) -> set[TextOfSubject]:
    """Return the texts of the live edition."""
    return fetch_texts(select_edition_documents(subject).live(now))


def fetch_released_texts(subject: UUID, now: dt.datetime) -> set[TextOfSubject]:
    """Return the texts that are live, scheduled, or in a publication that is on hold."""
    pending = fetch_texts(select_edition_documents(subject).filter(edition__available_from__gt=now))
    return fetch_live_texts(subject, now) | pending | fetch_texts_on_hold(subject)


def select_edition_documents(subject: UUID) -> Any:
    types = SubjectType.values  # for the index
    return EditionDocument.objects.filter(edition__subject_type__in=types, edition__subject_id=subject)


def fetch_texts_on_hold(subject: UUID) -> set[TextOfSubject]:
    entries = ReleaseEntry.objects.filter(
        subject_id=subject, release__state=Release.State.ON_HOLD, revision__isnull=False
    )
    return {
        (subject, language, (texts.get(source, ""), digest))
        for source, texts in entries.values_list("revision__source_language", "texts")
        for language, digest in texts.items()
    }


def fetch_texts(documents: models.QuerySet[Any]) -> set[TextOfSubject]:
    """Return the texts of documents of editions, each with its original."""
    columns = ("edition", "edition__subject_id", "edition__source_language", "language", "document__digest")
    rows = [*documents.values_list(*columns)]
    originals = {key: digest for key, _subject, source, language, digest in rows if language == source}
    return {(subject, language, (originals.get(key, ""), digest)) for key, subject, _source, language, digest in rows}
