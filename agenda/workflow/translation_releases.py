"""The language rule of a meeting, and translations that are published after their source text."""

import datetime as dt
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.models import Release, ReleaseEntry, Verdict
from agenda.workflow.drafts import (
    Subject,
    SubjectDocument,
    SubjectEditions,
    get_subject_type,
)
from agenda.workflow.errors import WorkflowError
from agenda.workflow.planned_releases import find_plan_for_text
from agenda.workflow.planned_texts import is_meant_last
from agenda.workflow.publication import publish_translations
from agenda.workflow.reviews import (
    REASONS_WITHOUT_RELEASE,
    Review,
    find_approved_review,
    get_all_verdicts,
    get_approved_digests,
    get_verdicts_by_pair,
    load_documents_by_digest,
    will_be_approved_review,
)
from agenda.workflow.revisions import record_about_subject
from agenda.workflow.scheduled_releases import join_release
from agenda.workflow.topic_names import collect_references_of, collect_topic_references, find_unknown_names
from agenda.workflow.transactions import lock_subject, wait_until_live
from agenda.workflow.unsaved_editions import find_digests_on_hold, get_edition_digests, merge_languages
from meetings.access import Right, require_right
from meetings.access.audit import Actor
from meetings.documents.choices import Language, OtherLanguages
from meetings.models import Act, Edition, EditionReason, Meeting

BY_HAND = "by hand"
"""The announcement that a person must publish a translation. In the order of texts, it comes after all instants."""
WITH_ORIGINAL = "with the original"
"""The end of an announcement of a translation whose original was not approved then: it waits for that."""
MAX_ATTEMPTS = 5
"""So many times we look again if a colleague publishes something at the same moment."""
TIME_TO_JOIN = dt.timedelta(seconds=5)
"""An edition that appears sooner is not joined: to write it again could take longer."""


def set_language_rule(meeting: Meeting, *, by: Actor, required: Collection[str], others: str) -> None:
    """Set which languages the first edition must have, and what happens to the others (`OtherLanguages`).

    Raise WorkflowError and NotAllowed.
    """
    with transaction.atomic():
        locked = lock_subject(meeting)
        assert isinstance(locked, Meeting)
        require_right(by, Right.PUBLISH, locked)
        if unknown := set(required) - set(Language.values):
            raise WorkflowError(_("“%s” is not an official language of the EU.") % sorted(unknown)[0], field="required")
        required_languages = [
            language for language in Language.values if language in required and language != locked.source_language
        ]
        rule = OtherLanguages(others)
        Meeting.objects.filter(pk=locked.pk).update(required_languages=required_languages, other_languages=rule)
        record_about_subject(by, Act.LANGUAGE_RULE, locked, required=required_languages, others=str(rule))


class Obstacle(Enum):
    """What keeps approved translations from joining an edition by themselves."""

    RESTORED = auto()  # an earlier edition was restored after the last release, and none is scheduled
    NEWER_TEXT = auto()  # another text of the original is approved
    PLANNED = auto()  # a planned release will publish them at its time
    NO_LONGER_PLANNED = auto()  # it was planned for this text, and will publish a newer one
    ON_HOLD = auto()  # so is the release that was planned for this text
    FORCED = auto()  # the scheduled edition goes out without approval
    LANGUAGE_RULE = auto()  # the meeting publishes all languages at the same time
    NEEDS_NOTE = auto()  # it changes what readers have in this language
    HIDDEN_TOPIC = auto()  # it names a topic in a way in which neither readers nor the edition know it


