"""Releasing: what is approved becomes editions that appear by themselves, several together or none of them."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from agenda.checking import facts_differing, named
from agenda.drafts import Subject, SubjectDocument, digest_of_draft, documents_of, hindrances, type_of
from agenda.models import BackgroundTopic, Release, ReleaseEntry, Revision, Why
from agenda.publishing.awaiting import require_languages
from agenda.publishing.instants import commit_before, in_brussels, lock_subjects, refuse_if_appeared
from agenda.publishing.naming import refuse_hidden_topics, refuse_stranded_meetings, topics_in
from agenda.publishing.refusals import ChangedMeanwhile, NotApprovedError, PendingEditionError, Refused, checked
from agenda.publishing.reviewing import record_revision, texts_of
from agenda.publishing.scheduling import (
    State,
    delete_unreleased_edition,
    held_releases,
    record_release,
    remove_entry,
    unschedule_release,
)
from agenda.publishing.stored import get_reason_and_note, is_changed, live_digests, merge_languages
from agenda.publishing.telling import ChangeNotes, Told
from agenda.reviews import approved_digests, approved_revision, stored_documents
from agenda.revisions import write_revision
from meetings.addresses import address_of
from meetings.audit import Actor
from meetings.documents.shape import MeetingDocument
from meetings.editions import Composition, compose, seal
from meetings.models import Act, Edition, Meeting
from meetings.rights import Right, require

PendingPolicy = Literal["ask", "keep", "replace"]


@dataclass(frozen=True)
class ReleaseRequest:
    """What somebody asks to be released, and what readers are told of it.

    `pending` says what becomes of an edition still to come, or of a release that is held: refuse to go past it, keep
    it beside the new one, or put the new one in its place. `force` is why it goes out though nobody approved it.
    `right_of` is who must have the right to publish, where that is another than the one who acts.
    """

    by: Actor
    notes: ChangeNotes
    authority: Actor | None = None
    pending: PendingPolicy = "ask"
    force: str = ""
    shown: Collection[str] | None = None
    is_scheduled: bool = False
    is_translation_only: bool = False
    """Translations of what is live: the meeting's rule lets them go out, and no right is asked."""


@dataclass
class ReleaseText:
    """What of a meeting or topic goes out: the source document comes first, with the digests of the stored bytes."""

    subject: Subject
    revision: Revision
    documents: list[SubjectDocument]
    digests: list[str]
    replaced_editions: list[Edition] = field(default_factory=list)

    @property
    def source(self) -> SubjectDocument:
        return self.documents[0]

    @property
    def digests_by_language(self) -> dict[str, str]:
        return {document.language: digest for document, digest in zip(self.documents, self.digests, strict=True)}


def publish(
    *subjects: Subject,
    by: Actor,
    at: dt.datetime | None = None,
    note: str = "",
    editorial: bool = False,
    told: Mapping[UUID, Told] | None = None,
    pending: PendingPolicy = "ask",
    force: str = "",
    shown: Collection[str] | None = None,
    release: Release | None = None,
    authority: Actor | None = None,
    margin: dt.timedelta = dt.timedelta(),
) -> list[Edition]:
    """Publishes what is approved of meetings and topics together: all of them from the same second, or none.

    `note` tells the readers of each what changed, and `editorial` that only a typing error did; `told`, by the keys of
    the meetings and topics, says it of some of them otherwise. A first edition carries no note.

    `at` is an instant in UTC; None means now, which is the next whole second at least one ahead, and `margin` more:
    where many go out together, time to write them. `shown` are the digests of all
    that somebody has looked at, in each language: nothing else goes out, and nothing of it is left out.
    With `force`, a reason, the working copies go out as they were last saved, though nobody approved them; that stays
    on the desk until somebody else has. `release` is the planned one that this carries out. The rest is told by `Wish`.
    Raises Refused and NotAllowed.
    """
    notes = ChangeNotes.clean(note, editorial, told)
    request = ReleaseRequest(by, notes, authority, pending, checked(force, "force"), shown, is_scheduled=at is not None)
    return commit_before(
        at, lambda now, instant: publish_in_transaction(subjects, now, instant, request, release), margin
    )


