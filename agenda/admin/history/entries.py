"""The entries of the history: what happened, in words, who did it, when and why."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agenda.admin.history.changed_words import ChangeWords, Digests
from agenda.admin.history.edition_states import EditionState, EditionStates
from agenda.admin.screen import Screen
from agenda.dashboard.admin_urls import admin_url
from agenda.models import REVIEWABLE_REASONS, Comment, CommentReply, ReleaseEntry, Revision, RevisionReason, Verdict
from agenda.workflow.comments import hide_suppressed_passages
from agenda.workflow.drafts import get_subject_key
from agenda.workflow.note_history import EventSource, HistoryEvent, get_edition_ids, load_rows
from agenda.workflow.states import format_to_the_minute
from meetings.access import Right
from meetings.clock import InvalidTimeError, parse_instant
from meetings.documents.choices import Language
from meetings.documents.plain_text import cut_text
from meetings.models import Act, AuditEntry, EditionDocument, EditionReason, User

GATHERED_WITHIN = dt.timedelta(minutes=30)
"""Saves by one person are one entry if each follows the one before it within this time, and nothing else happened."""
MAX_QUOTE_LENGTH = 200
GATHERED_REASONS = (RevisionReason.SAVED, RevisionReason.TRANSLATED)


@dataclass
class HistoryEntry:
    """An entry as the screen shows it.

    `why` is what the person wrote about it, `quote` the passage that a comment is about. `changes` are the changed
    places in words. `version` is the key of its text, if it can be compared with another one. `parts` are the single
    saves of an entry that gathers several.
    """

    at: dt.datetime
    title: str
    who: str = ""
    kind: str = ""
    why: str = ""
    quote: str = ""
    changes: Sequence[str] = ()
    statuses: Sequence[str] = ()
    languages: Sequence[tuple[Language, str]] = ()
    links: Sequence[tuple[str, str]] = ()
    version: str = ""
    parts: list["HistoryEntry"] = field(default_factory=list)


class EntryBuilder:
    """Builds the entries of one page of the history, in a number of queries that does not depend on its length."""

    def __init__(self, screen: Screen, events: Sequence[HistoryEvent], states: EditionStates) -> None:
        self.screen, self.events, self.states, self.now = screen, events, states, screen.now
        self.rows = load_rows(events)
        revisions = [row for row in self.rows.values() if isinstance(row, Revision)]
        self.revisions = sorted(revisions, key=lambda revision: revision.pk, reverse=True)
        self.digests = {revision.pk: get_ordered_digests(revision) for revision in self.revisions}
        self.before = self.find_earlier_revisions()
        self.edition_digests = self.load_edition_digests()
        self.releases, self.same_day_reasons = self.load_release_entries(), self.load_same_day_reasons()
        self.words = ChangeWords(self.list_pairs(), reads_suppressed=screen.may(Right.SUPPRESS))
        users = {row.actor_id for row in self.rows.values() if isinstance(row, AuditEntry) and row.actor_id}
        self.names = {
            user.pk: user.get_full_name() or user.get_username()
            for user in (User.objects.filter(pk__in=users) if users else ())
        }
        comments = [row for row in self.rows.values() if isinstance(row, Comment)]
        comments += [row.comment for row in self.rows.values() if isinstance(row, CommentReply)]
        hide_suppressed_passages(comments, screen.subject, screen.user)

    def find_earlier_revisions(self) -> dict[int, int]:
        """Return the revision before each of the page, by their keys. That before the last one takes two queries."""
        saves = [revision.pk for revision in self.revisions]
        if not saves:
            return {}
        of_subject = Revision.objects.for_subject(self.revisions[0].subject_type, self.revisions[0].subject_id)
        older = of_subject.filter(pk__lt=saves[-1]).order_by("-pk").prefetch_related("documents").first()
        if older:
            self.digests[older.pk] = get_ordered_digests(older)
            saves.append(older.pk)
        return dict(pairwise(saves))

    def load_edition_digests(self) -> dict[UUID, dict[str, str]]:
        """Return the digests of the editions of the page, and of those before them, in one query."""
        shown = [self.states.states[key] for key in get_edition_ids(self.events)]
        keys = {state.edition.pk for state in shown} | {state.before for state in shown if state.before}
        found: dict[UUID, dict[str, str]] = {key: {} for key in keys}
        documents = EditionDocument.objects.filter(edition__in=keys)
        rows = documents.values_list("edition", "language", "document__digest")
        sources = {state.edition.pk: state.edition.source_language for state in self.states.states.values()}
        for key, language, digest in sorted(rows, key=lambda row: (row[1] != sources[row[0]], row[1])) if keys else ():
            found[key][language] = digest
        return found

    def load_release_entries(self) -> dict[UUID, ReleaseEntry]:
        keys = get_edition_ids(self.events)
        entries = ReleaseEntry.objects.filter(edition_id__in=keys) if keys else ()
        return {entry.edition_id: entry for entry in entries if entry.edition_id}

    def load_same_day_reasons(self) -> dict[str, str]:
        """Return why same-day changes were made, for colleagues, by the instant of their edition."""
        shown = [self.states.states[key].edition for key in get_edition_ids(self.events)]
        instants = [edition.available_from for edition in shown if edition.reason == EditionReason.FACTS]
        if not instants:
            return {}
        acts = AuditEntry.objects.filter(**get_subject_key(self.screen.subject), act=Act.FACTS_CHANGED)
        acts = acts.filter(at__gt=min(instants) - dt.timedelta(minutes=1), at__lte=max(instants))
        return {entry.details.get("at", ""): entry.details.get("reason", "") for entry in acts}

    def list_pairs(self) -> Iterable[tuple[Digests, Digests]]:
        for revision in self.revisions:
            if revision.pk in self.before and revision.why not in REVIEWABLE_REASONS:
                yield self.digests[self.before[revision.pk]], self.digests[revision.pk]
        for group in self.group_events():
            if len(group) > 1 and isinstance(group[0], Revision) and (earlier := self.before.get(group[-1].pk)):
                yield self.digests[earlier], self.digests[group[0].pk]
        for key in get_edition_ids(self.events):
            state = self.states.states[key]
            if state.before:
                yield self.edition_digests[state.before], self.edition_digests[key]

    def build(self) -> list[HistoryEntry]:
        return [self.build_entry(group) for group in self.group_events()]

    def group_events(self) -> list[list[Any]]:
        """Return the rows of the page, those together that are one entry, the newest first."""
        groups: list[list[Any]] = []
        for event in self.events:
            if event.source == EventSource.EDITION:
                groups.append([self.states.states[UUID(event.key)]])
                continue
            row = self.rows[event.source, event.key]
            if groups and belongs_to(row, groups[-1][-1]):
                groups[-1].append(row)
            else:
                groups.append([row])
        return groups

    def build_entry(self, group: list[Any]) -> HistoryEntry:
        first = group[0]
        if isinstance(first, Revision) and len(group) > 1:
            return self.build_revision(group[-1]) if first.why in REVIEWABLE_REASONS else self.build_saves(group)
        builders: dict[type, Callable[[Any], HistoryEntry]] = {
            EditionState: self.build_edition,
            Revision: self.build_revision,
            Verdict: lambda _verdict: self.build_verdicts(group),
            Comment: self.build_comment,
            CommentReply: self.build_reply,
            AuditEntry: self.build_audit_entry,
        }
        return builders[type(first)](first)

    def build_saves(self, group: list[Revision]) -> HistoryEntry:
        newest, oldest = group[0], group[-1]
        entry = self.build_revision(newest)
        values = {"number": len(group), "since": format_to_the_minute(oldest.at, self.now)}
        entry.title += " " + _("%(number)d times since %(since)s") % values
        before = self.before.get(oldest.pk)
        entry.changes = self.words.describe(self.digests[before], self.digests[newest.pk]) if before else ()
        entry.parts = [self.build_revision(revision) for revision in group]
        return entry

    def build_revision(self, revision: Revision) -> HistoryEntry:
        subject, may = self.screen.subject, self.screen.may
        url, before = admin_url(subject, "revision", revision.pk), self.before.get(revision.pk)
        is_submission = revision.why in REVIEWABLE_REASONS
        links = [(_("View"), url)]
        if may(Right.CHANGE):
            links.append((_("Restore…"), admin_url(subject, "restore", revision.pk)))
        if may(Right.SHARE):
            links.append((_("Preview link…"), admin_url(subject, "previews", revision=revision.pk)))
        digests = self.digests[revision.pk]
        if before is None:
            changes = [_("This is the first draft.")]
        else:
            changes = [] if is_submission else self.words.describe(self.digests[before], digests)
        return HistoryEntry(
            revision.at,
            capfirst(revision.get_why_display()),
            revision.by_name,
            "review" if is_submission else "save",
            why=revision.remark,
            changes=changes,
            languages=[(Language(key), f"{url}?language={key}") for key in digests] if len(digests) > 1 else [],
            links=links,
            version=str(revision.pk),
        )

    def build_verdicts(self, verdicts: list[Verdict]) -> HistoryEntry:
        first = verdicts[0]
        languages = ", ".join(Language(verdict.language).label for verdict in reversed(verdicts))
        title = _("Approved: %s") if first.approved else _("Sent back: %s")
        statuses = [_("carried over without a new review")] if first.carried_from_id else []
        url = admin_url(self.screen.subject, "review", revision=first.revision_id)
        return HistoryEntry(
            first.at, title % languages, first.by_name, "review", first.remark, statuses=statuses,
            links=[(_("View the review"), url)],
        )  # fmt: skip

    def build_edition(self, state: EditionState) -> HistoryEntry:
        edition, subject = state.edition, self.screen.subject
        event = edition.get_reason_display()
        if state.is_pending:
            event = _("will be published") + ("" if edition.reason == EditionReason.PUBLICATION else f" ({event})")
        title = _("Edition %(number)d: %(event)s") % {"number": state.number, "event": event}
        url = admin_url(subject, "edition", edition.pk)
        links = [(_("View"), url)]
        if state.before and not edition.is_tombstone:
            links.append((_("What changed"), admin_url(subject, "edition_changes", edition.pk)))
        if state.may_be_suppressed:
            links.append((_("Remove from the site…"), admin_url(subject, "suppress", edition.pk)))
        if state.is_pending and self.screen.may(Right.PUBLISH):
            links.append((_("Cancel publication…"), admin_url(subject, "call_off")))
        release = self.releases.get(edition.pk)
        why = state.reason or edition.change_note or (release.note if release else "")
        reason = self.same_day_reasons.get(edition.available_from.isoformat(), "")
        statuses = [state.label]
        if release and release.forced_reason:
            statuses.append(_("Without approval: “%s”") % release.forced_reason)
        if reason:
            statuses.append(_("For colleagues: “%s”") % reason)
        before, digests = state.before, self.edition_digests[edition.pk]
        return HistoryEntry(
            edition.available_from,
            title,
            edition.published_by,
            "published",
            why=why,
            changes=self.words.describe(self.edition_digests[before], digests)
            if before and not edition.is_tombstone
            else (),
            statuses=statuses,
            languages=[(Language(key), f"{url}?language={key}") for key in digests],
            links=links,
            version="" if edition.is_tombstone else str(edition.pk),
        )

    def build_comment(self, comment: Comment) -> HistoryEntry:
        title = _("Comment: %s") % (comment.place or _("the whole note"))
        entry = HistoryEntry(comment.at, title, comment.by_name, "comment", comment.text)
        entry.quote = cut_text(comment.quote, MAX_QUOTE_LENGTH)
        entry.statuses = [_("settled") if comment.settled_at else _("open")]
        if comment.settled_at is None:
            entry.links = [(_("Show in the note"), f"{admin_url(self.screen.subject, 'change')}#comments")]
        return entry

    def build_reply(self, reply: CommentReply) -> HistoryEntry:
        titles = {
            CommentReply.Act.ANSWERED: _("Comment answered: %s"),
            CommentReply.Act.SETTLED: _("Comment settled: %s"),
            CommentReply.Act.REOPENED: _("Comment reopened: %s"),
        }
        title = titles[CommentReply.Act(reply.act)] % (reply.comment.place or _("the whole note"))
        quote = _("%(who)s: %(text)s") % {"who": reply.comment.by_name, "text": reply.comment.text}
        return HistoryEntry(reply.at, title, reply.by_name, "comment", reply.text, cut_text(quote, MAX_QUOTE_LENGTH))

    def build_audit_entry(self, entry: AuditEntry) -> HistoryEntry:
        details = entry.details
        title = str(capfirst(Act(entry.act).label))
        when = details.get("edition") or details.get("at") or details.get("until")
        if when and (shown := format_stored_instant(when, self.now)):
            title = _("%(what)s (%(when)s)") % {"what": title, "when": shown}
        if unpublishable := details.get("not_publishable"):
            title = _("Saved, but it cannot be published: %s") % unpublishable
        about = details.get("reason") or details.get("remark") or details.get("for_whom") or ""
        if entry.act == Act.AUTHOR_APPROVED:
            title = f"{title}: {Language(details['language']).label}"
            return HistoryEntry(
                entry.at, title, entry.actor, "review", str(about),
                links=[(_("View the review"), admin_url(self.screen.subject, "review"))],
            )  # fmt: skip
        kind = "save" if entry.act in (Act.SAVED, Act.IMPORTED, Act.RESTORED, Act.TRANSLATED) else "published"
        return HistoryEntry(entry.at, title, self.names.get(entry.actor_id or 0, entry.actor), kind, str(about))


def belongs_to(row: Any, newer: Any) -> bool:
    """Return whether a row is one entry with the newer row before it."""
    if type(row) is not type(newer):
        return False
    if isinstance(row, Revision):
        if row.why in REVIEWABLE_REASONS:
            return is_carried_copy(newer, row)
        return (
            row.why == newer.why
            and row.why in GATHERED_REASONS
            and (row.by_id, row.by_name) == (newer.by_id, newer.by_name)
            and newer.at - row.at <= GATHERED_WITHIN
            and row.remark == newer.remark
            and (not row.remark or row.why == RevisionReason.TRANSLATED)
        )
    if isinstance(row, Verdict):
        same = ("revision_id", "approved", "by_id", "remark")
        return (
            all(getattr(row, name) == getattr(newer, name) for name in same)
            and bool(row.carried_from_id) == bool(newer.carried_from_id)
            and newer.at - row.at < dt.timedelta(minutes=1)
        )
    return False


def is_carried_copy(revision: Revision, of: Revision) -> bool:
    """Return whether a revision is a submission into which a same-day change was carried: the change has an entry.

    It has the time of the submission, and another source text. With the same one, it is a submission of translations.
    """
    facts = [(each.why, each.at, each.by_id, each.by_name, each.version) for each in (revision, of)]
    sources = [next(iter(get_ordered_digests(each).values()), "") for each in (revision, of)]
    return facts[0] == facts[1] and sources[0] != sources[1]


def get_ordered_digests(revision: Revision) -> dict[str, str]:
    """Return the digests by language, the source language first."""
    rows = sorted(revision.documents.all(), key=lambda row: (row.language != revision.source_language, row.language))
    return {row.language: row.document_id for row in rows}


def format_stored_instant(text: str, now: dt.datetime) -> str:
    try:
        return format_to_the_minute(parse_instant(text), now)
    except InvalidTimeError:
        return ""