class JoinableEdition:
    """The edition that approved translations of a text join without another release, and what keeps them from it.

    It is the scheduled edition, which they join at its instant, or else the live one: then they become an edition of
    their own at once. `edition` is None if there is none, or if it has another original than this review. `release` is
    that of a scheduled edition. `digests` are those of the edition, by language.
    """

    def __init__(self, subject: Subject, review: Review, now: dt.datetime) -> None:
        self.review, self.now = review, now
        self.source, self.original = review.source.language, review.source.digest
        editions = SubjectEditions(subject, now)
        self.edition, self.digests = self.find_edition(editions)
        self.scheduled = self.edition if self.edition in editions.pending else None
        self.release = find_joinable_release(self.scheduled) if self.scheduled else None
        self.obstacle = self.find_obstacle(subject, review, self.edition) if self.edition else None
        self.on_hold = find_digests_on_hold(subject.pk) if self.edition else set()
        self.with_hidden_topic = set[str]()

    def check_topics(self, documents: Mapping[str, SubjectDocument]) -> None:
        """Remember which of these translations name a topic as neither readers nor the edition do by then.

        They are given by their digests.
        """
        references = {digest: collect_topic_references(document) for digest, document in documents.items()}
        if self.edition is None or not any(references.values()):
            return
        at = self.scheduled.available_from if self.scheduled else self.now
        unknown = find_unknown_names([*documents.values()], at)
        unknown -= collect_references_of([self.edition]) if unknown else set()
        self.with_hidden_topic = {digest for digest, names in references.items() if names & unknown}

    def find_edition(self, editions: SubjectEditions) -> tuple[Edition | None, Mapping[str, str]]:
        """Return the first scheduled edition of this original, or else the live one, with its digests."""
        for edition in [*editions.pending, *filter(None, [editions.live])]:
            digests = get_edition_digests(edition)
            if digests.get(self.source) == self.original:
                return edition, digests
        return None, {}

    def find_obstacle(self, subject: Subject, review: Review, edition: Edition) -> Obstacle | None:
        """Return what keeps translations of this original back, as if it were approved, or None."""
        if not self.scheduled and was_rolled_back(subject, self.now):
            return Obstacle.RESTORED
        if not will_be_approved_review(subject, review):
            return Obstacle.NEWER_TEXT
        if plan := find_plan_for_text(subject, review, since=find_decision(edition, self.now)):
            if plan.state == Release.State.ON_HOLD:
                return Obstacle.ON_HOLD
            self.plan = plan
            return Obstacle.PLANNED if is_meant_last(plan, subject, review) else Obstacle.NO_LONGER_PLANNED
        if self.scheduled:
            return None if self.release else Obstacle.FORCED
        waits = isinstance(subject, Meeting) and subject.other_languages == OtherLanguages.WAIT
        return Obstacle.LANGUAGE_RULE if waits else None

    def find_joining(self, texts: Mapping[str, str]) -> list[Language]:
        """Return the languages that join the edition if these texts are approved: digests by language, source first."""
        if self.edition is None or self.obstacle or not texts:
            return []
        joining = {
            language: digest
            for language, digest in texts.items()
            if language == self.source or digest not in self.on_hold | self.with_hidden_topic
        }
        merged = merge_languages(self.digests, joining)
        return [Language(language) for language, digest in merged.items() if self.digests.get(language) != digest]

    def has(self, language: str, digest: str) -> bool:
        return self.edition is not None and self.digests.get(language) == digest

    def find_obstacle_to(self, language: str, digest: str) -> Obstacle | None:
        """Return what keeps this translation, which the edition does not have, from joining it once it is approved."""
        if self.obstacle or digest in self.on_hold:
            return self.obstacle or Obstacle.ON_HOLD
        if digest in self.with_hidden_topic:
            return Obstacle.HIDDEN_TOPIC
        joining = self.find_joining({self.source: self.original, language: digest})
        return None if joining else Obstacle.NEEDS_NOTE

    def announce(self, language: str, digest: str) -> str:
        """Return when this translation will be published if it is approved now: an instant in UTC, or `BY_HAND`.

        With the instant comes the key of the release that it joins, if there is one, and `WITH_ORIGINAL`.

        Empty if there is nothing to say, because there is no edition, or it has the translation. The page of the review
        carries this to the approval (see `release_translations`).
        """
        if self.edition is None or self.has(language, digest):
            return ""
        return add_condition(self.format_time(self.find_obstacle_to(language, digest)), self.review)

    def announce_original(self) -> str:
        """Return when the approval of the original publishes translations, as `announce` does."""
        return self.format_time(self.obstacle) if self.edition else ""

    def format_time(self, obstacle: Obstacle | None) -> str:
        """Return the announcement of what joins this edition, if this keeps it back."""
        if obstacle and obstacle != Obstacle.PLANNED:
            return BY_HAND
        if obstacle:
            return announce_time(self.plan.at, self.plan)
        return announce_time(self.scheduled.available_from if self.scheduled else self.now, self.release)


