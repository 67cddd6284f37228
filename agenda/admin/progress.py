"""How far a meeting or topic is on its way, in words for each language, and the sensible step from there."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from django.db.models import Q
from django.utils.translation import gettext as _

from agenda.admin.screens import last_resort
from agenda.authorship import authors_of
from agenda.drafts import NO_DOCUMENT, Subject, type_of
from agenda.models import Release, ReleaseEntry, Why
from agenda.publishing.stored import digests_of
from agenda.reviews import LanguageReview, Review, ReviewState
from agenda.revisions import latest
from agenda.states import State, shortly, to_the_minute
from meetings.clock import BRUSSELS
from meetings.models import Edition, User
from meetings.rights import Right, may, names_of, who_may
from meetings.vocabulary import Language


@dataclass(frozen=True)
class Progress:
    """What is known of a row with states (`agenda.states`). `saved`, `live` and `pending` are digests by language."""

    subject: Subject
    state: State
    saved: Mapping[str, str]
    review: Review | None
    live_edition: Edition | None
    live: Mapping[str, str]
    pending_edition: Edition | None
    pending: Mapping[str, str]
    release: Release | None

    @classmethod
    def of(cls, subject: Subject, state: State) -> Self:
        revision = latest(subject) if subject.digest != NO_DOCUMENT else None
        editions = Edition.objects.of(type_of(subject), subject.pk)
        live = editions.live(state.as_of).first() if state.is_live else None
        pending = editions.pending(state.as_of).first() if state.appears_from else None
        return cls(
            subject,
            state,
            {one.language: one.document_id for one in revision.documents.all()} if revision else {},
            Review.last(subject),
            live,
            digests_of(live) if live else {},
            pending,
            digests_of(pending) if pending else {},
            coming_release(subject, state.as_of),
        )

    @property
    def is_without_change(self) -> bool:
        """What is to come goes out without what is saved now."""
        return bool(self.pending) and self.state.is_changed

    @property
    def appears_at(self) -> str:
        """A time of day alone if it is of today: “at 18:00”."""
        if self.pending_edition is None:
            return ""
        local, now = self.pending_edition.available_from.astimezone(BRUSSELS), self.state.as_of
        if local.date() != now.astimezone(BRUSSELS).date():
            return _("on %s") % shortly(local, now)
        return _("at %s") % f"{local:%H:%M:%S}".removesuffix(":00")

    def languages(self) -> list[tuple[Language, list[str]]]:
        source = self.subject.source_language
        reviews = {one.language: one for one in self.review.languages} if self.review else {}
        codes = dict.fromkeys([source, *sorted({*self.saved, *reviews, *self.live, *self.pending})])
        return [(Language(code), list(self.words(code, reviews.get(Language(code))))) for code in codes]

    def words(self, language: str, review: LanguageReview | None) -> Iterator[str]:
        digest, n = self.saved.get(language, self.subject.digest), self.state.number
        is_live, is_pending = digest == self.live.get(language), digest == self.pending.get(language)
        if self.state.is_withdrawn:
            yield _("Withdrawn")
        if is_live:
            yield _("Live, edition %d") % n
        elif language in self.live:
            yield _("Changed since edition %d") % n
        if language in self.pending:
            when = shortly(self.pending_edition.available_from, self.state.as_of) if self.pending_edition else ""
            yield (_("Appears %s") if is_pending else _("Another text appears %s")) % when
        if review and (review.is_current or review.is_approved) and not (is_live and not self.was_forced):
            yield from self.review_words(review)
        elif not (is_live or is_pending):
            yield _("Draft")

    @property
    def was_forced(self) -> bool:
        return self.review is not None and self.review.revision.why == Why.FORCED

    def review_words(self, review: LanguageReview) -> Iterator[str]:
        assert self.review is not None
        revision, verdict = self.review.revision, review.verdict
        if verdict is None and not self.was_forced:
            revision = self.review.submission_of(review)
        if verdict and verdict.approved:
            told = _("Approved by %(who)s, %(when)s")
            if not review.is_current:
                told = _("Changed since it was approved by %(who)s, %(when)s")
            yield told % {"who": verdict.by_name, "when": to_the_minute(verdict.at, self.state.as_of)}
            return
        if self.was_forced:
            yield _("Published without approval by %(who)s: “%(why)s”") % {
                "who": revision.by_name,
                "why": revision.remark,
            }
        if verdict:
            yield _("Sent back by %(who)s: “%(remark)s”") % {"who": verdict.by_name, "remark": verdict.remark}
        elif not self.was_forced:
            facts = {"when": to_the_minute(revision.at, self.state.as_of), "who": revision.by_name}
            yield _("In review since %(when)s, submitted by %(who)s") % facts

    @property
    def is_approved(self) -> bool:
        return self.state.review == ReviewState.APPROVED

    def next_step(self, user: User) -> str:
        """The name of the screen that somebody would open now; empty where it is not theirs to go on."""
        subject, state = self.subject, self.state
        judging = state.review == ReviewState.IN_REVIEW and (self.was_forced or not state.is_released)
        if judging and may(user, Right.APPROVE, subject) and not self.is_own(user):
            return "review"
        if state.is_released or judging:
            return ""
        if self.is_approved:
            return "release" if may(user, Right.PUBLISH, subject) and not self.release else ""
        return "submit" if may(user, Right.SUBMIT, subject) else ""

    def waits_for(self, user: User) -> str:
        """Whose turn it is, where it is not this person's."""
        subject, state = self.subject, self.state
        others = who_may(Right.APPROVE, subject).exclude(pk=user.pk)
        if state.review == ReviewState.IN_REVIEW and (self.was_forced or not state.is_released):
            if may(user, Right.APPROVE, subject) and self.is_own(user):
                told = _("You wrote or submitted this text: somebody else has to approve it. Who may: %s.")
                return told % (names_of(others) or nobody(user))
            if not may(user, Right.APPROVE, subject):
                return _("It waits for approval. Who may approve it: %s.") % (names_of(others) or nobody(user))
        if self.is_approved and not state.is_released and not may(user, Right.PUBLISH, subject):
            publishers = names_of(who_may(Right.PUBLISH, subject))
            return _("It is approved. Who may release it: %s.") % (publishers or nobody(user))
        if not state.is_released and not state.review and not may(user, Right.SUBMIT, subject):
            return _("Who may submit it for approval: %s.") % (names_of(who_may(Right.SUBMIT, subject)) or nobody(user))
        return ""

    def is_own(self, user: User) -> bool:
        """Every language that waits for approval is their own."""
        if self.review is None or user.pk is None:
            return False
        waiting = [one.language for one in self.review.languages if one.verdict is None]
        return all(user.pk in authors_of(self.review.revision, language) for language in waiting)


def nobody(user: User) -> str:
    """In the place of the names of those who have a right, where nobody else has it."""
    return names_of(last_resort().exclude(pk=user.pk)) or _("nobody yet: ask an administrator")


def coming_release(subject: Subject, now: dt.datetime) -> Release | None:
    """The one that is planned, scheduled or held."""
    entries = ReleaseEntry.objects.filter(subject_type=type_of(subject), subject_id=subject.pk)
    states = Release.State
    coming = Q(state__in=(states.PLANNED, states.HELD)) | Q(state=states.SCHEDULED, at__gt=now)
    return Release.objects.filter(coming, entries__in=entries).order_by("at", "id").first()