def publish_translations(subject: Subject, *, by: Actor) -> list[Edition]:
    """Publishes the translations that are approved of what is live, now. Raises Refused where anything else changed."""
    request = ReleaseRequest(by, ChangeNotes.clean("", False, None), is_translation_only=True)
    return commit_before(None, lambda now, instant: publish_in_transaction([subject], now, instant, request, None))


def publish_in_transaction(
    subjects: Sequence[Subject],
    now: dt.datetime,
    instant: dt.datetime,
    request: ReleaseRequest,
    release: Release | None,
) -> list[Edition]:
    locked = lock_subjects(subjects, list_linked_topics if request.force else list_approved_topics)
    release = lock_planned_release(release) if release else Release(created_at=now)
    for subject in locked if not request.is_translation_only else ():
        require(request.authority or request.by, Right.FORCE if request.force else Right.PUBLISH, subject)
    texts = (
        build_forced_texts(locked, now, request)
        if request.force
        else [get_approved_text(subject, now, request) for subject in locked]
    )
    if request.shown is not None and {digest for text in texts for digest in text.digests} != set(request.shown):
        raise ChangedMeanwhile(
            _("Somebody has saved a change since this page was shown, and nothing was published: look at it again.")
        )
    for text in texts:
        text.replaced_editions = find_replaced_editions(text.subject, now, instant, request)
    held_to_replace = past_held(locked, request.pending)
    check_texts(texts, now, request)
    replaced = [edition for text in texts for edition in text.replaced_editions]
    call_off_replaced(replaced, held_to_replace, locked, request)
    remove_from_plans(locked, release, instant, request)
    for text in texts:
        save_earlier_dates(text)
    compositions = [compose_text(text, now, instant, request) for text in texts]
    refuse_hidden_topics(compositions)
    refuse_stranded_meetings(replaced, compositions, now)
    save_release(texts, compositions, request, release, instant)
    for text in texts:
        act = Act.FORCED if request.force else Act.SCHEDULED if request.is_scheduled else Act.PUBLISHED
        act = Act.LANGUAGE_ADDED if request.is_translation_only else act
        change_note = request.notes.for_subject(text.subject.pk)
        details: dict[str, Any] = {
            "note": change_note.note,
            "editorial": change_note.editorial,
            "reason": request.force,
        }
        details["at"] = instant.isoformat()
        details["replaced"] = [edition.available_from.isoformat() for edition in text.replaced_editions]
        record_revision(request.by, act, text.revision, text.source, **details)
    seal(compositions)  # last of all: on SQLite nothing looks at the clock after it
    refuse_if_appeared(replaced)
    return [composition.edition for composition in compositions]


def list_linked_topics(meeting: Meeting) -> Iterable[UUID]:
    """What the working copy may name."""
    return BackgroundTopic.objects.filter(items__meeting=meeting).values_list("pk", flat=True)


def list_approved_topics(meeting: Meeting) -> Iterable[UUID]:
    """What the approved text names."""
    review = approved_revision(meeting)
    return topics_in(review.documents()) if review else ()


def get_approved_text(subject: Subject, now: dt.datetime, request: ReleaseRequest) -> ReleaseText:
    """The newest approved text, byte for byte, in the languages that are approved; of what follows, what is live with
    the languages that join it.

    Where the working copy says something else by now, only for who has seen what is approved.
    """
    review = approved_revision(subject)
    if review is None:
        raise NotApprovedError(
            _("“%s” is not approved: submit it, and have somebody else approve it. In an emergency, force it.")
            % subject
        )
    if request.shown is None and not (review.is_whole or request.is_translation_only):
        raise ChangedMeanwhile(
            _("“%s” has been changed since it was approved: have the change approved, or release it without that.")
            % subject
        )
    if request.is_translation_only:
        live, texts = live_digests(subject.pk, now), approved_digests(review.revision)
        if live.get(subject.source_language) != texts.get(subject.source_language):
            raise ChangedMeanwhile(_("Another text of “%s” was approved meanwhile: nothing follows.") % subject)
        digests = [*merge_languages(live, texts).values()]
        return ReleaseText(subject, review.revision, stored_documents(digests), digests)
    return ReleaseText(subject, review.revision, *review.approved_texts())


