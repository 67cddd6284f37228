"""Decide who is told what by email, and write it down in the transaction of what happened (`agenda.mail` sends it).

To add a kind, declare it here and call `write_notices` where it happens.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agenda.models import (
    REVIEWABLE_REASONS,
    Comment,
    CommentReply,
    DeclinedNotice,
    Notice,
    Release,
    Revision,
    RevisionDocument,
    Verdict,
)
from agenda.workflow.approval_rights import COMMENT_RIGHTS, find_approvers, may_review
from agenda.workflow.authors import find_authors
from agenda.workflow.drafts import Subject, get_subject_key
from agenda.workflow.reviews import annotate_last_verdict
from agenda.workflow.states import format_to_the_minute, get_unapproved_entries
from meetings.access import Right, find_people_to_ask
from meetings.access.audit import Actor
from meetings.access.decisions import get_desk
from meetings.models import Membership, User

GATHERING_TIME = dt.timedelta(minutes=2)
"""How long a notice waits for others, so that several become one mail."""
DECISION_TIME = dt.timedelta(hours=1)
"""How long comments of a reviewer wait for the decision, so that a text that is sent back is one mail."""
MAX_WAIT_WITHOUT_SERVER = dt.timedelta(days=1)
"""After this time, a notice is deleted if there is no mail server, or if the server refused it."""

Notices = Sequence[Notice]


def find_none_settled(_notices: Notices) -> set[int]:
    return set()


def find_no_details(_notices: Notices, _now: dt.datetime) -> dict[int, str]:
    return {}


def find_decided(notices: Notices) -> set[int]:
    """Return the keys of the notices whose text no longer waits for approval."""
    return {
        notice.pk for notice, verdict, has_ended in list_verdicts(notices) if verdict is not None or has_ended is True
    }


def find_reviewed_since(notices: Notices) -> set[int]:
    """Return the keys of the notices whose text, published without approval, was decided or withdrawn since."""
    published = [int(notice.about) for notice in notices]
    undecided = get_unapproved_entries().filter(published__in=published, is_approved=None)
    waiting = {*undecided.values_list("published", flat=True)}
    return {notice.pk for notice in notices if int(notice.about) not in waiting}


def find_forced_reasons(notices: Notices, now: dt.datetime) -> dict[int, str]:
    """Return who published each text without approval, since when it is public, and why. One query.

    Of a text that is not public yet, the reason is not told: it may tell of what is under embargo.
    """
    entries = get_unapproved_entries().filter(published__in=[int(notice.about) for notice in notices])
    columns = "published", "revision__by_name", "release__at", "forced_reason"
    facts = {revision: rest for revision, *rest in entries.values_list(*columns)}
    details = {}
    for notice in notices:
        if int(notice.about) in facts:
            who, at, why = facts[int(notice.about)]
            template = gettext("by %(who)s, will be public %(at)s")
            if at <= now:
                template = gettext("by %(who)s, public since %(at)s: “%(why)s”")
            values = {"who": " ".join(who.split()), "at": format_to_the_minute(at, now), "why": " ".join(why.split())}
            details[notice.pk] = template % values
    return details


def count_new_comments(notices: Notices, _now: dt.datetime) -> dict[int, str]:
    """Return how many open comments go with each text that was sent back and are new to the recipient. Two queries.

    A comment is not new if an earlier mail told of it, alone or with the text that was sent back.
    """
    about = {"subject_id__in": {notice.subject_id for notice in notices}}
    told = Notice.objects.filter(
        kind__in=(COMMENTS.name, SENT_BACK.name),
        recipient__in={notice.recipient_id for notice in notices},
        sent_at__isnull=False,
        **about,
    )
    columns = "recipient", "kind", "subject_id", "language", "about", "instant"
    told_comments: set[tuple[int, int]] = set()
    sent_back: dict[tuple[int, UUID | None, str], list[dt.datetime]] = {}
    for recipient, kind, subject, language, key, at in told.values_list(*columns):
        if kind == COMMENTS.name:
            told_comments.add((recipient, int(key)))
        else:
            sent_back.setdefault((recipient, subject, language), []).append(at)
    comments = [*Comment.objects.filter(settled_at=None, **about)]
    details = {}
    for notice in notices:
        before = max(sent_back.get((notice.recipient_id, notice.subject_id, notice.language), ()), default=None)
        of_text = [
            comment
            for comment in comments
            if (comment.subject_id, comment.language) == (notice.subject_id, notice.language)
            if comment.by_id != notice.recipient_id
        ]
        new = [
            comment
            for comment in of_text
            if (notice.recipient_id, comment.pk) not in told_comments and (before is None or comment.at > before)
        ]
        if new:
            details[notice.pk] = ngettext("with %d new comment", "with %d new comments", len(new)) % len(new)
        elif of_text:
            details[notice.pk] = gettext("with no comment that is new to you")
    return details


def find_approved_since(notices: Notices) -> set[int]:
    """Return the keys of the notices whose text was sent back, and approved or submitted again since."""
    return {notice.pk for notice, verdict, _has_ended in list_verdicts(notices) if verdict is not False}


def list_verdicts(notices: Notices) -> Iterable[tuple[Notice, bool | None, bool | None]]:
    """Yield each notice about a submitted text with the last verdict and whether it has ended. One query.

    The verdict is on the text that was submitted last in this language, because a newer one takes the place of the
    notice's own. A text that is gone has a verdict that has ended.
    """
    submitted = RevisionDocument.objects.filter(
        revision__why__in=REVIEWABLE_REASONS,
        revision__subject_type=OuterRef("revision__subject_type"),
        revision__subject_id=OuterRef("revision__subject_id"),
        language=OuterRef("language"),
    ).order_by("-revision__version", "-revision_id")
    texts = RevisionDocument.objects.filter(revision__in=[int(notice.about) for notice in notices])
    newest = RevisionDocument.objects.filter(
        pk__in=texts.annotate(newest=Subquery(submitted.values("pk")[:1])).values("newest")
    )
    found = {
        (subject, language): (verdict, has_ended)
        for subject, language, verdict, has_ended in annotate_last_verdict(newest).values_list(
            "revision__subject_id", "language", "verdict", "has_ended"
        )
    }
    for notice in notices:
        yield (notice, *found.get((notice.subject_id, notice.language), (None, True)))


def find_no_longer_planned(notices: Notices) -> set[int]:
    """Return the keys of the notices whose release is scheduled, moved or cancelled by now."""
    planned = Release.objects.filter(pk__in=[notice.about for notice in notices], state=Release.State.PLANNED)
    times = {str(key): at for key, at in planned.values_list("pk", "at")}
    return {notice.pk for notice in notices if times.get(notice.about) != notice.instant}


def find_no_longer_on_hold(notices: Notices) -> set[int]:
    """Return the keys of the notices whose release is resumed or cancelled by now."""
    on_hold = Release.objects.filter(pk__in=[notice.about for notice in notices], state=Release.State.ON_HOLD)
    keys = {str(key) for key in on_hold.values_list("pk", flat=True)}
    return {notice.pk for notice in notices if notice.about not in keys}


def find_times_of_release(notices: Notices, now: dt.datetime) -> dict[int, str]:
    """Return for when each release was scheduled."""
    releases = Release.objects.filter(pk__in=[notice.about for notice in notices]).values_list("pk", "at")
    times = {str(key): format_to_the_minute(at, now) for key, at in releases}
    template = gettext("was scheduled for %s")
    return {notice.pk: template % times[notice.about] for notice in notices if notice.about in times}


def find_comments_done(notices: Notices) -> set[int]:
    """Return the keys of the notices whose comment is settled or deleted, or was answered by the recipient since.

    So are those whose text was sent back since, with a notice to the recipient: that mail tells of the comments.
    """
    keys, users = {int(notice.about) for notice in notices}, {notice.recipient_id for notice in notices}
    open_comments = {*Comment.objects.filter(pk__in=keys, settled_at=None).values_list("pk", flat=True)}
    answered = CommentReply.objects.filter(comment__in=keys, by__in=users, act=CommentReply.Act.ANSWERED)
    sent_back = Notice.objects.filter(
        kind=SENT_BACK.name, recipient__in=users, subject_id__in={notice.subject_id for notice in notices}
    )
    since: list[tuple[Any, Any, dt.datetime]] = [*answered.values_list("by", "comment", "at")]
    since += [
        (user, (subject, language), at)
        for user, subject, language, at in sent_back.values_list("recipient", "subject_id", "language", "instant")
    ]
    done = set()
    for notice in notices:
        about = int(notice.about), (notice.subject_id, notice.language)
        is_over = any(
            user == notice.recipient_id and what in about and at >= notice.instant for user, what, at in since
        )
        if is_over or about[0] not in open_comments:
            done.add(notice.pk)
    return done


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice.

    `name` is stored. `wish` completes “Send me an email when …” on the settings screen; without it, nobody can decline
    the kind. In the mail, `title` stands over the meetings and topics, and `advice` says what to do. `screen` names the
    admin screen of the meeting or topic to open, `anchor` its part, and `translation_screen` the screen of one of its
    translations. Only users who have one of the `rights` on the meeting or topic get the mail.

    A kind that `is_urgent` waits for no others. `shows_time` says whether the mail names the notice's instant.
    `find_settled` returns the keys of notices that are no longer true, so that they are not sent. `find_details`
    returns what the mail adds to the name of the meeting or topic, by the key of the notice.
    """

    name: str
    title: Any
    advice: Any
    wish: Any = ""
    screen: str = ""
    translation_screen: str = ""
    anchor: str = ""
    rights: tuple[Right, ...] = (Right.VIEW,)
    is_urgent: bool = False
    shows_time: bool = False
    find_settled: Callable[[Notices], set[int]] = find_none_settled
    find_details: Callable[[Notices, dt.datetime], dict[int, str]] = find_no_details


