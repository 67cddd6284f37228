"""Build the dashboard: warnings, what waits for whom, and what comes next, in a constant number of queries."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    Exists,
    F,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.dashboard.admin_urls import admin_url
from agenda.dashboard.dashboard_line import DashboardLine, format_details
from agenda.dashboard.fair_lists import fetch_fairly, fetch_of_desks
from agenda.dashboard.link_lines import build_link_lines
from agenda.dashboard.live_meetings import (
    describe_draft_move,
    find_next_meeting_day,
    format_live_name,
    get_live_meeting_editions,
    load_live_editions,
)
from agenda.dashboard.translation_lines import (
    build_lines_to_publish,
    build_lines_to_revise,
    build_lines_to_translate,
)
from agenda.models import BackgroundTopic, Release, ReleaseEntry, Revision, Verdict
from agenda.workflow.approval_rights import ApprovalRequests
from agenda.workflow.authors import find_authors
from agenda.workflow.comments import find_comments_for
from agenda.workflow.drafts import defer_texts
from agenda.workflow.lone_acts import exclude_texts_to_approve, find_authors_of_acts
from agenda.workflow.planned_releases import ALARM_LEAD_TIME
from agenda.workflow.reviews import ReviewState
from agenda.workflow.same_day_changes.delays import is_press_day
from agenda.workflow.states import (
    IS_RESUBMITTED,
    TEXT_WAITS,
    WorkflowState,
    annotate_publishers,
    annotate_states,
    format_release_state,
    format_short_time,
    format_to_the_minute,
    get_unapproved_entries,
)
from meetings.access import Right, has_right
from meetings.access.lone_acts import HAS_AUTHORS, OWN_WORDS, find_lone_acts
from meetings.clock import BRUSSELS
from meetings.database.prepared_query import fetch_objects, pad_keys
from meetings.documents.choices import MeetingStatus
from meetings.models import (
    Act,
    AuditEntry,
    ChangeEffect,
    Edition,
    EditionDocument,
    EditionReason,
    Meeting,
    SubjectType,
    User,
)

DAY = dt.timedelta(days=1)
READY_BEFORE = 14 * DAY
"""A meeting that begins within this time should have been published."""
MAX_ROWS = 100
"""Maximum of meetings, and of topics, to load: a longer dashboard would not help anybody."""
NO_KEY = UUID(int=0)
"""Without a key, the order would begin with a constant number, by which PostgreSQL understands the first column."""
MAX_ALARMS, MAX_ALARM_ENTRIES = 5, 101  # every page shows them; a release has up to twenty meetings and topics


def build_alarms(now: dt.datetime) -> tuple[list[dict[str, Any]], bool]:
    """Build alarms for planned releases that are due within half an hour or overdue, in one query.

    What is ready is scheduled within a minute, so these are not. Return the first `MAX_ALARMS`, and whether there are
    more.
    """
    found: dict[Any, tuple[Release, list[str]]] = {}
    for entry in fetch_objects(select_due_entries, now + ALARM_LEAD_TIME, limit=MAX_ALARM_ENTRIES):
        found.setdefault(entry.release_id, (entry.release, []))[1].append(entry.title)
    alarms = [
        {
            "titles": ", ".join(titles),
            "url": admin_url(release, "change"),
            "at": format_short_time(release.at, now),
            "is_overdue": release.at <= now,
            "minutes": -(-abs(int((release.at - now).total_seconds())) // 60),
        }
        for release, titles in [*found.values()][:MAX_ALARMS]
    ]
    return alarms, len(found) > MAX_ALARMS


def select_due_entries(until: dt.datetime) -> QuerySet[ReleaseEntry]:
    due = ReleaseEntry.objects.filter(release__state=Release.State.PLANNED, release__at__lte=until)
    return due.select_related("release").order_by("release__at", "release_id", "title")


INFORMING_LISTS = ("days", "upcoming", "not_ready", "recent_changes")


class Dashboard:
    """The lists of the dashboard. Each has what the user can act on or needs to know."""

    def __init__(self, user: User, now: dt.datetime) -> None:
        changed = fetch_objects(select_recent_changes, now - DAY, now, limit=MAX_ROWS)
        forced = fetch_of_desks(get_unapproved_entries, user, limit=MAX_ROWS + 1)
        comments = fetch_objects(find_comments_for, user.pk, limit=MAX_ROWS)
        lone = fetch_of_desks(select_lone_acts, user, limit=MAX_ROWS + 1)
        self.has_more_urgent = max(len(forced), len(lone)) > MAX_ROWS
        forced, lone = forced[:MAX_ROWS], sorted(lone[:MAX_ROWS], key=attrgetter("pk"))
        keys = {item.subject_id for item in (*changed, *forced, *comments, *lone)}
        next_day = find_next_meeting_day(now.astimezone(BRUSSELS).date() + DAY, now)
        found, self.has_more_texts = load_rows(user, now, keys, next_day)
        rows = {row.pk: row for row in found}
        authors = load_authors(rows.values(), forced)
        requests = ApprovalRequests(user)
        self.forced, self.forced_by_others = build_unapproved_lines(forced, rows, authors, requests, now)
        self.lone_acts = [*build_lone_lines(lone, rows, requests, now)]
        self.comments = [*build_comment_lines(comments, rows, now)]
        self.to_approve: list[DashboardLine] = []
        self.sent_back: list[DashboardLine] = []
        self.never_submitted: list[DashboardLine] = []
        self.unsubmitted: list[DashboardLine] = []
        self.to_release: list[DashboardLine] = []
        self.in_review: list[DashboardLine] = []
        for row in rows.values():
            self.add_row(row, requests, now, authors.get(row.submitted, ()))
        self.to_approve += build_lines_to_revise(requests, now)
        self.to_release += build_lines_to_publish(user, now)
        self.to_translate = build_lines_to_translate(rows.values(), user, now)
        self.failing_links = build_link_lines(user, now)
        self.upcoming = [*build_upcoming_lines(now)]
        live = load_live_editions([key for key, row in rows.items() if isinstance(row, Meeting)], now)
        self.days = [*group_meetings_by_day(rows.values(), live, user, now, next_day)]
        self.not_ready = [*build_unready_lines(rows.values(), user, now)]
        self.recent_changes = [*build_change_lines(changed, rows, live, now)]

    @property
    def has_work(self) -> bool:
        """True if something waits for the user or for a colleague. The lists of days only inform."""
        lists = {name: lines for name, lines in vars(self).items() if isinstance(lines, list)}
        return any(lines for name, lines in lists.items() if name not in INFORMING_LISTS)

    @property
    def has_urgent(self) -> bool:
        """True if something is public that somebody must still approve or confirm. It comes before all other lists."""
        return bool(self.forced or self.forced_by_others or self.lone_acts)

    @property
    def has_meeting_today(self) -> bool:
        return bool(self.days[0][1])

    def add_row(self, row: Any, requests: ApprovalRequests, now: dt.datetime, authors: Collection[int]) -> None:
        """Add the row to the list that says whose turn it is. `authors` wrote or submitted part of its last text."""
        state, user = WorkflowState(row), requests.user
        is_own = user.pk in authors
        if state.is_unsubmitted and has_right(user, Right.CHANGE, row):
            details = format_details(row.saved_by, row.saved_at, "", now) if row.saved_by else ""
            self.unsubmitted.append(DashboardLine(str(row), admin_url(row, "change"), state.get_labels(), details))
        if state.is_new and row.has_written and has_right(user, Right.CHANGE, row):
            details = format_details(row.saved_by, row.saved_at, "", now) if row.saved_by else ""
            self.never_submitted.append(DashboardLine(str(row), admin_url(row, "change"), (), details))
        if state.submission_waits:
            details = format_details(row.submitted_by, row.submitted_at, row.submitted_remark, now)
            line = DashboardLine(str(row), admin_url(row, "review"), state.get_labels(), details)
            if requests.is_asked(row, row.source_language, authors):
                self.to_approve.append(line)
            elif is_own or has_right(user, Right.SUBMIT, row):
                self.in_review.append(line)
        if state.is_sent_back and (is_own or has_right(user, Right.CHANGE, row)):
            details = f"{row.verdict_by}: “{row.verdict_remark}”"
            self.sent_back.append(DashboardLine(str(row), admin_url(row, "change"), state.get_labels(), details))
        if state.is_waiting_for_release and has_right(user, Right.PUBLISH, row):
            details = format_details(row.approved_by, row.approved_at, row.approved_remark, now)
            self.to_release.append(DashboardLine(str(row), admin_url(row, "release"), state.get_labels(), details))


def load_rows(user: User, now: dt.datetime, keys: Iterable[Any], next_day: dt.date | None) -> tuple[list[Any], bool]:
    """Load meetings and topics, in a query each: those of whom something is to be done or known, or with these keys.

    Return them, and whether there are more.

    `next_day` is the next day with meetings after tomorrow.
    Those of three days are few and come first, then those of which a text waits, so that the limit drops only changed
    ones and those that are not ready. If there are more, the first of each person are loaded of all these.
    """
    today = now.astimezone(BRUSSELS).date()
    days = (today, today + DAY, next_day or today, today + READY_BEFORE)
    padded = pad_keys(key for key in keys if key)
    limit = MAX_ROWS + len(padded)  # those with the keys come first, and leave the places of the others
    padded = padded or [NO_KEY]
    meetings, has_more = fetch_fairly(
        select_meetings, user.pk, now, *days, *padded, limit=limit, person="last_by", ranks=2
    )
    topics, has_more_topics = fetch_fairly(select_topics, user.pk, now, *padded, limit=limit, person="last_by", ranks=2)
    return [*meetings, *topics], has_more or has_more_topics


WAITS_FOR_SOMEBODY = IS_RESUBMITTED & (TEXT_WAITS | Q(review=ReviewState.SENT_BACK))
IS_OWN_DRAFT = Q(edition_number=0, appears_from=None, review=None, has_written=True)
# The review costs most, so it comes last: databases evaluate conditions in order and stop early.
IS_WORK = Q(is_changed=True) | Q(differs_from_withdrawn=True) | WAITS_FOR_SOMEBODY | IS_OWN_DRAFT


def select_meetings(  # noqa: PLR0917 (the parameters of prepared queries are positional)
    user: int, now: dt.datetime, today: dt.date, tomorrow: dt.date, next_day: dt.date, until: dt.date, *keys: UUID
) -> QuerySet[Any]:
    has_key = Q(pk__in=keys)
    of_days = Q(start_date__lte=tomorrow, end_date__gte=today) | Q(start_date=next_day)
    unready = Q(edition_number=0, appears_from=None, start_date__gt=today, start_date__lte=until)
    soon = of_days | Q(pk__in=get_live_meeting_editions(now).filter(of_days).values("subject_id"))
    meetings = annotate_states(defer_texts(Meeting.objects.select_related("configuration")), SubjectType.MEETING, now)
    rows: QuerySet[Any] = annotate_authors(meetings, user).filter(IS_WORK | has_key | soon | unready)
    rank = rank_by_condition(soon, WAITS_FOR_SOMEBODY, unready)
    return rows.order_by(rank_by_condition(has_key), rank, "start_date", "configuration", "pk")


def select_topics(user: int, now: dt.datetime, *keys: UUID) -> QuerySet[Any]:
    has_key = Q(pk__in=keys)
    topics = annotate_states(defer_texts(BackgroundTopic.objects.all()), SubjectType.TOPIC, now)
    rows: QuerySet[Any] = annotate_authors(topics, user).filter(IS_WORK | has_key)
    return rows.order_by(rank_by_condition(has_key), rank_by_condition(WAITS_FOR_SOMEBODY), "title", "pk")


def rank_by_condition(*conditions: Q) -> Any:
    whens = [When(condition, then=Value(place)) for place, condition in enumerate(conditions)]
    return Case(*whens, default=Value(len(whens)))


def annotate_authors(rows: Any, user: int) -> Any:
    """Add who saved the row, and who submitted it and its approved text. Each has a name, an instant and a remark.

    Add the last verdict, too, whether the user ever saved the row, and who submitted it, or else saved it (`last_by`).
    """
    last = Revision.objects.filter(pk=OuterRef("last_saved"))
    submission = Revision.objects.filter(pk=OuterRef("submitted"))
    approved = Revision.objects.filter(pk=OuterRef("unreleased"))
    verdicts = Verdict.objects.filter(revision=OuterRef("submitted")).order_by("-pk")
    return rows.annotate(
        saved_by=last.values("by_name")[:1],
        saved_at=last.values("at")[:1],
        submitted_by=submission.values("by_name")[:1],
        submitted_at=submission.values("at")[:1],
        submitted_remark=submission.values("remark")[:1],
        approved_by=approved.values("by_name")[:1],
        approved_at=approved.values("at")[:1],
        approved_remark=approved.values("remark")[:1],
        verdict_by=verdicts.values("by_name")[:1],
        verdict_remark=verdicts.values("remark")[:1],
        has_written=Exists(Revision.objects.filter(subject_id=OuterRef("pk"), by=user)),
        last_by=Coalesce(F("submitted_by"), F("saved_by")),
    )


def load_authors(rows: Iterable[Any], forced: Iterable[ReleaseEntry]) -> dict[int, set[int]]:
    """Return the keys of those who wrote or submitted the source text of each submission to decide, by its key."""
    decided = {row.submitted for row in rows if row.submission_waits or row.review == ReviewState.SENT_BACK}
    submitted = [*Revision.objects.filter(pk__in=decided), *(entry.revision for entry in forced if entry.revision)]
    authors = find_authors((revision, revision.source_language) for revision in submitted)
    return {revision: keys for (revision, _language), keys in authors.items()}


REASONS_WITHOUT_RELEASE = (
    EditionReason.FACTS,
    EditionReason.WITHDRAWAL,
    EditionReason.RESTORATION,
    EditionReason.AGAIN,
)
"""Reasons of editions that one person publishes at once, and of those that are published again after that."""


def select_recent_changes(after: dt.datetime, until: dt.datetime) -> QuerySet[Edition]:
    """Return the editions of this time that were published without a release, newest first."""
    editions = Edition.objects.filter(
        reason__in=REASONS_WITHOUT_RELEASE, available_from__gt=after, available_from__lte=until
    ).order_by("-available_from")
    return annotate_publishers(editions)


def select_lone_acts() -> QuerySet[AuditEntry]:
    """Return what a colleague must confirm: of each person on a meeting or topic, the first act, the oldest first.

    So later acts do not displace it. After these comes the first act with each text that has authors, because they
    cannot confirm it, but perhaps the others; and the first of the acts without such a text. Those about reference data
    are returned one by one.
    """
    text = Case(When(HAS_AUTHORS, then=F("digest")), default=Value(""))
    acts = exclude_texts_to_approve(find_lone_acts()).annotate(text=text)
    of_subjects = acts.exclude(subject_id=None).order_by()
    of_person = of_subjects.filter(subject_id=OuterRef("subject_id"), actor_id=OuterRef("actor_id"))
    first = of_subjects.values("subject_id", "actor_id", "text").annotate(first=Min("pk")).values("first")
    later = of_person.filter(text=OuterRef("text"), pk__gt=OuterRef("pk"))
    acts = acts.filter(Q(subject_id=None) | Q(pk__in=first)).annotate(has_later=Exists(later))
    return acts.order_by(Exists(of_person.filter(pk__lt=OuterRef("pk"))), "pk")


def build_change_lines(
    editions: Iterable[Any], rows: Mapping[Any, Any], live: Mapping[UUID, Edition], now: dt.datetime
) -> Iterable[DashboardLine]:
    for edition in editions:
        row = rows.get(edition.subject_id)
        if row is None:
            continue
        details = ", ".join(filter(None, (edition.published_by, format_to_the_minute(edition.available_from, now))))
        details += f": {edition.change_note}" if edition.change_note else ""
        title = format_live_name(live[row.pk]) if row.pk in live else str(row)
        way = (
            admin_url(row, "history", show="published")
            if edition.is_tombstone
            else admin_url(row, "edition_changes", edition.pk)
        )
        yield DashboardLine(title, way, [edition.get_reason_display()], details)


def build_unapproved_lines(
    entries: Iterable[ReleaseEntry],
    rows: Any,
    authors: Mapping[int, Collection[int]],
    requests: ApprovalRequests,
    now: dt.datetime,
) -> tuple[list[DashboardLine], list[DashboardLine]]:
    """Build the lines of texts that this user is asked to approve, and of those that a colleague must approve."""
    to_review, of_others = list[DashboardLine](), list[DashboardLine]()
    user = requests.user
    for entry in entries:
        row = rows.get(entry.subject_id)
        if row is None or not (has_right(user, Right.APPROVE, row) or has_right(user, Right.CHANGE, row)):
            continue
        revision = entry.revision
        assert revision is not None
        values = {
            "who": revision.by_name,
            "when": format_to_the_minute(entry.release.at, now),
            "why": entry.forced_reason,
        }
        template = _("%(who)s, %(when)s: “%(why)s”")
        authors_of_text = authors.get(revision.pk, ())
        lines = to_review if requests.is_asked(row, revision.source_language, authors_of_text) else of_others
        words = [_("yours")] if user.pk in authors_of_text else []
        lines.append(DashboardLine(str(row), admin_url(row, "review", revision=revision.pk), words, template % values))
    return to_review, of_others


def build_lone_lines(
    entries: Collection[Any], rows: Mapping[UUID, Any], requests: ApprovalRequests, now: dt.datetime
) -> Iterable[DashboardLine]:
    """Build a line for each of `select_lone_acts` that a colleague of its author must confirm: for both of them."""
    user, authors = requests.user, find_authors_of_acts(entries)
    for entry in entries:
        row = rows.get(entry.subject_id) if entry.subject_id else None
        is_own = entry.actor_id == user.pk
        if row is None and entry.act != Act.REFERENCE_CHANGED:
            continue
        if not (is_own or requests.is_asked(row, row.source_language if row else "", authors[entry.pk])):
            continue
        words = [_("yours: a colleague must confirm it")] if is_own else []
        words += [_("the first of several")] if entry.has_later else []
        if row is None:
            way = reverse("confirm-reference", args=[entry.pk])
        else:
            way = admin_url(row, "history", show="published") if is_own else admin_url(row, "confirm", entry.pk)
        title = entry.details["title"] if row is None else str(row)
        typed = " – ".join(entry.details.get(OWN_WORDS, ())) or entry.details.get("reason", "")
        details = format_details(f"{entry.actor} {entry.get_act_display()}", entry.at, typed, now)
        yield DashboardLine(title, way, words, details)


def build_comment_lines(comments: Iterable[Any], rows: Mapping[UUID, Any], now: dt.datetime) -> Iterable[DashboardLine]:
    """Build a line for each meeting or topic with comments. It shows what was said last."""
    by_subject: dict[UUID, list[Any]] = {}
    for comment in comments:
        by_subject.setdefault(comment.subject_id, []).append(comment)
    for key, found in by_subject.items():
        if key not in rows:
            continue
        newest = max(found, key=lambda comment: comment.last_at or comment.at)
        last_reply = (newest.last_name, newest.last_at, newest.last_text)
        details = format_details(*(last_reply if newest.last_at else (newest.by_name, newest.at, newest.text)), now)
        status = ngettext("%d open comment", "%d open comments", len(found)) % len(found)
        yield DashboardLine(str(rows[key]), f"{admin_url(rows[key], 'change')}#comments", [status], details)


def build_upcoming_lines(now: dt.datetime) -> Iterable[DashboardLine]:
    """Build lines of releases that are scheduled, planned or on hold, in order of time.

    They say which drafts have changes that will not be published.
    """
    entries = Prefetch("entries", annotate_digests(ReleaseEntry.objects.order_by("title")))
    releases = fetch_objects(Release.objects.upcoming, now, limit=MAX_ROWS)
    if releases:
        prefetch_related_objects(releases, entries)
    for release in releases:
        every = [*release.entries.all()]
        words = [format_release_state(release, now), *describe_left_out_changes(every)]
        is_overdue = release.state == Release.State.PLANNED and release.at <= now
        if countdown := "" if release.state == Release.State.ON_HOLD else format_countdown(release.at, now):
            words.insert(1, countdown)
        titles = ", ".join(entry.title for entry in every)
        yield DashboardLine(titles, admin_url(release, "change"), words, release.reason, is_urgent=is_overdue)


def format_countdown(instant: dt.datetime, now: dt.datetime) -> str:
    """Format how long it is until an instant within a day, or how long it is overdue: “in 2 h 5 min”."""
    minutes = -(-abs(int((instant - now).total_seconds())) // 60)
    if minutes >= 24 * 60:
        return ""
    parts = (_("%d h") % (minutes // 60), minutes >= 60), (_("%d min") % (minutes % 60), minutes % 60 or not minutes)
    length = " ".join(part for part, is_shown in parts if is_shown)
    return (_("in %s") if instant > now else _("overdue by %s")) % length


def build_unready_lines(rows: Iterable[Any], user: User, now: dt.datetime) -> Iterable[DashboardLine]:
    """Build lines of meetings that begin soon and of which nothing is published or scheduled, by their days."""
    today = now.astimezone(BRUSSELS).date()
    coming = [(row.start_date, row) for row in rows if isinstance(row, Meeting) and row.start_date]
    for start, row in sorted(coming, key=lambda dated: (dated[0], dated[1].configuration.code)):
        state = WorkflowState(row)
        days = (start - today).days
        if 0 < days <= READY_BEFORE.days and state.is_unpublished and has_right(user, Right.CHANGE, row):
            when = ngettext("in %d day", "in %d days", days) % days
            yield DashboardLine(str(row), admin_url(row, "change"), state.get_labels(), when)


def annotate_digests(entries: QuerySet[ReleaseEntry]) -> QuerySet[Any]:
    """Add the digest of the scheduled text, if there is one, and that of the working copy."""
    frozen = EditionDocument.objects.filter(
        edition=OuterRef("edition_id"), edition__is_tombstone=False, language=F("edition__source_language")
    )
    kinds: tuple[Any, ...] = (Meeting, BackgroundTopic)
    working_copies = [Subquery(kind.objects.filter(pk=OuterRef("subject_id")).values("digest")[:1]) for kind in kinds]
    going_out = Subquery(frozen.values("document__digest")[:1])
    return entries.annotate(going_out=going_out, saved=Coalesce(*working_copies))


def describe_left_out_changes(entries: Sequence[Any]) -> Iterable[str]:
    """Name the entries whose draft has changes that will not be published.

    A working copy that was last saved before digests were recorded has none, and counts as unchanged.
    """
    changed = [entry.title for entry in entries if entry.going_out and entry.saved not in ("", None, entry.going_out)]
    if changed and len(entries) == 1:
        yield _("without the latest change")
    elif changed:
        yield _("without the latest change of %s") % ", ".join(changed)


def group_meetings_by_day(
    rows: Iterable[Any], live: Mapping[UUID, Edition], user: User, now: dt.datetime, next_day: dt.date | None
) -> Iterable[tuple[str, list[DashboardLine]]]:
    """Group meetings under today and tomorrow, by their published days, or those of the draft if none is live.

    If there is none tomorrow, those of `next_day` follow, the next day with meetings.
    """
    today = now.astimezone(BRUSSELS).date()
    meetings = [(*get_first_and_last_day(row, live), row) for row in rows if isinstance(row, Meeting)]
    meetings.sort(key=lambda meeting: (meeting[0], meeting[2].configuration.code))
    days = {_("Today"): today, _("Tomorrow"): today + DAY}
    if next_day and not any(first <= today + DAY <= last for first, last, _row in meetings):
        days[format_weekday(next_day, today)] = next_day
    for name, day in days.items():
        of_day = [row for first, last, row in meetings if first <= day <= last]
        yield name, [build_meeting_line(row, live, user, now) for row in of_day]


def format_weekday(day: dt.date, today: dt.date) -> str:
    """Format a day with its weekday, for example “Monday 30 November”; with the year if it is not this one."""
    return date_format(day, "l j F" if day.year == today.year else "l j F Y")


def get_first_and_last_day(meeting: Meeting, live: Mapping[UUID, Edition]) -> tuple[dt.date, dt.date]:
    """Return first and last day; of a meeting without a date, the last day there is."""
    source = live.get(meeting.pk, meeting)
    return source.start_date or dt.date.max, source.end_date or source.start_date or dt.date.max


def build_meeting_line(meeting: Meeting, live: Mapping[UUID, Edition], user: User, now: dt.datetime) -> DashboardLine:
    """Build the line of a meeting, with a link to same-day changes if the user may make them now."""
    words, way = WorkflowState(meeting).get_labels(), admin_url(meeting, "change")
    edition = live.get(meeting.pk)
    if edition is None:
        return DashboardLine(str(meeting), way, words, meeting.get_status_display())
    words += filter(None, [describe_draft_move(meeting, edition)])
    moving = is_press_day(edition.listed_on, edition.end_date, meeting.time_zone, now)
    facts = admin_url(meeting, "facts") if moving and has_right(user, Right.DUTY, meeting) else ""
    return DashboardLine(format_live_name(edition), way, words, describe_live_status(edition), facts)


def describe_live_status(edition: Any) -> str:
    """Return the published status; “moved” if it is postponed to the date that is published, so that it takes place.

    The edition must come from `load_live_editions`.
    """
    status = MeetingStatus(edition.status)
    is_moved = status == MeetingStatus.POSTPONED and not edition.is_called_off
    return str(ChangeEffect.MOVED.label if is_moved else status.label)
