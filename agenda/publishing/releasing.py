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
from agenda.publishing.awaiting import refuse_to_go_before
from agenda.publishing.instants import before_its_instant, in_brussels, lock_all, refuse_late
from agenda.publishing.naming import refuse_hidden_topics, refuse_stranding, topics_in
from agenda.publishing.refusals import ChangedMeanwhile, NotApproved, PendingEdition, Refused, checked
from agenda.publishing.reviewing import tell, texts_of
from agenda.publishing.scheduling import State, drop, held_releases, leave, tell_all, unschedule
from agenda.publishing.stored import explained, is_changed, live_digests, with_languages
from agenda.publishing.telling import Notes, Told
from agenda.reviews import approved_digests, approved_revision, stored_documents
from agenda.revisions import write
from meetings.addresses import address_of
from meetings.audit import Actor
from meetings.documents.shape import MeetingDocument
from meetings.editions import Composition, compose, seal
from meetings.models import Act, Edition, Meeting
from meetings.rights import Right, require

Pending = Literal["ask", "keep", "replace"]


@dataclass(frozen=True)
class Wish:
    """What somebody asks to be released, and what readers are told of it.

    `pending` says what becomes of an edition still to come, or of a release that is held: refuse to go past it, keep
    it beside the new one, or put the new one in its place. `force` is why it goes out though nobody approved it.
    `right_of` is who must have the right to publish, where that is another than the one who acts.
    """

    by: Actor
    notes: Notes
    right_of: Actor | None = None
    pending: Pending = "ask"
    force: str = ""
    shown: Collection[str] | None = None
    scheduled: bool = False
    follows: bool = False
    """Translations of what is live: the meeting's rule lets them go out, and no right is asked."""


@dataclass
class Text:
    """What of a meeting or topic goes out: the source document comes first, with the digests of the stored bytes."""

    subject: Subject
    revision: Revision
    documents: list[SubjectDocument]
    digests: list[str]
    replaced: list[Edition] = field(default_factory=list)

    @property
    def source(self) -> SubjectDocument:
        return self.documents[0]

    @property
    def by_language(self) -> dict[str, str]:
        return {document.language: digest for document, digest in zip(self.documents, self.digests, strict=True)}