NOT_APPROVED = NoticeKind(
    "not_approved",
    title=_("Due soon, and not ready"),
    advice=_(
        "It will not be published by itself. Approve what is missing, change its time or cancel it. If everything is "
        "approved, publish it from its own page."
    ),
    wish=_("a scheduled publication is due in 30 minutes and not ready"),
    screen="review",
    is_urgent=True,
    shows_time=True,
    find_settled=find_no_longer_planned,
)
PUT_ON_HOLD = NoticeKind(
    "put_on_hold",
    title=_("Put on hold"),
    advice=_("It will not be published until somebody resumes it. See why, then resume it, or leave it on hold."),
    wish=_("a publication that I can resume is put on hold"),
    screen="release",
    rights=(Right.PUBLISH,),
    is_urgent=True,
    find_settled=find_no_longer_on_hold,
    find_details=find_times_of_release,
)
TO_APPROVE = NoticeKind(
    "to_approve",
    title=_("Waiting for your approval"),
    advice=_("Read the text. Then approve it, or send it back with a comment."),
    wish=_("a text is waiting for my approval"),
    screen="review",
    find_settled=find_decided,
)
UNAPPROVED = NoticeKind(
    "unapproved",
    title=_("Published without approval: review now"),
    advice=_("Nobody has approved it. Read the text. Then approve it, or send it back with a comment."),
    wish=_("a text was published without approval and I can approve it"),
    screen="review",
    find_settled=find_reviewed_since,
    find_details=find_forced_reasons,
)
SENT_BACK = NoticeKind(
    "sent_back",
    title=_("Sent back to you"),
    advice=_("Read what the reviewer wrote, correct the text and submit it again."),
    wish=_("a text that I wrote or submitted is sent back"),
    screen="change",
    translation_screen="translate",
    find_settled=find_approved_since,
    find_details=count_new_comments,
)
COMMENTS = NoticeKind(
    "comments",
    title=_("Comments for you"),
    advice=_("Read the comments. Then answer or settle them."),
    wish=_("a colleague comments on a text of mine or answers my comment"),
    screen="change",
    anchor="comments",
    rights=COMMENT_RIGHTS,
    find_settled=find_comments_done,
)
TEST = NoticeKind(
    "test",
    title=_("Test mail"),
    advice=_("You asked for this mail on the screen “Your settings”. Mail reaches you, so there is nothing to do."),
    is_urgent=True,
)
PASSWORD_LINK = NoticeKind(
    "password_link",
    title=_("Set your password"),
    advice=_(
        "Open this address to set a password for the Council agendas. It works once, within 24 hours. If you did not "
        "ask for it, do nothing: your password stays as it is."
    ),
    is_urgent=True,
)
ALL_KINDS = PASSWORD_LINK, NOT_APPROVED, PUT_ON_HOLD, UNAPPROVED, TO_APPROVE, SENT_BACK, COMMENTS, TEST
NOTICE_KINDS = {kind.name: kind for kind in ALL_KINDS}
"""The kinds by name, in the order in which a mail lists them."""


