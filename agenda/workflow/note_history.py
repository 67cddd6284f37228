"""Everything that happened to a meeting or topic, from all tables that record it, the newest first, in pages."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, Q, QuerySet, TextChoices, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from agenda.models import REVIEWABLE_REASONS, Comment, CommentReply, Revision, Verdict
from agenda.workflow.drafts import Subject, get_subject_key, get_subject_type
from agenda.workflow.reviews import get_all_verdicts
from meetings.models import Act, AuditEntry, Edition


class EventSource(IntEnum):
    """The tables of events. If several things happen at one instant, those of a greater number come later."""

    REVISION = 1
    COMMENT = 2
    REPLY = 3
    VERDICT = 4
    AUDIT = 5
    EDITION = 6


class HistoryFilter(TextChoices):
    ALL = "all", _("All")
    PUBLISHED = "published", _("Published")
    REVIEWS = "reviews", _("Reviews and comments")
    SAVES = "saves", _("Saves")


PUBLICATION_ACTS = (
    Act.PLANNED, Act.SCHEDULED, Act.MOVED, Act.KEPT, Act.PUT_ON_HOLD, Act.CALLED_OFF, Act.SUPPRESSED, Act.REINSTATED,
    Act.ERASED,
)  # fmt: skip
OTHER_ACTS = (Act.LANGUAGE_RULE, Act.CONFIRMED, Act.AUTHOR_APPROVED, Act.PREVIEW_SHARED, Act.PREVIEW_REVOKED)
"""Entries of the audit log that are shown. What a revision, a verdict or an edition records is shown by that."""


@dataclass(frozen=True)
class HistoryEvent:
    """The place of an event in the history: its table, the key of its row as text, and its time."""

    source: EventSource
    key: str
    at: dt.datetime


def list_events(subject: Subject, which: HistoryFilter, start: int, limit: int) -> list[HistoryEvent]:
    """Return `limit` events after the first `start`, the newest first, in one query.

    A scheduled edition comes first: its time is that of its publication.
    """
    first, *others = (select_columns(source, rows) for source, rows in select_rows(subject, which))
    ordered = first.union(*others, all=True).order_by("-moment", "-table", "-number", "key")
    return [
        HistoryEvent(EventSource(source), key, moment)
        for moment, source, _number, key in ordered[start : start + limit]
    ]


def select_columns(source: EventSource, rows: QuerySet[Any]) -> QuerySet[Any]:
    is_edition = source == EventSource.EDITION
    columns: QuerySet[Any] = rows.order_by().annotate(
        moment=F("available_from" if is_edition else "at"),
        table=Value(int(source)),
        number=Value(0) if is_edition else F("pk"),
        key=Cast("pk", CharField()),
    )
    return columns.values_list("moment", "table", "number", "key")


def select_rows(subject: Subject, which: HistoryFilter) -> list[tuple[EventSource, QuerySet[Any]]]:
    """Return the rows of each table that the filter shows."""
    key = get_subject_key(subject)
    revisions = Revision.objects.filter(**key)
    audit = AuditEntry.objects.filter(**key)
    unpublishable = Q(act__in=(Act.SAVED, Act.IMPORTED, Act.RESTORED), details__has_key="not_publishable")
    untranslated = Q(act=Act.TRANSLATED, digest="")  # texts that are out of date, so no document changed
    saves = unpublishable | untranslated
    submissions = revisions.filter(why__in=REVIEWABLE_REASONS)
    editions = Edition.objects.for_subject(get_subject_type(subject), subject.pk)
    reviews: list[tuple[EventSource, QuerySet[Any]]] = [
        (EventSource.COMMENT, Comment.objects.filter(**key)),
        (EventSource.REPLY, get_replies(subject)),
        (EventSource.VERDICT, get_all_verdicts(get_subject_type(subject), subject.pk)),
    ]
    match which:
        case HistoryFilter.PUBLISHED:
            return [(EventSource.EDITION, editions), (EventSource.AUDIT, audit.filter(act__in=PUBLICATION_ACTS))]
        case HistoryFilter.REVIEWS:
            first_approvals = audit.filter(act=Act.AUTHOR_APPROVED)
            return [(EventSource.REVISION, submissions), *reviews, (EventSource.AUDIT, first_approvals)]
        case HistoryFilter.SAVES:
            saved = revisions.exclude(why__in=REVIEWABLE_REASONS)
            return [(EventSource.REVISION, saved), (EventSource.AUDIT, audit.filter(saves))]
    shown = audit.filter(Q(act__in=(*PUBLICATION_ACTS, *OTHER_ACTS)) | saves)
    return [(EventSource.REVISION, revisions), *reviews, (EventSource.AUDIT, shown), (EventSource.EDITION, editions)]


def get_replies(subject: Subject) -> QuerySet[CommentReply]:
    of_subject = {f"comment__{name}": value for name, value in get_subject_key(subject).items()}
    return CommentReply.objects.filter(**of_subject)


def load_rows(events: Sequence[HistoryEvent]) -> dict[tuple[EventSource, str], Any]:
    """Return the rows of the events by source and key, in a few queries for each table."""
    keys = {source: [event.key for event in events if event.source == source] for source in EventSource}
    querysets: dict[EventSource, QuerySet[Any]] = {
        EventSource.REVISION: Revision.objects.prefetch_related("documents"),
        EventSource.COMMENT: Comment.objects.all(),
        EventSource.REPLY: CommentReply.objects.select_related("comment"),
        EventSource.VERDICT: Verdict.objects.all(),
        EventSource.AUDIT: AuditEntry.objects.all(),
    }
    found: dict[tuple[EventSource, str], Any] = {}
    for source, queryset in querysets.items():
        for row in queryset.filter(pk__in=keys[source]) if keys[source] else ():
            found[source, str(row.pk)] = row
    return found


def get_edition_ids(events: Sequence[HistoryEvent]) -> list[UUID]:
    return [UUID(event.key) for event in events if event.source == EventSource.EDITION]
