"""Translations that wait: for the approval of a reviser, or, approved, for somebody to release them."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from agenda.desk.lines import Line
from agenda.desk.ways import way_to
from agenda.models import FOR_REVIEW, BackgroundTopic, Revision, RevisionDocument
from agenda.states import last_verdict, to_the_minute
from meetings.models import Edition, EditionDocument, Meeting, SubjectType, User
from meetings.rights import Right, may
from meetings.vocabulary import Language

LOOKED_BACK = dt.timedelta(days=90)
"""What was submitted longer ago waits for nobody any more."""
MOST = 100


def submitted_translations(now: dt.datetime) -> QuerySet[Any]:
    """Of each meeting and topic, those of its newest submission, with their `verdict` and that on the source text."""
    newest = Revision.objects.filter(
        subject_type=OuterRef("revision__subject_type"), subject_id=OuterRef("revision__subject_id"), why__in=FOR_REVIEW
    ).newest_first()
    source = RevisionDocument.objects.filter(
        revision=OuterRef("revision"), language=OuterRef("revision__source_language")
    ).annotate(verdict=last_verdict(OuterRef("revision__subject_type")))
    rows = RevisionDocument.objects.filter(
        revision__why__in=FOR_REVIEW, revision__at__gte=now - LOOKED_BACK, revision=Subquery(newest.values("pk")[:1])
    ).exclude(language=F("revision__source_language"))
    return rows.annotate(
        verdict=last_verdict(OuterRef("revision__subject_type")),
        source_verdict=Subquery(source.values("verdict")[:1]),
        source_document=Subquery(source.values("document")[:1]),
    ).select_related("revision")


def lines_to_revise(user: User, now: dt.datetime) -> list[Line]:
    """Those in the languages of a reviser, once their source text is approved: with that, some are approved too."""
    if not may(user, Right.REVISE):
        return []
    waiting = submitted_translations(now).filter(verdict=None, source_verdict=True).order_by("-revision")
    return [*lines(waiting[:MOST], user, now, Right.REVISE, "review")]


def lines_to_release(user: User, now: dt.datetime) -> list[Line]:
    """Approved ones of what is out, or to come, that it does not hold: the rule lets them wait, or they need a note."""
    if not may(user, Right.PUBLISH):
        return []
    last = Edition.objects.filter(
        subject_type=OuterRef("revision__subject_type"), subject_id=OuterRef("revision__subject_id")
    ).order_by("-available_from")
    held = EditionDocument.objects.filter(edition=OuterRef("last_edition"))
    approved = submitted_translations(now).filter(verdict=True).annotate(last_edition=Subquery(last.values("pk")[:1]))
    left_out = approved.filter(
        Exists(held.filter(document=OuterRef("source_document"))),
        ~Exists(held.filter(language=OuterRef("language"), document=OuterRef("document"))),
    )
    return [*lines(left_out.order_by("-revision")[:MOST], user, now, Right.PUBLISH, "release")]


def lines(rows: Iterable[Any], user: User, now: dt.datetime, right: Right, step: str) -> Iterator[Line]:
    """One a meeting or topic, with the languages in which it waits for this person."""
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.revision.subject_id, []).append(row)
    subjects = subjects_of(found)
    for key, waiting in found.items():
        subject = subjects.get(key)
        own = [
            one
            for one in waiting
            if subject and may(user, right, subject, one.language)
            if right != Right.REVISE or one.revision.by_id != user.pk
        ]
        if not subject or not own:
            continue
        revision = own[0].revision
        told = _("%(who)s, %(when)s") % {"who": revision.by_name, "when": to_the_minute(revision.at, now)}
        told += f": “{revision.remark}”" if revision.remark else ""
        yield Line(str(subject), way_to(subject, step), [Language(one.language).label for one in own], told)


def subjects_of(rows: dict[UUID, list[Any]]) -> dict[UUID, Any]:
    keys: dict[str, list[UUID]] = {SubjectType.MEETING: [], SubjectType.TOPIC: []}
    for key, some in rows.items():
        keys[some[0].revision.subject_type].append(key)
    meetings = Meeting.objects.filter(pk__in=keys[SubjectType.MEETING]).select_related("configuration")
    topics = BackgroundTopic.objects.filter(pk__in=keys[SubjectType.TOPIC])
    return {one.pk: one for one in [*meetings, *topics]}