def find_reachable(users: QuerySet[User], kind: NoticeKind) -> QuerySet[User]:
    """Return those of the users who can sign in and work here, have an email address, and want this kind of notice.

    A link to set a password also reaches who has no role yet.
    """
    with_role = Q(is_superuser=True) | Exists(Membership.objects.filter(user=OuterRef("pk")))
    declined = DeclinedNotice.objects.filter(user=OuterRef("pk"), kind=kind.name)
    reached = users.filter(~Exists(declined), is_active=True, is_staff=True).exclude(email="")
    return reached if kind is PASSWORD_LINK else reached.filter(with_role)


def build_notices(
    kind: NoticeKind,
    users: QuerySet[User],
    now: dt.datetime,
    *,
    instant: dt.datetime,
    subject_key: dict[str, Any] | None = None,
    about: object = "",
    language: str = "",
) -> list[Notice]:
    """Build a notice for each of the users whom it reaches. Pass them to `write_notices`.

    They have one order, so that two processes that write the same ones do not wait for each other.
    """
    facts = {"about": about, "language": language, "instant": instant, **(subject_key or {})}
    return build_notices_to(list_reachable(users, kind), kind, now, **facts)


def build_notices_to(recipients: Iterable[int], kind: NoticeKind, now: dt.datetime, **facts: Any) -> list[Notice]:
    """Build a notice for each of the users with these keys. `facts` are further columns."""
    facts |= {"kind": kind.name, "created_at": now, "about": str(facts["about"])}
    due_at = now if kind.is_urgent else now + GATHERING_TIME
    return [Notice(recipient_id=recipient, due_at=due_at, **facts) for recipient in recipients]