def announce_time(at: dt.datetime, release: Release | None) -> str:
    """Return the announcement that something is published at an instant, with this release (`JoinableEdition`)."""
    return f"{at.astimezone(dt.UTC).isoformat(timespec='seconds')} {release.pk if release else ''}".strip()


def add_condition(announcement: str, review: Review) -> str:
    """Add `WITH_ORIGINAL` to the announcement of a translation if the original is not approved."""
    return announcement if review.source.is_approved or announcement == BY_HAND else f"{announcement} {WITH_ORIGINAL}"


@dataclass(frozen=True)
class ReleasedTranslations:
    """The edition that approved translations joined. If `is_live`, readers see them within a second."""

    edition: Edition
    is_live: bool


def release_translations(
    subject: Subject,
    *,
    by: Actor,
    approved: Collection[Verdict],
    announced: Mapping[str, str] | None = None,
    attempts: int = MAX_ATTEMPTS,
) -> ReleasedTranslations | None:
    """Publish what was approved just now, if its original is already released, without another release.

    `approved` are the verdicts. What colleagues approve until it is published goes with it; with the original, all
    approved translations do. What was approved before stays: somebody may have scheduled it for later, or cancelled
    that. `announced` is what the page said about the translations, by language (`JoinableEdition.announce`): nothing is
    published if one of them would be published earlier, or not at all. If somebody publishes something meanwhile, we
    look again, so many times as `attempts`.

    They join the scheduled edition, if there is one, at its instant. If the same source text is live, they become an
    edition of their own at once, provided that the meeting's rule does not make all languages wait. An edition that is
    about to appear is waited for, such as that of another language which was just added: so call this without locks.

    Return None if there is no such edition, if there is nothing new, or if something keeps it back (`Obstacle`). If a
    colleague has published it, return their edition. We check no right: the release and the language rule allow it.
    Raise WorkflowError.
    """
    announced = announced or {}
    review, now = find_approved_review(subject), timezone.now()
    if about_to_appear := find_edition_about_to_appear(subject, now):
        wait_until_live(about_to_appear)
        now = max(timezone.now(), about_to_appear.available_from)
    joinable = JoinableEdition(subject, review, now) if review else None
    texts = select_texts_approved_now(review, approved) if review else {}
    if joinable and joinable.edition and texts:
        joinable.check_topics(load_documents_by_digest([*texts.values()][1:]))
    joining = joinable.find_joining(texts) if joinable else []
    own = [verdict for verdict in approved if announced.get(verdict.language)]
    if not all(is_as_announced(joinable, verdict, announced[verdict.language], joining) for verdict in own):
        raise build_changed_error()
    if joinable is None or joinable.edition is None:
        return None
    is_live = joinable.scheduled is None
    if not joining:
        translated = [verdict for verdict in own if verdict.document_id != joinable.original]
        is_published = any(joinable.has(verdict.language, verdict.document_id) for verdict in translated)
        return ReleasedTranslations(joinable.edition, is_live) if is_published else None
    translations = [texts[language] for language in joining]
    try:
        if joinable.release is None:
            refuse = partial(refuse_kept_back, subject, joinable.review)
            [edition] = publish_translations(subject, translations, by=by, refuse=refuse)
        else:
            joined = join_release(joinable.release, subject, translations, by=by)
            edition = next(edition for edition in joined if edition.subject_id == subject.pk)
    except WorkflowError:  # perhaps somebody has just added these languages, or others
        if not attempts:
            raise
        tried = {verdict.language: joinable.announce(verdict.language, verdict.document_id) for verdict in approved}
        announced = {**tried, **announced}
        again = release_translations(subject, by=by, approved=approved, announced=announced, attempts=attempts - 1)
        if again is None:
            raise
        return again
    return ReleasedTranslations(edition, is_live)


def refuse_kept_back(subject: Subject, review: Review, now: dt.datetime) -> None:
    """Raise WorkflowError if somebody has planned, put on hold or scheduled something since we looked."""
    joinable = JoinableEdition(subject, review, now)
    if joinable.obstacle or joinable.scheduled:
        raise build_changed_error()


def build_changed_error() -> WorkflowError:
    message = _(
        "What is scheduled or published has changed since you opened the page. Somebody with the right to publish can "
        "publish it."
    )
    return WorkflowError(message)


