"""What an officer sees before publishing: what would appear, what it changes, what stands in its way."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Self

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agenda.checking import topics_left_out, warnings_in
from agenda.comparing import Change, compare
from agenda.drafts import Subject, SubjectDocument, digest_of_draft, draft_of, hindrances, source_document, type_of
from meetings.documents.shape import MeetingDocument
from meetings.documents.text import InvalidDocument
from meetings.indexing import links_of, walk
from meetings.models import Edition, Meeting
from meetings.templatetags.publishing import date_range


@dataclass(frozen=True)
class Standing:
    """An edition that the draft is held against, and the changes from it."""

    edition: Edition
    changes: list[Change]
    is_same: bool


@dataclass(frozen=True)
class Outlook:
    """`digest` is of what is shown, so that nothing else is published. `number` counts the visible editions."""

    number: int
    document: SubjectDocument | None = None
    digest: str = ""
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    live: Standing | None = None
    pending: Standing | None = None

    @classmethod
    def of(cls, subject: Subject, now: dt.datetime) -> Self:
        editions = Edition.objects.of(type_of(subject), subject.pk)
        number = editions.visible(now).count()
        try:
            document = draft_of(subject, now)
        except InvalidDocument as error:
            return cls(number, errors=[str(error)])
        digest = digest_of_draft(document)

        def against(edition: Edition | None) -> Standing | None:
            if edition is None or edition.is_tombstone:
                return None
            before = source_document(edition)
            return Standing(edition, compare(before, document), digest_of_draft(before) == digest)

        left_out = topics_left_out(subject, now) if isinstance(subject, Meeting) else []
        return cls(
            number,
            document,
            digest,
            hindrances(document, now),
            [*warnings_in(document, now), *left_out],
            against(editions.live(now).first()),
            against(editions.pending(now).last()),
        )

    @property
    def is_first(self) -> bool:
        return self.number == 0

    @property
    def may_be_published(self) -> bool:
        return not self.errors and not (self.live and self.live.is_same)

    @property
    def summary(self) -> list[tuple[str, Any]]:
        """What a first edition says, at a glance."""
        if self.document is None:
            return []
        links = len(list(links_of(self.document)))
        if not isinstance(self.document, MeetingDocument):
            return [(_("Title"), self.document.title), (_("Links"), links)]
        meeting = self.document
        place = ", ".join(filter(None, (meeting.place.city, meeting.place.venue)))
        return [
            (_("Title"), meeting.title),
            (_("Configuration"), meeting.configuration.name),
            (_("Status"), capfirst(meeting.status.label)),
            (_("Dates"), date_range(meeting.start_date, meeting.end_date) or _("none yet")),
            (_("Place"), place or _("none given")),
            (_("Chairs"), ", ".join(chair.name for chair in meeting.chairs) or _("none")),
            (_("Agenda items"), len(list(walk(meeting.agenda)))),
            (_("Programme points"), len(meeting.programme)),
            (_("Links"), links),
        ]
