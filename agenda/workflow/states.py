"""The workflow state of meetings and topics: in review, approved, scheduled, live, changed, withdrawn."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat, NullIf, Trim
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agenda.models import (
    REVIEWABLE_REASONS,
    BackgroundTopic,
    Release,
    ReleaseEntry,
    Revision,
    RevisionDocument,
    RevisionReason,
    Verdict,
)
from agenda.workflow.drafts import NO_DOCUMENT, Subject, defer_texts
from agenda.workflow.reviews import (
    Review,
    ReviewState,
    annotate_last_verdict,
    get_current_digests,
    select_source_documents,
)
from meetings.clock import BRUSSELS
from meetings.database.prepared_query import fetch_objects, pad_keys
from meetings.models import Act, AuditEntry, Edition, EditionDocument, EditionReason, Meeting, SubjectType, User
from meetings.site import status_labels

IS_RESUBMITTED = Q(submitted__gt=F("released"))
"""The condition that something was submitted since the last release. It costs little, and is false for most rows."""
TEXT_WAITS = IS_RESUBMITTED & (Q(submission_waits=True) | Q(unreleased__isnull=False))
"""The condition that a submission waits for a verdict, or an approved text for publication, whatever the draft says."""
IMMEDIATE_ACTS = (Act.FACTS_CHANGED, Act.WITHDRAWN, Act.ROLLED_BACK)
"""Acts that publish an edition in the next second without a release. The last one before an edition published it."""


def annotate_states(rows: QuerySet[Any], subject_type: SubjectType, now: dt.datetime) -> QuerySet[Any]:
    """Annotate meetings or topics, by subqueries, with what `WorkflowState` and the list filters need.

    `is_changed` means that the working copy as last saved differs from the last edition, live or scheduled, and
    `differs_from_withdrawn` that it differs from the text over which a tombstone stands. Rows that were last saved
    before digests were stored have no digest and count as unchanged.
    """
    editions = Edition.objects.filter(subject_type=subject_type, subject_id=OuterRef("pk")).order_by("-available_from")
    visible = editions.visible(now)
    frozen = EditionDocument.objects.filter(
        edition__subject_type=subject_type, edition__subject_id=OuterRef("pk"), language=F("edition__source_language")
    ).order_by("-edition__available_from")
    rows = rows.annotate(
        edition_number=Coalesce(
            Subquery(visible.order_by().values("subject_id").annotate(n=Count("pk")).values("n")), Value(0)
        ),
        is_withdrawn=Subquery(visible.values("is_tombstone")[:1]),
        appears_from=Subquery(editions.pending(now).order_by("available_from").values("available_from")[:1]),
        last_digest=Coalesce(Subquery(frozen.values("document__digest")[:1]), Value("")),
        last_text=Subquery(frozen.filter(edition__is_tombstone=False).values("document__digest")[:1]),
        last_is_tombstone=Subquery(editions.values("is_tombstone")[:1]),
        as_of=Value(now, output_field=DateTimeField()),
    )
    changed = Q(last_is_tombstone=False) & ~Q(digest="") & ~Q(digest=F("last_digest"))
    differs = Q(last_is_tombstone=True, last_text__isnull=False) & ~Q(digest="") & ~Q(digest=F("last_text"))
    annotated: QuerySet[Any] = rows.annotate(
        is_changed=Case(When(changed, then=Value(True)), default=Value(False)),
        differs_from_withdrawn=Case(When(differs, then=Value(True)), default=Value(False)),
    )
    return annotate_reviews(annotated, subject_type)


def load_states(kind: type[Subject], keys: Iterable[UUID], now: dt.datetime) -> dict[UUID, Any]:
    """Return the meetings or topics with these keys, with their states (`annotate_states`), in one query."""
    rows = fetch_objects(select_meetings if kind is Meeting else select_topics, now, *pad_keys(keys))
    return {row.pk: row for row in rows}


def select_meetings(now: dt.datetime, *keys: UUID) -> QuerySet[Any]:
    meetings = Meeting.objects.filter(pk__in=keys).select_related("configuration")
    return annotate_states(defer_texts(meetings), SubjectType.MEETING, now)


def select_topics(now: dt.datetime, *keys: UUID) -> QuerySet[Any]:
    return annotate_states(defer_texts(BackgroundTopic.objects.filter(pk__in=keys)), SubjectType.TOPIC, now)


def annotate_reviews(rows: QuerySet[Any], subject_type: SubjectType) -> QuerySet[Any]:
    """Annotate the rows with the review of the source text. Translations do not count.

    `released` is the revision that was released last. `review` is a `ReviewState`, or None if the working copy has
    changed since the last submission, or was withdrawn or taken back since. Two columns do not depend on the working
    copy, whatever was saved since: `submission_waits` means that somebody must still approve the last submission or
    send it back, and `unreleased` is the newest approved submission if it is neither public nor scheduled, or None.
    `planned_at` is the time of a planned release, and `is_held` means that a release is on hold. `is_unapproved` means
    that a text is public without approval, whatever was saved or submitted since.
    """
    of_row = {"subject_type": subject_type, "subject_id": OuterRef("pk")}
    revisions = Revision.objects.filter(**of_row).newest_first()
    submissions = revisions.filter(why__in=REVIEWABLE_REASONS)
    entries = ReleaseEntry.objects.filter(**of_row)
    last_released = entries.filter(edition_id__isnull=False).order_by("-revision_id").values("revision")[:1]
    rows = rows.annotate(
        submitted=Subquery(submissions.values("pk")[:1]),
        submitted_why=Subquery(submissions.values("why")[:1]),
        submitted_at=Subquery(submissions.values("at")[:1]),
        last_saved=Subquery(revisions.values("pk")[:1]),
        released=Coalesce(Subquery(last_released), Value(0), output_field=BigIntegerField()),
    )
    saved_documents = RevisionDocument.objects.filter(
        revision=OuterRef(OuterRef("last_saved")), language=OuterRef("language"), document=OuterRef("document")
    )
    state = Case(
        When(has_ended=True, then=Value(None)),
        When(verdict=None, then=Value(ReviewState.IN_REVIEW)),
        When(verdict=False, then=Value(ReviewState.SENT_BACK)),
        default=Value(ReviewState.APPROVED),
    )
    sources = RevisionDocument.objects.filter(language=F("revision__source_language"))
    of_original = sources.filter(language=OuterRef("source_language"))
    submitted_source = annotate_last_verdict(of_original.filter(revision=OuterRef("submitted"))).annotate(state=state)
    is_public = {"document": OuterRef("last_digest")}
    is_erased = Exists(RevisionDocument.objects.filter(revision=OuterRef("revision"), document__text=""))
    waiting = submitted_source.filter(state=ReviewState.IN_REVIEW).exclude(**is_public).exclude(is_erased)
    newest_approved = (
        annotate_last_verdict(sources.exclude(is_erased))
        .filter(
            verdict=True,
            revision__subject_type=subject_type,
            revision__subject_id=OuterRef(OuterRef("pk")),
            revision__why__in=REVIEWABLE_REASONS,
            revision__gt=OuterRef(OuterRef("released")),
        )
        .order_by("-revision__version", "-revision")
    )
    unreleased = of_original.filter(revision=Subquery(newest_approved.values("revision")[:1])).exclude(**is_public)
    tombstones = Edition.objects.filter(**of_row, is_tombstone=True, available_from__gt=OuterRef("submitted_at"))
    was_withdrawn = Q(submitted_why=RevisionReason.FORCED) & Exists(tombstones)
    annotated: QuerySet[Any] = rows.annotate(
        review=Case(
            When(digest=NO_DOCUMENT, then=Value(None)),
            When(was_withdrawn, then=Value(None)),  # nobody need approve it afterwards
            default=Subquery(submitted_source.filter(Exists(saved_documents)).values("state")),
        ),
        submission_waits=Case(When(IS_RESUBMITTED & ~was_withdrawn, then=Exists(waiting)), default=Value(False)),
        unreleased=Case(When(IS_RESUBMITTED, then=Subquery(unreleased.values("revision")))),
        planned_at=Subquery(entries.filter(release__state=Release.State.PLANNED).values("release__at")[:1]),
        is_held=Exists(entries.filter(release__state=Release.State.ON_HOLD)),
        is_unapproved=Exists(get_unapproved_entries().filter(**of_row)),
    )
    return annotated


def get_unapproved_entries(*, visible_at: dt.datetime | None = None) -> QuerySet[Any]:
    """Return the entries of releases that were published without approval and are not approved since, the oldest first.

    `is_approved` is the last verdict on the text, or None if there is none: neither an approval that had ended when the
    text was published nor a text that had been sent back by then counts. A text that was sent back since is listed
    until another one is published or scheduled in its place; same-day changes and translations leave its words there.
    A text that was erased or withdrawn is listed no longer: what is published again then is approved or listed itself.
    With `visible_at`, it is listed until readers have seen that by then.
    `published` is the revision that was published, of which a same-day change may have made `revision`.
    """
    verdicts = Verdict.objects.filter(
        revision__subject_type=OuterRef("subject_type"),
        revision__subject_id=OuterRef("subject_id"),
        language=OuterRef("revision__source_language"),
        document=OuterRef("digest"),
    ).order_by("-pk")
    counts = Q(approved=True, end=None) | Q(approved=True, end__at__gt=OuterRef("revision__at"))
    counts |= Q(approved=False, revision__gte=OuterRef("revision"))
    last_verdict = verdicts.annotate(counts=Case(When(counts, then=F("approved")))).values("counts")[:1]
    source_documents = select_source_documents()
    of_entry = {"subject_type": OuterRef("subject_type"), "subject_id": OuterRef("subject_id")}
    with_text = Edition.objects.filter(**of_entry, documents__document__digest=OuterRef("digest"))
    later = Edition.objects.filter(**of_entry, available_from__gt=OuterRef("last_shown"))
    if visible_at:
        later = later.filter(available_from__lte=visible_at)
    other_texts = later.exclude(reason__in=(EditionReason.FACTS, EditionReason.TRANSLATION))
    return (
        ReleaseEntry.objects.exclude(forced_reason="")
        .filter(edition_id__isnull=False)
        .annotate(digest=Subquery(source_documents.values("document")[:1]))
        .annotate(last_shown=Subquery(with_text.order_by("-available_from").values("available_from")[:1]))
        .annotate(is_approved=Subquery(last_verdict))
        .annotate(published=Coalesce("revision__copied_from", "revision"))
        .filter(Q(is_approved=None) | Q(is_approved=False) & ~Exists(other_texts))
        .exclude(Exists(later.filter(is_tombstone=True)))
        .exclude(Exists(RevisionDocument.objects.filter(revision=OuterRef("revision"), document__text="")))
        .select_related("release", "revision")
        .order_by("release__at", "pk")
    )


class WorkflowState:
    """The workflow state of a row of `annotate_states`.

    `number` counts the public editions; 0 means that it was never published.
    """

    def __init__(self, row: Any) -> None:
        self.number: int = row.edition_number
        self.is_withdrawn = bool(row.is_withdrawn)
        self.appears_from: dt.datetime | None = row.appears_from
        self.is_changed: bool = row.is_changed
        self.as_of: dt.datetime = row.as_of
        self.review = ReviewState(row.review) if row.review else None
        self.is_unapproved: bool = row.is_unapproved
        self.was_forced = row.submitted_why == RevisionReason.FORCED
        self.differs_from_withdrawn: bool = row.differs_from_withdrawn
        self.planned_at: dt.datetime | None = row.planned_at
        self.is_held: bool = row.is_held
        self.is_submitted = bool(row.submitted)
        self.is_resubmitted = (row.submitted or 0) > row.released
        self.submission_waits = bool(row.submission_waits)
        self.has_unreleased = row.unreleased is not None
        self.is_last_approved = self.has_unreleased and row.unreleased == row.submitted

    @property
    def is_live(self) -> bool:
        return self.number > 0 and not self.is_withdrawn

    @property
    def is_released(self) -> bool:
        """Return True if the text of the working copy is public or scheduled."""
        return bool(self.number or self.appears_from) and not self.is_changed and not self.is_withdrawn

    @property
    def is_unpublished(self) -> bool:
        """Return True if nothing was ever public, and nothing is scheduled."""
        return not self.number and not self.appears_from

    @property
    def is_new(self) -> bool:
        """Return True if it is unpublished and was never submitted."""
        return self.is_unpublished and not self.is_submitted

    @property
    def is_unsubmitted(self) -> bool:
        """Return True if the draft was not submitted, and differs from what is public, scheduled or withdrawn or, if
        nothing is, from what was submitted.
        """
        waits = self.review and (self.review != ReviewState.APPROVED or self.is_resubmitted)
        is_changed = self.differs_from_withdrawn if self.is_withdrawn else self.is_changed
        was_submitted = self.is_unpublished and self.is_submitted  # another text than this one
        return (is_changed or was_submitted) and not waits

    @property
    def may_be_submitted(self) -> bool:
        """Return True if the text of the working copy is neither public or scheduled, nor in review or approved."""
        is_approved = self.review == ReviewState.APPROVED and self.is_resubmitted
        return not (self.is_released or self.review == ReviewState.IN_REVIEW or is_approved)

    @property
    def is_sent_back(self) -> bool:
        """Return True if the text of the working copy was sent back."""
        return self.review == ReviewState.SENT_BACK and not self.is_released

    @property
    def is_waiting_for_release(self) -> bool:
        """Return True if a text is approved, but neither public, scheduled nor on hold."""
        return self.has_unreleased and not (self.planned_at or self.is_held)

    @property
    def is_changed_since(self) -> bool:
        """Return True if the working copy differs from a text that is submitted or approved, or was withdrawn."""
        is_other_text = self.review is None and (self.submission_waits or self.has_unreleased)
        return is_other_text or (self.is_withdrawn and self.is_unsubmitted)

    def get_labels(self) -> list[str]:
        """Return labels such as “Live, edition 2” or “Will be published 25 Nov 10:00”; there may be several."""
        labels = []
        if self.is_withdrawn:
            labels.append(_("Withdrawn"))
        elif self.is_live and (self.appears_from or not self.is_changed):
            labels.append(_("Live, edition %d") % self.number)
        if self.appears_from:
            labels.append(_("Will be published %s") % format_short_time(self.appears_from, self.as_of))
        if self.is_changed:
            labels.append(
                _("Changed since the scheduled edition")
                if self.appears_from
                else _("Changed since edition %d") % self.number
            )
        return [*labels, *self.get_review_labels()] or [_("Draft")]

    def get_review_labels(self) -> list[str]:
        labels = [_("Published without approval")] if self.is_unapproved else []
        if self.has_unreleased:
            labels.append(_("Approved") if self.is_last_approved else _("Earlier text approved"))
        if self.submission_waits and not self.was_forced:
            labels.append(_("In review"))
        if self.is_sent_back:
            labels.append(_("Sent back"))
        if self.is_changed_since:
            labels.append(_("Draft changed since"))
        if self.planned_at:
            labels.append(_("Scheduled for %s, not yet approved") % format_short_time(self.planned_at, self.as_of))
        if self.is_held:
            labels.append(_("On hold"))
        return labels


def format_short_time(instant: dt.datetime, now: dt.datetime) -> str:
    """Format an instant in Brussels time, without the year if it is the current one: “25 Nov 10:00”."""
    local = instant.astimezone(BRUSSELS)
    shown = "j M H:i" if local.year == now.astimezone(BRUSSELS).year else "j M Y H:i"
    return date_format(local, shown + (":s" if local.second else ""))


def format_to_the_minute(instant: dt.datetime, now: dt.datetime) -> str:
    """Format when somebody did something, without seconds: “25 Nov 10:00”."""
    return format_short_time(instant.replace(second=0), now)


def format_release_state(release: Release, now: dt.datetime) -> str:
    """Format the state of a release, for example “Scheduled for 25 Nov 18:00”."""
    template = {
        Release.State.PLANNED: _("Scheduled for %s, not yet approved"),
        Release.State.SCHEDULED: _("Scheduled for %s"),
        Release.State.ON_HOLD: _("On hold; was scheduled for %s"),
        Release.State.CALLED_OFF: _("Cancelled; was scheduled for %s"),
    }[Release.State(release.state)]
    if release.is_out(now):
        template = _("Published %s")
    return template % format_short_time(release.at, now)


def annotate_publishers(editions: QuerySet[Edition]) -> QuerySet[Edition]:
    """Annotate each edition with the name of the person who published it, as `published_by` (or "")."""
    full = NullIf(Trim(Concat("first_name", Value(" "), "last_name", output_field=CharField())), Value(""))
    names = User.objects.filter(pk=OuterRef("actor_id")).annotate(full=full).values("full")
    acts = AuditEntry.objects.filter(
        subject_type=OuterRef("subject_type"),
        subject_id=OuterRef("subject_id"),
        act__in=IMMEDIATE_ACTS,
        at__lte=OuterRef("available_from"),
    )
    last = acts.order_by("-pk").annotate(who=Coalesce(Subquery(names), F("actor"))).values("who")[:1]
    releases = Release.objects.filter(entries__edition_id=OuterRef("pk")).values("by_name")[:1]
    return editions.annotate(published_by=Coalesce(Subquery(releases), Subquery(last), Value("")))


@dataclass(frozen=True)
class TextStatus:
    """The status of a text. `label` is shown over it, and is empty if it is live. `until` is the end of an embargo."""

    label: str = ""
    until: dt.datetime | None = None

    @property
    def publication_date(self) -> str:
        """Return the text to show instead of a date of publication; empty for a text that is or was live."""
        return (
            status_labels.format_appearance(self.until)
            if self.until or self.label == status_labels.get_draft_label()
            else ""
        )

    @classmethod
    def for_text(cls, subject_type: str, subject_id: UUID, digest: str, now: dt.datetime) -> Self:
        """Return the status of the text with this digest, whichever edition has it: live, scheduled or earlier."""
        editions = Edition.objects.for_subject(subject_type, subject_id)
        holding = editions.filter(pk__in=EditionDocument.objects.filter(document__digest=digest).values("edition"))
        if holding.live(now).exists():
            return cls()
        instants = [edition.available_from for edition in holding]
        if ahead := [instant for instant in instants if instant > now]:
            return cls(status_labels.format_embargo(ahead[0]), ahead[0])
        return cls(status_labels.get_past_label() if instants else status_labels.get_draft_label())


def get_review_label(subject: Subject, language: str, digest: str) -> str:
    """Return the review state of a draft for editors, for example “in review”; empty if it was not submitted.

    The working copy as last saved may have changed since it was submitted or approved, and then says so.
    """
    review = Review.latest(subject)
    found = next((each for each in review.languages if each.language == language), None) if review else None
    if found is None:
        return ""
    if found.digest == digest and found.verdict:
        return str((ReviewState.APPROVED if found.is_approved else ReviewState.SENT_BACK).label)
    if found.digest == digest:
        return str(ReviewState.IN_REVIEW.label) if found.is_waiting else ""
    if get_current_digests(subject).get(language) != digest:
        return ""
    if found.is_waiting:
        return _("changed since it was submitted")
    return _("changed since it was approved") if found.is_approved else ""