def is_as_announced(
    joinable: JoinableEdition | None, verdict: Verdict, announcement: str, joining: Collection[str]
) -> bool:
    """Return whether an approved translation is published as its page has announced: not earlier, and not left out.

    It may be earlier if the release that the page named is. `joining` are the languages that are published now.
    """
    language, digest = verdict.language, verdict.document_id
    if joinable is None or joinable.original != verdict.source_id:
        waits = announcement.endswith(WITH_ORIGINAL) and not is_original_approved(verdict)
        return announcement == BY_HAND or waits
    is_original = digest == joinable.original
    current = joinable.format_time(joinable.obstacle) if is_original else joinable.announce(language, digest)
    time, _space, more = announcement.partition(" ")
    if is_in_force(more.partition(" ")[0], verdict.revision.subject_id):
        return True
    if joining if is_original else language in joining:
        return current >= time
    if is_original:
        return announcement == BY_HAND or current != BY_HAND
    return announcement == BY_HAND or joinable.has(language, digest) or current not in ("", BY_HAND)


def is_in_force(release: str, subject_id: UUID) -> bool:
    """Return whether the release with this key is planned, scheduled or public, perhaps earlier than it was to be."""
    with suppress(ValueError):  # the browser has sent it
        states = (Release.State.PLANNED, Release.State.SCHEDULED)
        entries = ReleaseEntry.objects.filter(release=UUID(release), subject_id=subject_id)
        return entries.filter(release__state__in=states).exists()
    return False


def is_original_approved(verdict: Verdict) -> bool:
    """Return whether the original of a translation is approved."""
    pair = verdict.revision.source_language, verdict.source_id
    last = get_verdicts_by_pair(verdict.revision, [pair]).get(pair)
    return last is not None and last.approved


def select_texts_approved_now(review: Review, approved: Collection[Verdict]) -> dict[str, str]:
    """Return the digests of the approved texts that these verdicts, and later ones, are about, by language.

    The source is the first.
    """
    texts, original = get_approved_digests(review.revision), review.source
    own = [verdict for verdict in approved if verdict.source_id == original.digest]
    if not own or original.digest in {verdict.document_id for verdict in own}:
        return texts if own else {}
    verdicts = get_all_verdicts(review.revision.subject_type, review.revision.subject_id).filter(carried_from=None)
    since = verdicts.filter(source=own[0].source, at__gte=min(verdict.at for verdict in own))
    digests = {original.digest, *since.values_list("document__digest", flat=True)}
    return {language: digest for language, digest in texts.items() if digest in digests}


def find_edition_about_to_appear(subject: Subject, now: dt.datetime) -> Edition | None:
    editions = Edition.objects.for_subject(get_subject_type(subject), subject.pk).pending(now)
    return editions.filter(available_from__lte=now + TIME_TO_JOIN).order_by("available_from").last()


def was_rolled_back(subject: Subject, now: dt.datetime) -> bool:
    """Return True if an earlier edition was restored after the last release.

    Then approved translations must not be published by themselves.
    """
    editions = Edition.objects.for_subject(get_subject_type(subject), subject.pk).visible(now)
    released = editions.exclude(reason__in=REASONS_WITHOUT_RELEASE).order_by("available_from").last()
    return (
        released is not None
        and editions.filter(reason=EditionReason.RESTORATION, available_from__gt=released.available_from).exists()
    )


def find_decision(edition: Edition, now: dt.datetime) -> dt.datetime:
    """Return when somebody decided to publish the text of this edition, which is live or scheduled.

    Same-day changes decide nothing about it.
    """
    shown = Edition.objects.for_subject(edition.subject_type, edition.subject_id).visible(now).values("pk")
    entries = ReleaseEntry.objects.filter(Q(edition_id=edition.pk) | Q(edition_id__in=shown))
    last = entries.order_by("-release__created_at").select_related("release").first()
    return last.release.created_at if last else edition.available_from


def find_joinable_release(edition: Edition) -> Release | None:
    """Return the scheduled release of `edition`, or None if it goes out without approval.

    Somebody took responsibility for exactly the text that is forced.
    """
    entries = ReleaseEntry.objects.filter(edition_id=edition.pk, forced_reason="")
    return Release.objects.filter(state=Release.State.SCHEDULED, entries__in=entries).first()
