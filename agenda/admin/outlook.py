"""What somebody sees before a step: a text, what it changes, what stands in its way."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agenda.admin.screens import anchor_of, public_path
from agenda.checking import topics_left_out, warnings_in
from agenda.comparing import Change, compare
from agenda.desk.ways import way_to
from agenda.drafts import (
    Subject,
    SubjectDocument,
    digest_of_draft,
    documents_of,
    hindrances,
    translations_of,
    type_of,
)
from agenda.publishing import Refused, in_brussels
from agenda.publishing.awaiting import awaited
from agenda.publishing.reviewing import texts_of
from agenda.publishing.stored import is_changed, live_digests
from agenda.reviews import (
    Review,
    ReviewState,
    approved_revision,
    said_now,
    stored_documents,
    submitted,
    unreleased,
)
from agenda.translating import segments
from meetings.documents.shape import MeetingDocument
from meetings.indexing import links_of, walk
from meetings.models import Edition, Meeting
from meetings.templatetags.publishing import date_range
from meetings.vocabulary import Language, OtherLanguages


@dataclass(frozen=True)
class Difference:
    """What a document in a language says other than an earlier one; `changes` is None where that was not there."""

    language: Language
    changes: list[Change] | None

    @property
    def is_none(self) -> bool:
        return self.changes == []


def differences(before: Iterable[SubjectDocument], after: Iterable[SubjectDocument]) -> list[Difference]:
    """A language for each document after, in that order."""
    old = {document.language: document for document in before}
    return [Difference(one.language, compare(old[one.language], one) if one.language in old else None) for one in after]


@dataclass(frozen=True)
class Standing:
    """An edition that a text is held against."""

    edition: Edition
    differences: list[Difference]

    @property
    def is_same(self) -> bool:
        return all(one.is_none for one in self.differences)

    @property
    def time(self) -> str:
        return in_brussels(self.edition.available_from)

    @property
    def path(self) -> str:
        return public_path(self.edition.address)


@dataclass(frozen=True)
class Outlook:
    """A text that would go out or be submitted: its documents, the source's first, and what is known of them.

    `digests` are theirs, so that nothing else goes out than what is shown. `number` counts the visible editions.
    `takes_note`: what readers know in some language changes or goes.
    """

    subject: Subject
    number: int
    documents: Sequence[SubjectDocument] = ()
    digests: Sequence[str] = ()
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    live: Standing | None = None
    pending: Standing | None = None
    takes_note: bool = False

    @classmethod
    def of(
        cls,
        subject: Subject,
        now: dt.datetime,
        documents: Sequence[SubjectDocument],
        digests: Sequence[str] = (),
        more_warnings: Iterable[str] = (),
    ) -> Self:
        """`digests` are those of stored documents; without them, those that these would be stored under."""
        editions = Edition.objects.of(type_of(subject), subject.pk)

        def against(edition: Edition | None) -> Standing | None:
            if edition is None or edition.is_tombstone:
                return None
            return Standing(edition, differences(documents_of(edition), documents))

        digests = digests or [digest_of_draft(document) for document in documents]
        texts: dict[str, str] = {document.language: digest for document, digest in zip(documents, digests, strict=True)}
        return cls(
            subject,
            editions.visible(now).count(),
            documents,
            digests,
            hindrances(documents[0], now),
            [*warnings_in(documents[0], now), *more_warnings],
            against(editions.live(now).first()),
            against(editions.pending(now).last()),
            is_changed(live_digests(subject.pk, now), texts),
        )

    @property
    def anchor(self) -> str:
        return anchor_of(self.subject)

    @property
    def is_first(self) -> bool:
        return self.number == 0

    @property
    def is_same(self) -> bool:
        """Readers see just that."""
        return bool(self.live and self.live.is_same)

    @property
    def may_go_out(self) -> bool:
        return bool(self.documents) and not self.errors and not self.is_same

    @property
    def languages(self) -> list[Language]:
        return [document.language for document in self.documents]

    @property
    def preview(self) -> str:
        return way_to(self.subject, "preview")

    @property
    def summary(self) -> list[tuple[str, Any]]:
        """What a first edition says, at a glance."""
        return summary_of(self.documents[0]) if self.documents else []


def outlooks_of_drafts(
    subjects: Sequence[Subject],
    now: dt.datetime,
    *,
    languages: Collection[str] | None = None,
) -> list[Outlook]:
    """The working copies as last saved, which name each other as they will when they go together.

    `languages` is as for `submit`.
    """
    keys = {subject.pk for subject in subjects}
    try:
        texts: Mapping[UUID, Sequence[SubjectDocument]] = {
            one.pk: found for one, found in texts_of(subjects, now, languages)
        }
    except Refused as error:
        return [Outlook(subject, 0, errors=[str(error)]) for subject in subjects[:1]]
    return [
        Outlook.of(subject, now, texts[subject.pk], more_warnings=left_out(subject, now, keys)) for subject in subjects
    ]


def left_out(subject: Subject, now: dt.datetime, together: Collection[UUID]) -> list[str]:
    return topics_left_out(subject, now, together) if isinstance(subject, Meeting) else []


def approved_for(subject: Subject) -> Review | None:
    """What can be released: an approved text that is not out yet; what is out only where nothing else is in hand."""
    if review := unreleased(subject):
        return review
    review = approved_revision(subject)
    if review is None or not review.is_whole or submitted(subject).first() != review.revision:
        return None
    return review


@dataclass(frozen=True)
class Gap:
    """A language in which so many texts stand in the source's words; `lost`: so many that readers have in it now."""

    language: Language
    number: int
    lost: int


