"""News items about editions: what happened to a meeting, with the public note and the meeting's present title.

The text of a superseded edition may have been suppressed since, and its title and days with it. So a news item takes
the title from the live edition, and only the item of a withdrawal takes it from the notice.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest

from meetings.clock import BRUSSELS, get_instant
from meetings.database.prepared_query import pad_keys
from meetings.documents.schema import MeetingDocument
from meetings.editions.change_summary import format_changed_members
from meetings.editions.edition_history import EditionChange, build_changes
from meetings.feeds.entries import build_entry_summary, describe_change
from meetings.i18n.languages import get_page_language
from meetings.i18n.page_paths import get_page_path
from meetings.models import EditionDocument, SubjectType
from meetings.reference.configurations import get_configuration_code
from meetings.site.publications import Publication, build_publications, select_live_documents


@dataclass(frozen=True)
class NewsItem:
    """An edition that was published. `meeting` is the live edition of its meeting; None if that is withdrawn."""

    change: EditionChange
    meeting: Publication | None

    @property
    def event_label(self) -> str:
        return describe_change(self.change)

    @cached_property
    def note(self) -> tuple[str, str] | None:
        """The language and the text of the public note."""
        return build_entry_summary(self.change)

    @property
    def parts_changed(self) -> str:
        return format_changed_members(self.change)

    @property
    def configuration_slug(self) -> str:
        """The slug of the configuration, which is also known of a withdrawn meeting."""
        return self.meeting_document.configuration.slug if self.meeting_document else self.change.edition.configuration

    @property
    def configuration_code(self) -> str:
        if self.meeting_document:
            return self.meeting_document.configuration.code
        return get_configuration_code(self.configuration_slug)

    @property
    def meeting_document(self) -> MeetingDocument | None:
        document = self.meeting.document if self.meeting else None
        return document if isinstance(document, MeetingDocument) else None

    @property
    def at_in_brussels(self) -> dt.datetime:
        return self.change.edition.available_from.astimezone(BRUSSELS)

    @property
    def time(self) -> str:
        return f"{self.at_in_brussels:%H:%M}"

    @property
    def path(self) -> str:
        """The path of the meeting's page, or of the notice of its withdrawal."""
        return self.meeting.path if self.meeting else get_page_path(self.change.edition.address, get_page_language())

    @property
    def changes_path(self) -> str:
        """The path of the comparison with the edition before, or of the list of editions if one text is suppressed."""
        number, before = self.change.number, self.change.previous
        if self.change.edition.is_tombstone:
            return ""
        if self.change.is_suppressed or before is None or before.is_suppressed:  # type: ignore[attr-defined]
            return f"{self.path}editions/"
        return f"{self.path}editions/{number - 1}..{number}/"


def build_news(request: HttpRequest, editions: Iterable[object]) -> list[NewsItem]:
    """Return a news item for each edition from `meetings.editions.edition_history.appeared`, in five queries.

    Editions whose documents cannot be decoded are left out.
    """
    changes = [
        change for change in build_changes(editions, get_page_language(), get_instant(request)) if change.can_be_decoded
    ]
    live = find_live_meetings(request, {change.edition.subject_id for change in changes})
    return [
        NewsItem(change, live.get(change.edition.subject_id))
        for change in changes
        if change.edition.is_tombstone or change.edition.subject_id in live
    ]


def find_live_meetings(request: HttpRequest, meeting_ids: set[UUID]) -> dict[UUID, Publication]:
    """Return the live publications of these meetings, by the id of the meeting."""
    live = select_live_documents(request, SubjectType.MEETING, select_by_subject, *pad_keys(meeting_ids))
    shown = build_publications(live)
    return {meeting.document.id: meeting for meeting in shown if isinstance(meeting.document, MeetingDocument)}


def select_by_subject(live: QuerySet[EditionDocument], *meeting_ids: Any) -> QuerySet[EditionDocument]:
    return live.filter(edition__subject_id__in=meeting_ids)