def build_forced_texts(subjects: Sequence[Subject], now: dt.datetime, request: ReleaseRequest) -> list[ReleaseText]:
    """The working copies, kept as what somebody has to approve after the fact; in other languages what is approved.

    So no language vanishes in an emergency, and none goes out with words that no reviser has read.
    """
    texts = []
    for subject, documents in texts_of(subjects, now, ()):
        revision = write_revision(subject, documents, now, request.by, why=Why.FORCED, remark=request.force)
        assert revision is not None
        texts.append(ReleaseText(subject, revision, documents, [digest_of_draft(document) for document in documents]))
    return texts


def lock_planned_release(known: Release) -> Release:
    """The release, fresh and locked. Raises Refused where somebody has carried it out, moved it or called it off."""
    release = Release.objects.select_for_update().get(pk=known.pk)
    if release.state != State.PLANNED:
        raise Refused(_("This release is %s: look at it again.") % release.get_state_display())
    if release.at != known.at:
        raise Refused(_("This release was moved to %s (Brussels time): look at it again.") % in_brussels(release.at))
    return release


def find_replaced_editions(
    subject: Subject, now: dt.datetime, instant: dt.datetime, request: ReleaseRequest
) -> list[Edition]:
    """The editions still to come that the new one replaces. Beside one there is room for another only now."""
    waiting = list(Edition.objects.of(type_of(subject), subject.pk).pending(now))
    if any(edition.is_tombstone for edition in waiting):
        raise Refused(_("“%s” is being withdrawn at this very moment: look at it again, then decide.") % subject)
    if request.pending == "replace":
        return waiting
    for edition in waiting:
        if request.pending == "ask" or request.is_scheduled or instant >= edition.available_from:
            raise PendingEditionError(
                _(
                    "An edition of “%(subject)s” is already to appear on %(time)s (Brussels time): "
                    "replace it, or wait for it."
                )
                % {"subject": subject, "time": in_brussels(edition.available_from)},
                about="pending",
            )
    return []


def past_held(subjects: Sequence[Subject], pending: str) -> list[Release]:
    """The held releases that a new one takes the place of. Raises PendingEdition where nobody has said what becomes
    of them: nothing goes out past a hold without a word.
    """
    held = held_releases(subjects)
    if held and pending not in ("keep", "replace"):
        raise PendingEditionError(
            _("%(what)s is held (“%(reason)s”): resume that release, call it off, or put this one in its place.")
            % {"what": held[0], "reason": held[0].reason},
            about="pending",
        )
    return held if pending == "replace" else []


def check_texts(texts: Sequence[ReleaseText], now: dt.datetime, request: ReleaseRequest) -> None:
    """What stands in the way of the texts, each by itself and together."""
    for text in texts:
        if problems := hindrances(text.source, now):
            raise Refused(" ".join(problems))
        if not request.force:
            require_languages(text.subject, text.digests_by_language, now)
        known = live_digests(text.subject.pk, now)
        if known == text.digests_by_language:
            raise Refused(_("“%s” is published just as it stands: nothing has changed.") % text.subject)
        change_note = request.notes.for_subject(text.subject.pk)
        if change_note.editorial and (known or len(texts) == 1):
            refuse_facts_in_minor_correction(text, now)
        if is_changed(known, text.digests_by_language) and not (change_note.note or change_note.editorial):
            raise Refused(
                _("Say in a sentence what changed in “%s”, for readers; or mark it as an editorial correction.")
                % text.subject,
                about="note",
                subject_id=text.subject.pk,
            )
        if (
            not known
            and not change_note.note
            and Edition.objects.filter(subject_id=text.subject.pk).visible(now).exists()
        ):
            raise Refused(
                _("“%s” was withdrawn: say in a sentence, for readers, why it is back.") % text.subject,
                about="note",
                subject_id=text.subject.pk,
            )
    addresses = [address_of(text.source) for text in texts]
    if len(set(addresses)) < len(addresses):
        raise Refused(_("Two of these have the same address: give one of them a word for its address."))


