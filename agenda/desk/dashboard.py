"""The front page: what alarms, what waits for whom, what comes next. A constant number of queries."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from agenda.desk.lines import Line
from agenda.desk.live import draft_moves, live_editions, live_meetings, live_name
from agenda.desk.revisers import lines_to_release, lines_to_revise
from agenda.desk.translators import lines_to_translate
from agenda.desk.ways import way_to
from agenda.making import with_makers
from agenda.models import BackgroundTopic, Release, ReleaseEntry, Revision, Verdict, Why
from agenda.publishing.facts.lateness import is_press_day
from agenda.publishing.planning import ALARM_AHEAD
from agenda.reviews import ReviewState
from agenda.states import State, forced_entries, release_words, shortly, to_the_minute, with_states
from meetings.clock import BRUSSELS
from meetings.models import Edition, EditionDocument, EditionReason, Meeting, SubjectType, User
from meetings.rights import Right, may
from meetings.vocabulary import MeetingStatus

DAY = dt.timedelta(days=1)
MOST = 100
"""So many meetings, and so many topics, at most: a front page that lists more is of no use to anybody."""


@dataclass(frozen=True)
class AlarmLine:
    titles: str
    way: str
    at: str
    is_overdue: bool
    minutes: int


def alarms_in_words(now: dt.datetime) -> list[AlarmLine]:
    """Planned releases that are due within half an hour, or were, in one query: something of each is not approved."""
    due = ReleaseEntry.objects.filter(release__state=Release.State.PLANNED, release__at__lte=now + ALARM_AHEAD)
    found: dict[Any, tuple[Release, list[str]]] = {}
    for entry in due.select_related("release").order_by("release__at", "release_id", "title"):
        found.setdefault(entry.release_id, (entry.release, []))[1].append(entry.title)
    return [
        AlarmLine(
            ", ".join(titles),
            way_to(release, "change"),
            shortly(release.at, now),
            release.at <= now,
            -(-abs(int((release.at - now).total_seconds())) // 60),
        )
        for release, titles in found.values()
    ]


@dataclass
class Dashboard:
    """Each list holds what the person may act on, or needs to know."""

    forced: list[Line] = field(default_factory=list)
    to_approve: list[Line] = field(default_factory=list)
    sent_back: list[Line] = field(default_factory=list)
    unsubmitted: list[Line] = field(default_factory=list)
    to_release: list[Line] = field(default_factory=list)
    to_translate: list[Line] = field(default_factory=list)
    in_review: list[Line] = field(default_factory=list)
    coming: list[Line] = field(default_factory=list)
    days: list[tuple[str, list[Line]]] = field(default_factory=list)
    facts: list[Line] = field(default_factory=list)

    @classmethod
    def of(cls, user: User, now: dt.datetime) -> Self:
        found = cls()
        changed = [*without_release(now)]
        forced = list(forced_entries()[:MOST])
        keys = {one.subject_id for one in changed} | {one.subject_id for one in forced}
        rows = {row.pk: row for row in rows_of_interest(user, now, keys)}
        found.forced = [*forced_lines(forced, rows, user, now)]
        for row in rows.values():
            found.sort_in(row, user, now)
        found.to_approve += lines_to_revise(user, now)
        found.to_release += lines_to_release(user, now)
        found.to_translate = lines_to_translate(rows.values(), user, now)
        found.coming = [*coming_lines(now)]
        live = live_editions([key for key, row in rows.items() if isinstance(row, Meeting)], now)
        found.days = [*days_of(rows.values(), live, user, now)]
        found.facts = [*changed_lines(changed, rows, live, now)]
        return found

    @property
    def is_empty(self) -> bool:
        return not any(
            (
                *(self.forced, self.to_approve, self.sent_back, self.unsubmitted, self.to_release),
                *(self.to_translate, self.in_review, self.coming, self.facts),
            )
        )

    def sort_in(self, row: Any, user: User, now: dt.datetime) -> None:
        """Into the one list that says whose turn it is."""
        state = State.of(row)
        if state.is_unsubmitted and may(user, Right.CHANGE, row):
            told = _("%(who)s, %(when)s") % {"who": row.saved_by, "when": to_the_minute(row.saved_at, now)}
            self.unsubmitted.append(Line(str(row), way_to(row, "change"), state.words(), told if row.saved_by else ""))
        if state.is_released or state.is_unsubmitted or not row.submitted or not state.is_waited_for:
            return
        told = _("%(who)s, %(when)s") % {"who": row.submitted_by, "when": to_the_minute(row.submitted_at, now)}
        told += f": “{row.submitted_remark}”" if row.submitted_remark else ""
        line = Line(str(row), way_to(row, "review"), state.words(), told)
        if state.review == ReviewState.IN_REVIEW:
            if may(user, Right.APPROVE, row) and not row.is_mine:
                self.to_approve.append(line)
            elif row.is_mine or may(user, Right.SUBMIT, row):
                self.in_review.append(line)
        elif state.review == ReviewState.SENT_BACK and (row.is_mine or may(user, Right.CHANGE, row)):
            told = f"{row.verdict_by}: “{row.verdict_remark}”"
            self.sent_back.append(Line(str(row), way_to(row, "change"), state.words(), told))
        elif state.is_waiting_for_release and may(user, Right.PUBLISH, row):
            self.to_release.append(Line(str(row), way_to(row, "release"), state.words(), told))


def rows_of_interest(user: User, now: dt.datetime, keys: Iterable[Any]) -> list[Any]:
    """Meetings and topics, in a query each: in review, or changed, those of today and tomorrow, those with the keys.

    Of the latter there are few, and they come first, then what is in review: the limit takes changed ones away.
    """
    today = now.astimezone(BRUSSELS).date()
    asked_for = Q(pk__in=[*keys])
    # The review costs most: it is asked last, since databases ask in the order of writing, and no more than it takes.
    in_review = (Q(edition_number=0, appears_from=None) | Q(is_withdrawn=True)) & Q(review__isnull=False)
    waiting = Q(is_changed=True) | in_review
    of_days = Q(start_date__lte=today + DAY, end_date__gte=today)
    soon = asked_for | of_days | Q(pk__in=live_meetings(now).filter(of_days).values("subject_id"))
    meetings = with_states(Meeting.objects.select_related("configuration"), SubjectType.MEETING, now)
    topics = with_states(BackgroundTopic.objects.all(), SubjectType.TOPIC, now)
    return [
        *with_authors(meetings.filter(waiting | soon), user).order_by(
            first(soon, in_review), "start_date", "configuration", "pk"
        )[:MOST],
        *with_authors(topics.filter(waiting | asked_for), user).order_by(first(asked_for, in_review), "title", "pk")[
            :MOST
        ],
    ]


def first(*conditions: Q) -> Any:
    whens = [When(condition, then=Value(place)) for place, condition in enumerate(conditions)]
    return Case(*whens, default=Value(len(whens)))


def with_authors(rows: Any, user: User) -> Any:
    """Adds who saved it last, who submitted what is in review, what was said of it, and if the person had a hand in it.

    `is_mine` is near enough for a list: it does not tell languages apart. The review screen does.
    """
    last = Revision.objects.filter(pk=OuterRef("last_saved"))
    submission = Revision.objects.filter(pk=OuterRef("submitted"))
    verdicts = Verdict.objects.filter(revision=OuterRef("submitted")).order_by("-pk")
    of_row = Revision.objects.filter(subject_id=OuterRef("pk"))
    last_approved = Verdict.objects.filter(revision__subject_id=OuterRef("subject_id"), approved=True).order_by("-pk")
    mine = of_row.filter(by=user, pk__lte=OuterRef("submitted")).exclude(why=Why.FACTS)
    mine = mine.annotate(
        approved_before=Coalesce(Subquery(last_approved.values("revision")[:1]), 0, output_field=BigIntegerField())
    )
    return rows.annotate(
        saved_by=last.values("by_name")[:1],
        saved_at=last.values("at")[:1],
        submitted_by=submission.values("by_name")[:1],
        submitted_at=submission.values("at")[:1],
        submitted_remark=submission.values("remark")[:1],
        verdict_by=verdicts.values("by_name")[:1],
        verdict_remark=verdicts.values("remark")[:1],
        is_mine=Exists(mine.filter(pk__gt=F("approved_before"))),
    )


WITHOUT_RELEASE = (
    EditionReason.FACTS,
    EditionReason.WITHDRAWAL,
    EditionReason.RESTORATION,
    EditionReason.AGAIN,
)
"""What one person makes public at once; and what appears again after that."""


def without_release(now: dt.datetime) -> QuerySet[Edition]:
    """Of the last day, the newest first."""
    of_day = Edition.objects.filter(
        reason__in=WITHOUT_RELEASE, available_from__gt=now - DAY, available_from__lte=now
    ).order_by("-available_from")
    return with_makers(of_day)[:MOST]


def changed_lines(
    editions: Iterable[Any], rows: Mapping[Any, Any], live: Mapping[UUID, Edition], now: dt.datetime
) -> Iterable[Line]:
    for one in editions:
        row = rows.get(one.subject_id)
        if row is None:
            continue
        told = ", ".join(filter(None, (one.made_by, shortly(one.available_from, now))))
        told += f": {one.change_note}" if one.change_note else ""
        title = live_name(live[row.pk]) if row.pk in live else str(row)
        way = way_to(row, "editions") if one.is_tombstone else way_to(row, "edition_changes", one.pk)
        yield Line(title, way, [one.get_reason_display()], told)


def forced_lines(entries: Iterable[ReleaseEntry], rows: Any, user: User, now: dt.datetime) -> Iterable[Line]:
    for entry in entries:
        row = rows.get(entry.subject_id)
        if row is None or not (may(user, Right.APPROVE, row) or may(user, Right.CHANGE, row)):
            continue
        revision = entry.revision
        assert revision is not None
        facts = {"who": revision.by_name, "when": shortly(entry.release.at, now), "why": entry.forced_reason}
        told = _("%(who)s, %(when)s: “%(why)s”")
        own = revision.by_id == user.pk
        words = [_("yours: a colleague has to approve it")] if own or not may(user, Right.APPROVE, row) else []
        yield Line(str(row), way_to(row, "review", revision=revision.pk), words, told % facts)


def coming_lines(now: dt.datetime) -> Iterable[Line]:
    """Releases that are scheduled, planned or held, in their order; and what goes out without what was saved since."""
    states = Release.State
    coming = Q(state=states.SCHEDULED, at__gt=now) | Q(state__in=(states.PLANNED, states.HELD))
    entries = Prefetch("entries", with_digests(ReleaseEntry.objects.order_by("title")))
    for release in Release.objects.filter(coming).prefetch_related(entries).order_by("at", "id")[:MOST]:
        every = [*release.entries.all()]
        words = [release_words(release, now), *without_change(every)]
        yield Line(", ".join(entry.title for entry in every), way_to(release, "change"), words, release.reason)


def with_digests(entries: QuerySet[ReleaseEntry]) -> QuerySet[Any]:
    """Adds the digest of what goes out, none where nothing is scheduled, and that of the working copy."""
    frozen = EditionDocument.objects.filter(
        edition=OuterRef("edition_id"), edition__is_tombstone=False, language=F("edition__source_language")
    )
    kinds: tuple[Any, ...] = (Meeting, BackgroundTopic)
    working_copies = [Subquery(kind.objects.filter(pk=OuterRef("subject_id")).values("digest")[:1]) for kind in kinds]
    return entries.annotate(going_out=Subquery(frozen.values("document")[:1]), saved=Coalesce(*working_copies))


def without_change(entries: Sequence[Any]) -> Iterable[str]:
    """A working copy that was last saved before digests were noted has none, and counts as unchanged."""
    changed = [entry.title for entry in entries if entry.going_out and entry.saved not in ("", None, entry.going_out)]
    if changed and len(entries) == 1:
        yield _("without the latest change")
    elif changed:
        yield _("without the latest change of %s") % ", ".join(changed)


def days_of(
    rows: Iterable[Any], live: Mapping[UUID, Edition], user: User, now: dt.datetime
) -> Iterable[tuple[str, list[Line]]]:
    """What readers are told of the days; a meeting of which nothing is live has those of its draft."""
    today = now.astimezone(BRUSSELS).date()
    meetings = [row for row in rows if isinstance(row, Meeting)]
    meetings.sort(key=lambda row: (days_in(row, live)[0], row.configuration.code))
    for name, day in ((_("Today"), today), (_("Tomorrow"), today + DAY)):
        of_day = [row for row in meetings if days_in(row, live)[0] <= day <= days_in(row, live)[1]]
        yield name, [day_line(row, live, user, now) for row in of_day]


def days_in(meeting: Meeting, live: Mapping[UUID, Edition]) -> tuple[dt.date, dt.date]:
    """Those of a meeting without a date never come."""
    told = live.get(meeting.pk, meeting)
    return told.start_date or dt.date.max, told.end_date or told.start_date or dt.date.max


def day_line(meeting: Meeting, live: Mapping[UUID, Edition], user: User, now: dt.datetime) -> Line:
    """Leads to the facts of the day whoever may change them, where they may change."""
    words, way = State.of(meeting).words(), way_to(meeting, "change")
    edition = live.get(meeting.pk)
    if edition is None:
        return Line(str(meeting), way, words, meeting.get_status_display())
    words += filter(None, [draft_moves(meeting, edition)])
    moving = is_press_day(edition.listed_on, edition.end_date, meeting.time_zone, now)
    facts = way_to(meeting, "facts") if moving and may(user, Right.DUTY, meeting) else ""
    return Line(live_name(edition), way, words, str(MeetingStatus(edition.status).label), facts)
