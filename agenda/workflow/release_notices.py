"""Notices of planned releases that are due within half an hour and not ready. Time writes them, not a person."""

import datetime as dt
import random
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from agenda.models import REVIEWABLE_REASONS, Notice, Release, Revision, RevisionReason
from agenda.workflow.approval_rights import find_approvers
from agenda.workflow.authors import find_authors
from agenda.workflow.drafts import Subject, get_subject_key, get_subject_type
from agenda.workflow.notices import NOT_APPROVED, build_notices, write_notices
from agenda.workflow.planned_releases import build_alarm, find_due_releases, list_awaited_languages
from agenda.workflow.planned_texts import find_planned_review
from agenda.workflow.scheduled_releases import get_release_subjects
from meetings.access import Right, find_users_with_right
from meetings.models import User

MAX_DELAY = dt.timedelta(days=1)
"""A release that is overdue for longer raises its alarm on the site only."""
MAX_RELEASES = 50
"""How many releases one run looks at. Each takes some queries, and other mails wait, such as links for passwords."""


def write_release_notices(now: dt.datetime) -> None:
    """Tell about each text of such a release, once for each time that it is planned for.

    If there are more than `MAX_RELEASES`, those that have no notice yet come first. Their order is random, so that none
    waits for long if others have nothing to tell.
    """
    due = [*find_due_releases(now).filter(at__gt=now - MAX_DELAY)]
    with_notice = Notice.objects.filter(kind=NOT_APPROVED.name, instant__gt=now - MAX_DELAY).distinct()
    known = set(with_notice.values_list("about", "instant"))
    random.shuffle(due)
    due.sort(key=lambda release: (str(release.pk), release.at) in known)
    alarms = [build_alarm(release, now) for release in due[:MAX_RELEASES]]
    if not alarms:
        return
    with transaction.atomic():
        notices: list[Notice] = []
        for alarm in alarms:
            facts: dict[str, Any] = {"about": alarm.release.pk, "instant": alarm.release.at}
            for subject in alarm.missing or get_release_subjects(alarm.release):  # approved, but not scheduled
                users = find_concerned(alarm.release, subject, now)
                notices += build_notices(NOT_APPROVED, users, now, subject_key=get_subject_key(subject), **facts)
        write_notices(notices, now)


def find_concerned(release: Release, subject: Subject, now: dt.datetime) -> QuerySet[User]:
    """Return who may approve the missing texts of the subject, who submitted or last saved them, and who planned it.

    If nothing is missing, they are those who can publish it.
    """
    keys, missing = {release.by_id}, list_missing_texts(release, subject, now)
    if not missing:
        keys |= {user.pk for user in find_users_with_right(Right.PUBLISH, subject)}
    for language in missing:
        revision = find_last_revision(subject, language)
        authors = find_present_authors(revision, language) if revision else set()
        keys |= {user.pk for user in find_approvers(subject, language, authors)}
        keys |= {revision.by_id} if revision else set()
    return User.objects.filter(pk__in=keys - {None})


def find_present_authors(revision: Revision, language: str) -> set[int]:
    """Return the authors of what was submitted, or who saved a translation that nobody has submitted."""
    if revision.why in REVIEWABLE_REASONS or language == revision.source_language:
        return {*find_authors([(revision, language)])[revision.pk, language]}
    return {revision.by_id} if revision.by_id else set()


def list_missing_texts(release: Release, subject: Subject, now: dt.datetime) -> list[str]:
    """Return the source language if its planned text is not approved, or else the languages that are waited for."""
    review = find_planned_review(subject, release)
    if review is None:
        return [subject.source_language]
    return [str(language) for language in list_awaited_languages(subject, review, now)]


def find_last_revision(subject: Subject, language: str) -> Revision | None:
    """Return the last revision with a document in this language; a same-day change makes nobody an author."""
    revisions = Revision.objects.for_subject(get_subject_type(subject), subject.pk)
    return (
        revisions.filter(documents__language=language)
        .exclude(why=RevisionReason.FACTS)
        .order_by("-version", "-pk")
        .first()
    )