def refuse_facts_in_minor_correction(text: ReleaseText, now: dt.datetime) -> None:
    """Readers of an editorial correction are told of no change: so it may be none that somebody would act on."""
    edition = Edition.objects.of(type_of(text.subject), text.subject.pk).live(now).first()
    if edition is None:
        raise Refused(
            _("“%s” is not published: there is nothing to correct.") % text.subject,
            about="editorial",
            subject_id=text.subject.pk,
        )
    live = {document.language: document for document in documents_of(edition)}
    pairs = ((live[document.language], document) for document in text.documents if document.language in live)
    if differing := dict.fromkeys(name for pair in pairs for name in facts_differing(*pair)):
        raise Refused(
            _(
                "An editorial correction changes no date, time, place, person, state, status or address. "
                "Tell readers of: %s."
            )
            % named([*differing]),
            about="editorial",
            subject_id=text.subject.pk,
        )


def save_earlier_dates(text: ReleaseText) -> None:
    """Where a published meeting has moved to, so that its earlier dates stay with it."""
    if isinstance(text.source, MeetingDocument):
        Meeting.objects.filter(pk=text.subject.pk).update(previous=text.source.previous)


def compose_text(text: ReleaseText, now: dt.datetime, instant: dt.datetime, request: ReleaseRequest) -> Composition:
    return compose(
        text.documents,
        available_from=instant,
        **get_reason_and_note(
            text.subject.pk, text.digests_by_language, now, request.notes.for_subject(text.subject.pk)
        ),
        digests=text.digests,
    )


def save_release(
    texts: Sequence[ReleaseText],
    compositions: Sequence[Composition],
    request: ReleaseRequest,
    release: Release,
    instant: dt.datetime,
) -> None:
    """Notes what belongs to the release, which is a new one or a planned one that is carried out."""
    release.by, release.by_name = request.by.user, request.by.shown
    release.state, release.at = State.SCHEDULED, instant
    release.save()
    release.entries.all().delete()
    ReleaseEntry.objects.bulk_create(
        ReleaseEntry(
            release=release,
            subject_type=type_of(text.subject),
            subject_id=text.subject.pk,
            title=str(text.subject),
            revision=text.revision,
            note=request.notes.for_subject(text.subject.pk).note,
            is_editorial=request.notes.for_subject(text.subject.pk).editorial,
            forced_reason=request.force,
            edition_id=composition.edition.pk,
        )
        for text, composition in zip(texts, compositions, strict=True)
    )


def call_off_replaced(
    replaced: Sequence[Edition],
    held_releases_to_replace: Sequence[Release],
    subjects: Sequence[Subject],
    request: ReleaseRequest,
) -> None:
    """Raises Refused where something else was to appear with one of them: together or not at all."""
    reason = request.force or _("Another edition takes its place.")
    entries = ReleaseEntry.objects.filter(edition_id__in=[edition.pk for edition in replaced])
    in_releases = set(entries.values_list("edition_id", flat=True))
    of_them = Q(pk__in=entries.values("release")) | Q(pk__in=[release.pk for release in held_releases_to_replace])
    for release in Release.objects.filter(of_them).order_by("pk").select_for_update():
        if others := release.entries.exclude(subject_id__in=[subject.pk for subject in subjects]):
            raise Refused(
                _(
                    "What is to be replaced appears on %(time)s (Brussels time) together with %(others)s, or not at "
                    "all: release all of it together, or call that release off first."
                )
                % {"time": in_brussels(release.at), "others": named([entry.title for entry in others])},
                about="pending",
            )
        unschedule_release(release, request.by, Act.CALLED_OFF, reason)
    for edition in replaced:
        if edition.pk not in in_releases:
            delete_unreleased_edition(edition, request.by, reason)


def remove_from_plans(
    subjects: Sequence[Subject], release: Release, instant: dt.datetime, request: ReleaseRequest
) -> None:
    """What goes out now is planned no more, but in the release that this carries out, be it at another time.

    A plan of which nothing is left is called off.
    """
    if release.state == State.PLANNED and release.at != instant:
        moved = {"at": instant.isoformat(), "before": release.at.isoformat(), "reason": request.force}
        record_release(request.by, Act.MOVED, release, **moved)
    planned = ReleaseEntry.objects.filter(release__state=State.PLANNED).exclude(release=release)
    for entry in planned.filter(subject_id__in=[subject.pk for subject in subjects]).order_by("release_id"):
        remove_entry(entry, request.by, request.force or _("Released apart from this plan."))