def publish(
    *subjects: Subject,
    by: Actor,
    at: dt.datetime | None = None,
    note: str = "",
    editorial: bool = False,
    told: Mapping[UUID, Told] | None = None,
    pending: Pending = "ask",
    force: str = "",
    shown: Collection[str] | None = None,
    release: Release | None = None,
    right_of: Actor | None = None,
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
    notes = Notes.checked(note, editorial, told)
    wish = Wish(by, notes, right_of, pending, checked(force, "force"), shown, scheduled=at is not None)
    return before_its_instant(at, lambda now, instant: publish_once(subjects, now, instant, wish, release), margin)


def publish_following(subject: Subject, *, by: Actor) -> list[Edition]:
    """Publishes the translations that are approved of what is live, now. Raises Refused where anything else changed."""
    wish = Wish(by, Notes.checked("", False, None), follows=True)
    return before_its_instant(None, lambda now, instant: publish_once([subject], now, instant, wish, None))


def publish_once(
    subjects: Sequence[Subject],
    now: dt.datetime,
    instant: dt.datetime,
    wish: Wish,
    release: Release | None,
) -> list[Edition]:
    locked = lock_all(subjects, linked_topics if wish.force else approved_topics)
    release = still_planned(release) if release else Release(created_at=now)
    for subject in locked if not wish.follows else ():
        require(wish.right_of or wish.by, Right.FORCE if wish.force else Right.PUBLISH, subject)
    texts = forced(locked, now, wish) if wish.force else [approved(subject, now, wish) for subject in locked]
    if wish.shown is not None and {digest for text in texts for digest in text.digests} != set(wish.shown):
        raise ChangedMeanwhile(
            _("Somebody has saved a change since this page was shown, and nothing was published: look at it again.")
        )
    for text in texts:
        text.replaced = making_room(text.subject, now, instant, wish)
    held_to_replace = past_held(locked, wish.pending)
    check(texts, now, wish)
    replaced = [edition for text in texts for edition in text.replaced]
    call_off_replaced(replaced, held_to_replace, locked, wish)
    leave_plans(locked, release, instant, wish)
    for text in texts:
        remember_dates(text)
    compositions = [composed(text, now, instant, wish) for text in texts]
    refuse_hidden_topics(compositions)
    refuse_stranding(replaced, compositions, now)
    keep_release(texts, compositions, wish, release, instant)
    for text in texts:
        act = Act.FORCED if wish.force else Act.SCHEDULED if wish.scheduled else Act.PUBLISHED
        act = Act.LANGUAGE_ADDED if wish.follows else act
        change_note = wish.notes.of(text.subject.pk)
        details: dict[str, Any] = {"note": change_note.note, "editorial": change_note.editorial, "reason": wish.force}
        details["at"] = instant.isoformat()
        details["replaced"] = [edition.available_from.isoformat() for edition in text.replaced]
        tell(wish.by, act, text.revision, text.source, **details)
    seal(compositions)  # last of all: on SQLite nothing looks at the clock after it
    refuse_late(replaced)
    return [composition.edition for composition in compositions]


def linked_topics(meeting: Meeting) -> Iterable[UUID]:
    """What the working copy may name."""
    return BackgroundTopic.objects.filter(items__meeting=meeting).values_list("pk", flat=True)


def approved_topics(meeting: Meeting) -> Iterable[UUID]:
    """What the approved text names."""
    review = approved_revision(meeting)
    return topics_in(review.documents()) if review else ()


def approved(subject: Subject, now: dt.datetime, wish: Wish) -> Text:
    """The newest approved text, byte for byte, in the languages that are approved; of what follows, what is live with
    the languages that join it.

    Where the working copy says something else by now, only for who has seen what is approved.
    """
    review = approved_revision(subject)
    if review is None:
        raise NotApproved(
            _("“%s” is not approved: submit it, and have somebody else approve it. In an emergency, force it.")
            % subject
        )
    if wish.shown is None and not (review.is_whole or wish.follows):
        raise ChangedMeanwhile(
            _("“%s” has been changed since it was approved: have the change approved, or release it without that.")
            % subject
        )
    if wish.follows:
        live, texts = live_digests(subject.pk, now), approved_digests(review.revision)
        if live.get(subject.source_language) != texts.get(subject.source_language):
            raise ChangedMeanwhile(_("Another text of “%s” was approved meanwhile: nothing follows.") % subject)
        digests = [*with_languages(live, texts).values()]
        return Text(subject, review.revision, stored_documents(digests), digests)
    return Text(subject, review.revision, *review.approved_texts())


def forced(subjects: Sequence[Subject], now: dt.datetime, wish: Wish) -> list[Text]:
    """The working copies, kept as what somebody has to approve after the fact; in other languages what is approved.

    So no language vanishes in an emergency, and none goes out with words that no reviser has read.
    """
    texts = []
    for subject, documents in texts_of(subjects, now, ()):
        revision = write(subject, documents, now, wish.by, why=Why.FORCED, remark=wish.force)
        assert revision is not None
        texts.append(Text(subject, revision, documents, [digest_of_draft(document) for document in documents]))
    return texts


def still_planned(known: Release) -> Release:
    """The release, fresh and locked. Raises Refused where somebody has carried it out, moved it or called it off."""
    release = Release.objects.select_for_update().get(pk=known.pk)
    if release.state != State.PLANNED:
        raise Refused(_("This release is %s: look at it again.") % release.get_state_display())
    if release.at != known.at:
        raise Refused(_("This release was moved to %s (Brussels time): look at it again.") % in_brussels(release.at))
    return release


def making_room(subject: Subject, now: dt.datetime, instant: dt.datetime, wish: Wish) -> list[Edition]:
    """The editions still to come that the new one replaces. Beside one there is room for another only now."""
    waiting = list(Edition.objects.of(type_of(subject), subject.pk).pending(now))
    if any(edition.is_tombstone for edition in waiting):
        raise Refused(_("“%s” is being withdrawn at this very moment: look at it again, then decide.") % subject)
    if wish.pending == "replace":
        return waiting
    for edition in waiting:
        if wish.pending == "ask" or wish.scheduled or instant >= edition.available_from:
            raise PendingEdition(
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
        raise PendingEdition(
            _("%(what)s is held (“%(reason)s”): resume that release, call it off, or put this one in its place.")
            % {"what": held[0], "reason": held[0].reason},
            about="pending",
        )
    return held if pending == "replace" else []


def check(texts: Sequence[Text], now: dt.datetime, wish: Wish) -> None:
    """What stands in the way of the texts, each by itself and together."""
    for text in texts:
        if problems := hindrances(text.source, now):
            raise Refused(" ".join(problems))
        if not wish.force:
            refuse_to_go_before(text.subject, text.by_language, now)
        known = live_digests(text.subject.pk, now)
        if known == text.by_language:
            raise Refused(_("“%s” is published just as it stands: nothing has changed.") % text.subject)
        change_note = wish.notes.of(text.subject.pk)
        if change_note.editorial and (known or len(texts) == 1):
            refuse_facts_as_editorial(text, now)
        if is_changed(known, text.by_language) and not (change_note.note or change_note.editorial):
            raise Refused(
                _("Say in a sentence what changed in “%s”, for readers; or mark it as an editorial correction.")
                % text.subject,
                about="note",
                whose=text.subject.pk,
            )
        if (
            not known
            and not change_note.note
            and Edition.objects.filter(subject_id=text.subject.pk).visible(now).exists()
        ):
            raise Refused(
                _("“%s” was withdrawn: say in a sentence, for readers, why it is back.") % text.subject,
                about="note",
                whose=text.subject.pk,
            )
    addresses = [address_of(text.source) for text in texts]
    if len(set(addresses)) < len(addresses):
        raise Refused(_("Two of these have the same address: give one of them a word for its address."))


def refuse_facts_as_editorial(text: Text, now: dt.datetime) -> None:
    """Readers of an editorial correction are told of no change: so it may be none that somebody would act on."""
    edition = Edition.objects.of(type_of(text.subject), text.subject.pk).live(now).first()
    if edition is None:
        raise Refused(
            _("“%s” is not published: there is nothing to correct.") % text.subject,
            about="editorial",
            whose=text.subject.pk,
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
            whose=text.subject.pk,
        )


def remember_dates(text: Text) -> None:
    """Where a published meeting has moved to, so that its earlier dates stay with it."""
    if isinstance(text.source, MeetingDocument):
        Meeting.objects.filter(pk=text.subject.pk).update(previous=text.source.previous)


def composed(text: Text, now: dt.datetime, instant: dt.datetime, wish: Wish) -> Composition:
    return compose(
        text.documents,
        available_from=instant,
        **explained(text.subject.pk, text.by_language, now, wish.notes.of(text.subject.pk)),
        digests=text.digests,
    )


def keep_release(
    texts: Sequence[Text],
    compositions: Sequence[Composition],
    wish: Wish,
    release: Release,
    instant: dt.datetime,
) -> None:
    """Notes what belongs to the release, which is a new one or a planned one that is carried out."""
    release.by, release.by_name = wish.by.user, wish.by.shown
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
            note=wish.notes.of(text.subject.pk).note,
            is_editorial=wish.notes.of(text.subject.pk).editorial,
            forced_reason=wish.force,
            edition_id=composition.edition.pk,
        )
        for text, composition in zip(texts, compositions, strict=True)
    )


