"""What public pages are rendered from: published documents, read once, with what is known of their edition."""

import datetime as dt
from dataclasses import dataclass
from typing import Self

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language

from meetings.answers import html_path
from meetings.clock import instant_of
from meetings.documents.days import days_known
from meetings.documents.shape import Document
from meetings.documents.text import read
from meetings.models import Edition, EditionDocument, EditionReason, SubjectType
from meetings.travel import open_texts


@dataclass(frozen=True)
class Publication:
    """A document and its envelope. `language` is the document's, which may be another than the page's."""

    document: Document
    path: str
    language: str
    source_language: str
    languages: list[str]
    edition: int
    published_at: dt.datetime
    modified_at: dt.datetime
    change_note: str
    digest: str
    is_editorial: bool = False
    available_from: dt.datetime | None = None
    days: tuple[dt.date, dt.date] | None = None
    """Of a withdrawal's notice, the days that its meeting had last."""

    @classmethod
    def of(cls, held: EditionDocument) -> Self:
        """`held` comes from `with_history`."""
        return cls(
            document=read(held.document.text),
            path=html_path(held.edition.address, get_language() or ""),
            language=held.language,
            source_language=held.edition.source_language,
            languages=held.edition.languages,
            edition=held.history.number,
            published_at=held.history.published_at,
            modified_at=held.history.modified_at,
            change_note=held.edition.change_note,
            digest=held.document_id,
            is_editorial=held.edition.reason == EditionReason.EDITORIAL,
            available_from=held.edition.available_from,
            days=days_of_notice(held.edition) if held.edition.is_tombstone else None,
        )

    @property
    def is_partly_translated(self) -> bool:
        """Some of its own texts stand in the source language. Names of topics are texts of the topics."""
        return any(not path.startswith("topics.") for path in getattr(self.document, "fallbacks", ()))


def days_of_notice(edition: Edition) -> tuple[dt.date, dt.date]:
    return days_known(edition.start_date, edition.end_date, ()) or (edition.listed_on, edition.listed_on)


def live_documents(request: HttpRequest, subject_type: SubjectType) -> QuerySet[EditionDocument]:
    """What is live at the request's instant, in the page's language where there is one."""
    live = open_texts(request, EditionDocument.objects.live(instant_of(request)))
    return live.filter(edition__subject_type=subject_type).in_language(get_language() or "").with_history()
