"""Describe the publication status of a meeting or topic by language, and find its next step."""

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property

from django.utils.translation import gettext as _

from agenda.models import AuthorApproval, RevisionReason
from agenda.workflow.approval_rights import ApprovalRequests, explain_who_can_approve, find_first_approval
from agenda.workflow.authors import find_authors
from agenda.workflow.drafts import Subject, SubjectEditions
from agenda.workflow.reviews import LanguageReview, Review, ReviewState, find_first_approvals, get_current_digests
from agenda.workflow.scheduled_releases import find_open_release
from agenda.workflow.states import WorkflowState, format_short_time, format_to_the_minute
from agenda.workflow.translation_submission import find_languages_that_follow
from agenda.workflow.unsaved_editions import get_edition_digests
from meetings.access import Right, describe_administrators, find_people_to_ask, format_user_names, has_right
from meetings.clock import BRUSSELS
from meetings.documents.choices import Language
from meetings.models import User


class PublicationProgress:
    """The publication status of a row that was annotated by `agenda.workflow.states`.

    `saved`, `live` and `pending` map languages to digests.
    """

    def __init__(self, subject: Subject) -> None:
        self.subject, self.state = subject, WorkflowState(subject)
        now = self.state.as_of
        self.saved = get_current_digests(subject)
        self.review = Review.latest(subject)
        editions = SubjectEditions(subject, now)
        self.live_edition = editions.live
        self.live = get_edition_digests(self.live_edition) if self.live_edition else {}
        self.pending_edition = editions.pending[0] if editions.pending else None
        self.pending = get_edition_digests(self.pending_edition) if self.pending_edition else {}
        self.release = find_open_release(subject, now)

    @property
    def omits_latest_change(self) -> bool:
        """True if the scheduled edition will be published without the latest saved change."""
        return bool(self.pending) and self.state.is_changed

    @property
    def publication_time(self) -> str:
        """When the scheduled edition will be published: “at 18:00” if it is today, else with the date."""
        if self.pending_edition is None:
            return ""
        local, now = self.pending_edition.available_from.astimezone(BRUSSELS), self.state.as_of
        if local.date() != now.astimezone(BRUSSELS).date():
            return _("on %s") % format_short_time(local, now)
        return _("at %s") % f"{local:%H:%M:%S}".removesuffix(":00")

    def list_languages(self) -> list[tuple[Language, list[str]]]:
        source = self.subject.source_language
        reviews = {review.language: review for review in self.review.languages} if self.review else {}
        codes = dict.fromkeys([source, *sorted({*self.saved, *reviews, *self.live, *self.pending})])
        return [(Language(code), list(self.list_statuses(code, reviews.get(Language(code))))) for code in codes]

    def list_statuses(self, language: str, review: LanguageReview | None) -> Iterator[str]:
        digest, n = self.saved.get(language, self.subject.digest), self.state.number
        is_live, is_pending = self.is_in(self.live, language, digest), self.is_in(self.pending, language, digest)
        if self.state.is_withdrawn:
            yield _("Withdrawn")
        if is_live:
            yield _("Live, edition %d") % n
        elif language in self.live:
            yield _("Changed since edition %d") % n
        if language in self.pending:
            when = (
                format_short_time(self.pending_edition.available_from, self.state.as_of) if self.pending_edition else ""
            )
            yield (_("Scheduled for %s") if is_pending else _("Another text is scheduled for %s")) % when
        is_decided = review is not None and (review.is_approved or (review.is_current and not review.has_ended))
        is_waiting = review in self.waiting_languages
        is_public = is_live and review is not None and review.is_current and not self.was_forced
        if review and (is_decided or is_waiting) and not is_public:
            yield from self.describe_review(review)
            if is_waiting and not review.is_current and not self.was_forced:
                yield _("Draft changed since")
        elif not (is_live or is_pending):
            yield _("Draft")

    def is_in(self, edition: Mapping[str, str], language: str, digest: str) -> bool:
        """Return whether an edition has the document, and if it is a translation, for the same original."""
        source = self.subject.source_language
        saved = digest if language == source else self.saved.get(source)
        return edition.get(language) == digest and edition.get(source) == saved

    @property
    def was_forced(self) -> bool:
        return self.review is not None and self.review.revision.why == RevisionReason.FORCED

    def describe_review(self, review: LanguageReview) -> Iterator[str]:
        assert self.review is not None
        revision, verdict = self.review.revision, review.verdict
        if verdict is None and not self.was_forced:
            revision = self.review.get_submission(review)
        if verdict and verdict.approved:
            template = _("Approved by %(who)s, %(when)s")
            if not review.is_current:
                template = _("Changed since approval (%(who)s, %(when)s)")
            yield template % {"who": verdict.by_name, "when": format_to_the_minute(verdict.at, self.state.as_of)}
            return
        if self.was_forced:
            yield _("Published without approval by %(who)s: “%(why)s”") % {
                "who": revision.by_name,
                "why": revision.remark,
            }
        if verdict:
            yield _("Sent back by %(who)s: “%(remark)s”") % {"who": verdict.by_name, "remark": verdict.remark}
        elif not self.was_forced:
            facts = {"when": format_to_the_minute(revision.at, self.state.as_of), "who": revision.by_name}
            yield _("In review since %(when)s, submitted by %(who)s") % facts
            if first := self.find_first_approval(review):
                yield _("Approved by %s as the first of two authors") % first.by_name

    @property
    def is_approved(self) -> bool:
        """True if the text of the working copy is approved, and neither public nor scheduled."""
        return self.state.review == ReviewState.APPROVED and self.state.has_unreleased

    @property
    def is_taken_back(self) -> bool:
        """True if the draft still has the text that readers had before an earlier edition was restored."""
        source = self.review.source if self.review else None
        return bool(source and source.is_current and source.has_ended and self.state.is_changed)

    def get_next_step(self, user: User) -> str:
        """Return the name of the screen of the user's next step; empty if it is not the user's turn."""
        subject, state = self.subject, self.state
        if self.list_open_languages(user):
            return "review"
        if state.has_unreleased and not self.release and has_right(user, Right.PUBLISH, subject):
            return "release"
        return "submit" if state.may_be_submitted and has_right(user, Right.SUBMIT, subject) else ""

    @property
    def is_in_review(self) -> bool:
        """True if the source text of the last submission waits for approval; perhaps it was published without one."""
        if self.review is None or not self.review.source.is_waiting:
            return False
        return self.state.submission_waits or (self.was_forced and self.state.is_unapproved)

    @cached_property
    def waiting_languages(self) -> list[LanguageReview]:
        """The languages that are waiting for approval, if the source text is in review, approved or released.

        Translations that are approved with the source text wait for nobody.
        """
        if self.review is None or not (self.is_in_review or self.review.is_approved):
            return []
        waiting = [review for review in self.review.languages if review.is_waiting]
        if self.review.source not in waiting:
            return waiting
        follows = find_languages_that_follow(self.review)
        return [review for review in waiting if review.language not in follows]

    @cached_property
    def first_approvals(self) -> Mapping[str, Collection[AuthorApproval]]:
        has_waiting = self.review and any(review is not self.review.source for review in self.waiting_languages)
        return find_first_approvals(self.review) if self.review and has_waiting else {}

    def find_first_approval(self, review: LanguageReview) -> AuthorApproval | None:
        approvals = self.first_approvals.get(review.digest, ())
        authors = self.authors.get(review.language, set())  # a language that follows the original waits for nobody
        return find_first_approval(self.subject, review.language, authors, approvals)

    @cached_property
    def authors(self) -> dict[str, set[int]]:
        """The authors of the text in each language that is waiting for approval."""
        if self.review is None:
            return {}
        revision = self.review.revision
        found = find_authors((revision, str(review.language)) for review in self.waiting_languages)
        return {language: keys for (_revision, language), keys in found.items()}

    def list_open_languages(self, user: User) -> list[Language]:
        """List the languages that are waiting for this user."""
        requests, source = ApprovalRequests(user), self.review.source.digest if self.review else ""
        return [
            review.language
            for review in self.waiting_languages
            if requests.is_asked(self.subject, review.language, self.authors[review.language], (source, review.digest))
        ]

    def explain_waiting(self, user: User) -> str:
        """Say whose turn it is, if it is not this user's; else return an empty string."""
        subject, state = self.subject, self.state

        if self.waiting_languages and not self.list_open_languages(user):
            return " ".join(self.explain_approval(user))
        if state.has_unreleased and not has_right(user, Right.PUBLISH, subject):
            names = format_user_names(find_people_to_ask(Right.PUBLISH, subject))
            template = _("Approved. These people can publish it: %s.")
            if not state.is_last_approved:
                template = _("An earlier text is approved. These people can publish it: %s.")
            return template % (names or describe_administrators())
        if state.may_be_submitted and not state.review and not has_right(user, Right.SUBMIT, subject):
            names = format_user_names(find_people_to_ask(Right.SUBMIT, subject))
            return _("These people can submit it for approval: %s.") % (names or describe_administrators())
        return ""

    def explain_approval(self, user: User) -> Iterator[str]:
        """Say who can approve each language that is waiting; for the source text also why the user cannot."""
        for review in self.waiting_languages:
            authors, first = self.authors[review.language], self.find_first_approval(review)
            names = explain_who_can_approve(self.subject, review.language, authors, first)
            if review.language != self.subject.source_language:
                yield f"{review.language.label}: {names}"
            elif user.pk in self.authors[review.language] and has_right(user, Right.APPROVE, self.subject):
                yield _("You wrote or submitted this text, so a colleague must approve it. %s") % names
            else:
                yield _("Waiting for approval. %s") % names
