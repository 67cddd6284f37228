"""The texts of meetings and topics that readers have, or are about to get, each with its original."""

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import OuterRef, Subquery

from agenda.models import Release, ReleaseEntry, RevisionDocument
from meetings.models import Edition, EditionDocument, SubjectType

TranslationPair = tuple[str, str]
"""The digests of a source document and of its translation."""
TextOfSubject = tuple[UUID, str, TranslationPair]
"""A text of a subject in a language."""


def fetch_live_texts(subject: UUID, now: dt.datetime) -> set[TextOfSubject]:
    """Return the texts of the live edition."""
    return fetch_texts(select_edition_documents([subject]).live(now), "edition")


def fetch_released_texts(subject: UUID, now: dt.datetime) -> set[TextOfSubject]:
    """Return the texts that are live, scheduled, or in a publication that is on hold."""
    pending = select_edition_documents([subject]).filter(edition__available_from__gt=now)
    on_hold = fetch_texts(select_documents_on_hold([subject]), "revision")
    return fetch_live_texts(subject, now) | fetch_texts(pending, "edition") | on_hold


def fetch_newest_released_texts(subjects: Collection[UUID]) -> set[TextOfSubject]:
    """Return the texts of what is on hold or, for subjects without that, of the newest edition, live or scheduled."""
    on_hold = fetch_texts(select_documents_on_hold(subjects), "revision")
    newest = Edition.objects.filter(
        subject_type=OuterRef("edition__subject_type"), subject_id=OuterRef("edition__subject_id")
    ).order_by("-available_from")
    others = {*subjects} - {subject for subject, _language, _pair in on_hold}
    documents = select_edition_documents(others).filter(edition=Subquery(newest.values("pk")[:1]))
    return on_hold | fetch_texts(documents, "edition")


def select_edition_documents(subjects: Collection[UUID]) -> Any:
    types = SubjectType.values  # for the index
    return EditionDocument.objects.filter(edition__subject_type__in=types, edition__subject_id__in=subjects)


def select_documents_on_hold(subjects: Collection[UUID]) -> models.QuerySet[RevisionDocument]:
    entries = ReleaseEntry.objects.filter(subject_id__in=subjects, release__state=Release.State.ON_HOLD)
    return RevisionDocument.objects.filter(revision__in=entries.values("revision"))


def fetch_texts(documents: models.QuerySet[Any], owner: str) -> set[TextOfSubject]:
    """Return the texts of documents, each with its original. `owner` is the edition or revision that they belong to."""
    columns = (owner, f"{owner}__subject_id", f"{owner}__source_language", "language", "document__digest")
    rows = [*documents.values_list(*columns)]
    originals = {key: digest for key, _subject, source, language, digest in rows if language == source}
    return {(subject, language, (originals.get(key, ""), digest)) for key, subject, _source, language, digest in rows}