def list_reachable(users: QuerySet[User], kind: NoticeKind) -> list[int]:
    """Return the keys of those of the users whom the notice reaches, in order."""
    return [*find_reachable(users, kind).order_by("pk").values_list("pk", flat=True)]


def write_notices(notices: Collection[Notice], now: dt.datetime) -> None:
    """Write the notices, without those that were written before. Call this in the transaction of what they tell about.

    Without a mail server, notices of the day before are deleted here, since perhaps nothing ever sends them.
    """
    if not notices:
        return
    if not settings.EMAIL_HOST:
        Notice.objects.filter(sent_at=None, created_at__lt=now - MAX_WAIT_WITHOUT_SERVER).delete()
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


def notify_approvers(
    subject: Subject, revision: Revision, by: Actor, now: dt.datetime, kind: NoticeKind = TO_APPROVE
) -> None:
    """Tell those who may approve them about the texts of a submission that wait for approval and did not before."""
    reachable = list_reachable(User.objects.all(), kind)
    if not reachable:
        return
    waiting = list_waiting_texts(revision)
    earlier = Revision.objects.for_subject(revision.subject_type, revision.subject_id).filter(
        why__in=REVIEWABLE_REASONS, pk__lt=revision.pk
    )
    # A submission can be two revisions of the same instant.
    if previous := earlier.exclude(at=revision.at).order_by("-pk").first():
        waiting -= list_waiting_texts(previous)
    if waiting:
        languages = sorted(language for language, *_text in waiting)
        write_notices(
            build_notices_to_approvers(subject, revision, languages, by, now=now, kind=kind, reachable=reachable), now
        )


def notify_publishers(releases: Mapping[UUID, Collection[Subject]], by: Actor, now: dt.datetime) -> None:
    """Tell those who can publish the meetings and topics of the releases, by key, that these are on hold, except `by`.

    This takes two queries, and one for each configuration.
    """
    reachable = list_reachable(exclude_actor(User.objects.all(), by), PUT_ON_HOLD)
    publishers: dict[tuple[type[Subject], UUID | None], set[int]] = {}
    notices: list[Notice] = []
    for release, subjects in releases.items() if reachable else ():
        for subject in subjects:
            place = type(subject), get_desk(subject)
            if place not in publishers:
                publishers[place] = {user.pk for user in find_people_to_ask(Right.PUBLISH, subject)}
            recipients = [key for key in reachable if key in publishers[place]]
            facts = {"about": release, "instant": now, **get_subject_key(subject)}
            notices += build_notices_to(recipients, PUT_ON_HOLD, now, **facts)
    write_notices(notices, now)


def notify_second_author(
    subject: Subject, revision: Revision, languages: Collection[str], by: Actor, now: dt.datetime
) -> None:
    """Tell others who are asked to approve these translations that an author has, unless they know that these wait."""
    if languages and (reachable := list_reachable(User.objects.all(), TO_APPROVE)):
        notices = build_notices_to_approvers(
            subject, revision, languages, by, now=now, kind=TO_APPROVE, reachable=reachable
        )
        write_notices(notices, now)


def build_notices_to_approvers(
    subject: Subject,
    revision: Revision,
    languages: Collection[str],
    by: Actor,
    *,
    now: dt.datetime,
    kind: NoticeKind,
    reachable: Collection[int],
) -> list[Notice]:
    """Return notices to those who are asked to approve the texts of a submission in these languages, without `by`."""
    authors = find_authors([(revision, language) for language in languages])
    notices: list[Notice] = []
    for language in languages:
        approvers = list_approvers(subject, language, authors[revision.pk, language], by, reachable)
        facts = {"about": revision.pk, "language": language, "instant": revision.at}
        notices += build_notices_to(approvers, kind, now, **facts, **get_subject_key(subject))
    return notices