def gaps_in(documents: Sequence[SubjectDocument], live: Collection[str]) -> list[Gap]:
    """`live` are the digests of what readers have now."""
    known = {document.language: document for document in stored_documents([*live])}
    found = []
    for document in documents:
        before = known.get(document.language)
        had = {one.path for one in segments(before)} - {*before.fallbacks} if before else set()
        if document.fallbacks:
            found.append(Gap(document.language, len(document.fallbacks), len(had & {*document.fallbacks})))
    return found


@dataclass(frozen=True)
class Approved:
    """What is approved of a meeting or topic, if anything is; `left_out` are languages that are not.

    `corrects`: readers have an edition. `is_live`: it is what the working copy says, so that nothing is to be released.
    `submitted`: what was submitted last, where nothing is approved.
    """

    subject: Subject
    outlook: Outlook | None
    left_out: list[Language] = field(default_factory=list)
    is_current: bool = True
    corrects: bool = False
    is_live: bool = False
    submitted: Review | None = None
    page: str = ""
    """Where it can be read as the page that it will be."""
    awaited: list[Language] = field(default_factory=list)
    """The languages that it waits for, by the meeting's rule."""
    gaps: list[Gap] = field(default_factory=list)
    not_submitted: list[Language] = field(default_factory=list)
    """Those in which something is translated, and nothing was ever submitted with this text."""

    @classmethod
    def of(cls, subject: Subject, now: dt.datetime) -> Self:
        review = approved_for(subject)
        live = live_digests(subject.pk, now)
        if review is None:
            last = Review.last(subject)
            is_live = said_now(subject).get(subject.source_language) == live.get(subject.source_language, "")
            return cls(subject, None, corrects=bool(live), is_live=is_live, submitted=last)
        documents, digests = review.approved_texts()
        approved = [document.language for document in documents]
        begun = {*translations_of(subject)} - {*approved, *(one.language for one in review.languages)}
        return cls(
            subject,
            Outlook.of(subject, now, documents, digests),
            [one.language for one in review.languages if one.language not in approved],
            review.is_whole,
            bool(live),
            page=way_to(subject, "revision", review.revision.pk),
            awaited=awaited(subject, approved, now),
            gaps=gaps_in(documents, live.values()),
            not_submitted=[one for one in Language if one in begun],
        )

    @property
    def is_missing(self) -> bool:
        """Something has to be approved before it goes out."""
        return bool(self.awaited) or (self.outlook is None and not self.is_live)

    @property
    def awaited_labels(self) -> str:
        return ", ".join(language.label for language in self.awaited)

    @property
    def follows(self) -> bool:
        """The languages that are left out follow by themselves."""
        return not isinstance(self.subject, Meeting) or self.subject.other_languages == OtherLanguages.FOLLOW

    @property
    def languages_way(self) -> str:
        return way_to(self.subject, "languages")

    @property
    def state(self) -> str:
        """Of the source text, as the working copy has it now."""
        return self.submitted.source.state if self.submitted else ReviewState.DRAFT

    @property
    def anchor(self) -> str:
        return anchor_of(self.subject)

    @property
    def review(self) -> str:
        return way_to(self.subject, "review")

    @property
    def submit(self) -> str:
        return way_to(self.subject, "submit")


def summary_of(document: SubjectDocument) -> list[tuple[str, Any]]:
    links = len(list(links_of(document)))
    if not isinstance(document, MeetingDocument):
        return [(_("Title"), document.title), (_("Links"), links)]
    place = ", ".join(filter(None, (document.place.city, document.place.venue)))
    return [
        (_("Title"), document.title),
        (_("Configuration"), document.configuration.name),
        (_("Status"), capfirst(document.status.label)),
        (_("Dates"), date_range(document.start_date, document.end_date) or _("none yet")),
        (_("Place"), place or _("none given")),
        (_("Chairs"), ", ".join(chair.name for chair in document.chairs) or _("none")),
        (_("Agenda items"), len(list(walk(document.agenda)))),
        (_("Programme points"), len(document.programme)),
        (_("Links"), links),
    ]
