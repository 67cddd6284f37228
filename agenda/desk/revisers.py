"""Dashboard lines of translations that wait for a reviser's approval, or are approved and not published."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from agenda.desk.lines import DashboardLine
from agenda.desk.ways import admin_url
from agenda.models import REVIEWABLE_REASONS, BackgroundTopic, Revision, RevisionDocument
from agenda.states import build_last_verdict_subquery, format_to_the_minute
from meetings.models import Edition, EditionDocument, Meeting, SubjectType, User
from meetings.rights import Right, has_right
from meetings.vocabulary import Language

LOOK_BACK = dt.timedelta(days=90)
"""Older submissions are not listed."""
MAX_TRANSLATIONS = 100


def get_submitted_translations(now: dt.datetime) -> QuerySet[Any]:
    """Return the translations of the last submission of each subject, with their `verdict` and `source_verdict`."""
    newest = Revision.objects.filter(
        subject_type=OuterRef("revision__subject_type"),
        subject_id=OuterRef("revision__subject_id"),
        why__in=REVIEWABLE_REASONS,
    ).newest_first()
    source = RevisionDocument.objects.filter(
        revision=OuterRef("revision"), language=OuterRef("revision__source_language")
    ).annotate(verdict=build_last_verdict_subquery(OuterRef("revision__subject_type")))
    rows = RevisionDocument.objects.filter(
        revision__why__in=REVIEWABLE_REASONS,
        revision__at__gte=now - LOOK_BACK,
        revision=Subquery(newest.values("pk")[:1]),
    ).exclude(language=F("revision__source_language"))
    return rows.annotate(
        verdict=build_last_verdict_subquery(OuterRef("revision__subject_type")),
        source_verdict=Subquery(source.values("verdict")[:1]),
        source_document=Subquery(source.values("document")[:1]),
    ).select_related("revision")


def build_lines_to_revise(user: User, now: dt.datetime) -> list[DashboardLine]:
    """Build lines of translations in the reviser's languages whose source text is approved.

    Some translations are approved together with the source text.
    """
    if not has_right(user, Right.REVISE):
        return []
    waiting = get_submitted_translations(now).filter(verdict=None, source_verdict=True).order_by("-revision")
    return [*build_lines(waiting[:MAX_TRANSLATIONS], user, now, Right.REVISE, "review")]


def build_lines_to_publish(user: User, now: dt.datetime) -> list[DashboardLine]:
    """Build lines of approved translations that the last edition of their source text lacks.

    They wait because of the meeting's publication rule, or because they need a note.
    """
    if not has_right(user, Right.PUBLISH):
        return []
    last = Edition.objects.filter(
        subject_type=OuterRef("revision__subject_type"), subject_id=OuterRef("revision__subject_id")
    ).order_by("-available_from")
    edition_documents = EditionDocument.objects.filter(edition=OuterRef("last_edition"))
    approved = (
        get_submitted_translations(now).filter(verdict=True).annotate(last_edition=Subquery(last.values("pk")[:1]))
    )
    left_out = approved.filter(
        Exists(edition_documents.filter(document=OuterRef("source_document"))),
        ~Exists(edition_documents.filter(language=OuterRef("language"), document=OuterRef("document"))),
    )
    return [*build_lines(left_out.order_by("-revision")[:MAX_TRANSLATIONS], user, now, Right.PUBLISH, "release")]


def build_lines(rows: Iterable[Any], user: User, now: dt.datetime, right: Right, step: str) -> Iterator[DashboardLine]:
    """Build one line for each meeting or topic, with the languages that wait for this user."""
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.revision.subject_id, []).append(row)
    subjects = load_subjects(found)
    for key, waiting in found.items():
        subject = subjects.get(key)
        own = [
            document
            for document in waiting
            if subject and has_right(user, right, subject, document.language)
            if right != Right.REVISE or document.revision.by_id != user.pk
        ]
        if not subject or not own:
            continue
        revision = own[0].revision
        details = _("%(who)s, %(when)s") % {"who": revision.by_name, "when": format_to_the_minute(revision.at, now)}
        details += f": “{revision.remark}”" if revision.remark else ""
        yield DashboardLine(
            str(subject), admin_url(subject, step), [Language(document.language).label for document in own], details
        )


def load_subjects(rows: dict[UUID, list[Any]]) -> dict[UUID, Any]:
    keys: dict[str, list[UUID]] = {SubjectType.MEETING: [], SubjectType.TOPIC: []}
    for key, some in rows.items():
        keys[some[0].revision.subject_type].append(key)
    meetings = Meeting.objects.filter(pk__in=keys[SubjectType.MEETING]).select_related("configuration")
    topics = BackgroundTopic.objects.filter(pk__in=keys[SubjectType.TOPIC])
    return {subject.pk: subject for subject in [*meetings, *topics]}