def call_off_replaced(
    replaced: Sequence[Edition], held: Sequence[Release], subjects: Sequence[Subject], wish: Wish
) -> None:
    """Raises Refused where something else was to appear with one of them: together or not at all."""
    reason = wish.force or _("Another edition takes its place.")
    entries = ReleaseEntry.objects.filter(edition_id__in=[edition.pk for edition in replaced])
    in_releases = set(entries.values_list("edition_id", flat=True))
    of_them = Q(pk__in=entries.values("release")) | Q(pk__in=[release.pk for release in held])
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
        unschedule(release, wish.by, Act.CALLED_OFF, reason)
    for edition in replaced:
        if edition.pk not in in_releases:
            drop(edition, wish.by, reason)


def leave_plans(subjects: Sequence[Subject], release: Release, instant: dt.datetime, wish: Wish) -> None:
    """What goes out now is planned no more, but in the release that this carries out, be it at another time.

    A plan of which nothing is left is called off.
    """
    if release.state == State.PLANNED and release.at != instant:
        moved = {"at": instant.isoformat(), "before": release.at.isoformat(), "reason": wish.force}
        tell_all(wish.by, Act.MOVED, release, **moved)
    planned = ReleaseEntry.objects.filter(release__state=State.PLANNED).exclude(release=release)
    for entry in planned.filter(subject_id__in=[subject.pk for subject in subjects]).order_by("release_id"):
        leave(entry, wish.by, wish.force or _("Released apart from this plan."))
