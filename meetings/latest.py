"""What was published last, told to readers: each edition with its note, by the meeting as it is called now.

The text of a past edition may have been taken out since, and with it what it said of title and day. So a meeting is
named by what is live; only a withdrawal has a notice of its own to be named by.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.http import HttpRequest

from meetings.answers import html_path
from meetings.changes import Change, changes_of
from meetings.clock import BRUSSELS, instant_of
from meetings.documents.shape import MeetingDocument
from meetings.feeds.entries import summary, what_happened
from meetings.languages import page_language
from meetings.models import EditionDocument, SubjectType
from meetings.pages import publications
from meetings.parts_changed import parts_changed
from meetings.publications import Publication
from meetings.reference.configurations import CONFIGURATIONS
from meetings.travel import open_texts


@dataclass(frozen=True)
class News:
    """An edition that appeared. `meeting` is its meeting as it is now; None of one that is withdrawn."""

    change: Change
    meeting: Publication | None

    @property
    def what(self) -> str:
        return what_happened(self.change)

    @property
    def is_withdrawal(self) -> bool:
        return self.change.edition.is_tombstone

    @cached_property
    def note(self) -> tuple[str, str] | None:
        """Language and words."""
        return summary(self.change)

    @property
    def parts_changed(self) -> str:
        return parts_changed(self.change)

    @property
    def body(self) -> str:
        """The slug of who meets, also of a meeting that is withdrawn: its edition is filed under that."""
        return self.meeting_document.configuration.slug if self.meeting_document else self.change.edition.configuration

    @property
    def code(self) -> str:
        """Likewise as people write it."""
        return self.meeting_document.configuration.code if self.meeting_document else code_of(self.body)

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
        """The meeting's page, or the notice of its withdrawal."""
        return self.meeting.path if self.meeting else html_path(self.change.edition.address, page_language())

    @property
    def changes_path(self) -> str:
        """The page that shows what changed, where both texts may be read; else that of all editions."""
        number, before = self.change.number, self.change.before
        if self.is_withdrawal:
            return ""
        if self.change.is_suppressed or before is None or before.is_suppressed:  # type: ignore[attr-defined]
            return f"{self.path}editions/"
        return f"{self.path}editions/{number - 1}..{number}/"


def news(request: HttpRequest, editions: Iterable[object]) -> list[News]:
    """Of editions as `meetings.changes.appeared` gives them; in five queries. What cannot be read is left out."""
    changes = [change for change in changes_of(editions, page_language()) if change.is_legible]
    live = live_of(request, {change.edition.subject_id for change in changes})
    return [
        News(change, live.get(change.edition.subject_id))
        for change in changes
        if change.edition.is_tombstone or change.edition.subject_id in live
    ]


def code_of(slug: str) -> str:
    """Of a configuration of the Council; what meets besides is called by its code in its address."""
    return next((facts.code for facts in CONFIGURATIONS if facts.slug == slug), slug.upper())


def live_of(request: HttpRequest, meetings: set[UUID]) -> dict[UUID, Publication]:
    found = open_texts(request, EditionDocument.objects.live(instant_of(request))).filter(
        edition__subject_type=SubjectType.MEETING, edition__subject_id__in=meetings
    )
    shown = publications(found.in_language(page_language()).with_history())
    return {one.document.id: one for one in shown if isinstance(one.document, MeetingDocument)}