def list_approvers(
    subject: Subject, language: str, authors: Collection[int], by: Actor, reachable: Iterable[int]
) -> list[int]:
    """Return the keys of those of the reachable users who may approve a text of these authors, without the actor."""
    approvers = {user.pk for user in find_approvers(subject, language, authors) if user != by.user}
    return [key for key in reachable if key in approvers]


Recipients = dict[tuple[UUID | None, str], list[int]]
"""The keys of the users who get notices about texts of a configuration in a language."""


def notify_approvers_of_new_texts(
    published: Iterable[tuple[Subject, Revision]], by: Actor, now: dt.datetime, recipients: Recipients
) -> None:
    """Do what `notify_approvers` does for texts that a command has just published without approval.

    They are in their source language and have neither authors nor an earlier submission. So their approvers depend on
    configuration and language only. Those that are looked up are added to `recipients`.
    """
    notices: list[Notice] = []
    for subject, revision in published:
        place = get_desk(subject), subject.source_language
        if place not in recipients:
            reachable = list_reachable(User.objects.all(), UNAPPROVED)
            recipients[place] = list_approvers(subject, subject.source_language, (), by, reachable)
        facts = {"about": revision.pk, "language": subject.source_language, "instant": revision.at}
        notices += build_notices_to(recipients[place], UNAPPROVED, now, **facts, **get_subject_key(subject))
    write_notices(notices, now)


def list_waiting_texts(revision: Revision) -> set[tuple[str, str, str]]:
    """Return the documents of a submission that wait for approval: the language, the digest, and that of the source."""
    rows = annotate_last_verdict(RevisionDocument.objects.filter(revision=revision))
    waiting = rows.filter(verdict=None, has_ended=False).values_list("language", "document")
    source = revision.source_digest
    return {(language, digest, source) for language, digest in waiting}


def notify_authors(subject: Subject, verdicts: Sequence[Verdict], by: Actor, now: dt.datetime) -> None:
    """Tell the authors and submitters of texts that were sent back."""
    authors = find_authors([(verdict.revision, verdict.language) for verdict in verdicts])
    notices: list[Notice] = []
    for verdict in verdicts:
        users = User.objects.filter(pk__in=authors[verdict.revision_id, verdict.language])
        facts: dict[str, Any] = {
            "subject_key": get_subject_key(subject),
            "about": verdict.revision_id,
            "instant": verdict.at,
        }
        notices += build_notices(SENT_BACK, exclude_actor(users, by), now, language=verdict.language, **facts)
    write_notices(notices, now)


def notify_of_comment(subject: Subject, comment: Comment, by: Actor, now: dt.datetime) -> None:
    """Tell the authors of the text that a comment is about, and those who wrote or answered the comment.

    While the text waits for approval and `by` may decide, this waits for the decision, and so do the notices of earlier
    comments on the text.
    """
    place = comment.revision, str(comment.language)
    keys = find_authors([place])[comment.revision_id, place[1]]
    answers = comment.replies.filter(act=CommentReply.Act.ANSWERED)
    talkers = comment.by_id, *answers.values_list("by", flat=True)  # None is nobody
    users = exclude_actor(User.objects.filter(pk__in={*keys, *talkers}), by)
    of_text = {**get_subject_key(subject), "language": place[1]}
    facts: dict[str, Any] = {"subject_key": get_subject_key(subject), "about": comment.pk, "language": place[1]}
    notices = build_notices(COMMENTS, users, now, instant=now, **facts)
    if may_review(by, subject, place[1]) and place[1] in {text[0] for text in list_waiting_texts(comment.revision)}:
        due_at = now + DECISION_TIME
        find_unsent_comments(**of_text).update(due_at=due_at)
        for notice in notices:
            notice.due_at = due_at
    write_notices(notices, now)


def release_comment_notices(subject: Subject, languages: Iterable[str], now: dt.datetime) -> None:
    """Let the notices of comments on texts that were decided wait no longer."""
    of_texts = {**get_subject_key(subject), "language__in": [*languages], "due_at__gt": now + GATHERING_TIME}
    find_unsent_comments(**of_texts).update(due_at=now + GATHERING_TIME)


def find_unsent_comments(**conditions: Any) -> QuerySet[Notice]:
    """Return the notices of comments that belong to no mail yet."""
    return Notice.objects.filter(kind=COMMENTS.name, sent_at=None, batch=None, **conditions)


def exclude_actor(users: QuerySet[User], by: Actor) -> QuerySet[User]:
    return users.exclude(pk=by.user.pk) if by.user else users
