"""The language rule of a meeting, and translations that are published after their source text."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.models import Release, ReleaseEntry
from agenda.workflow.drafts import Subject, get_subject_type
from agenda.workflow.errors import WorkflowError
from agenda.workflow.planned_releases import is_text_planned
from agenda.workflow.publication import publish_translations
from agenda.workflow.reviews import REASONS_WITHOUT_RELEASE, find_approved_review
from agenda.workflow.revisions import record_about_subject
from agenda.workflow.scheduled_releases import join_release
from agenda.workflow.transactions import lock_subject, wait_until_live
from agenda.workflow.unsaved_editions import get_edition_digests, get_joining_digests, merge_languages
from meetings.access import Right, require_right
from meetings.access.audit import Actor
from meetings.documents.choices import Language, OtherLanguages
from meetings.models import Act, Edition, EditionReason, Meeting

TIME_TO_JOIN = dt.timedelta(seconds=5)
"""An edition that appears sooner is not joined: to write it again could take longer."""


def set_language_rule(meeting: Meeting, *, by: Actor, required: Collection[str], others: str) -> None:
    """Set which languages the first edition must have, and what happens to the others (`OtherLanguages`).

    Raise WorkflowError and NotAllowed.
    """
    with transaction.atomic():
        locked = lock_subject(meeting)
        assert isinstance(locked, Meeting)
        require_right(by, Right.PUBLISH, locked)
        if unknown := set(required) - set(Language.values):
            raise WorkflowError(_("“%s” is not an official language of the EU.") % sorted(unknown)[0], field="required")
        required_languages = [
            language for language in Language.values if language in required and language != locked.source_language
        ]
        rule = OtherLanguages(others)
        Meeting.objects.filter(pk=locked.pk).update(required_languages=required_languages, other_languages=rule)
        record_about_subject(by, Act.LANGUAGE_RULE, locked, required=required_languages, others=str(rule))


@dataclass(frozen=True)
class ReleasedTranslations:
    """The edition that approved translations joined. If `is_live`, readers see them within a second."""

    edition: Edition
    is_live: bool


def release_translations(subject: Subject, *, by: Actor) -> ReleasedTranslations | None:
    """Publish approved translations of a text that is already released, without another release.

    They join the scheduled edition, if there is one, at its instant. If the same source text is live, they become an
    edition of their own at once, provided that the meeting's rule does not make all languages wait. An edition that is
    about to appear is waited for, such as that of another language which was just added: so call this without locks.

    Return None if there is no such edition, if there is nothing new, if a release is planned for this text, or if
    somebody restored an earlier edition. We check no right: the release and the language rule allow it. Raise
    WorkflowError.
    """
    review = find_approved_review(subject)
    if review is None or is_text_planned(subject, review):
        return None
    texts, now = get_joining_digests(subject.pk, review.revision), timezone.now()
    editions = Edition.objects.for_subject(get_subject_type(subject), subject.pk)
    if about_to_appear := find_edition_about_to_appear(subject, now):
        wait_until_live(about_to_appear)
        now = max(timezone.now(), about_to_appear.available_from)
    if was_rolled_back(subject, now):
        return None
    pending_edition = editions.pending(now).first()
    if pending_edition:
        release = find_joinable_release(pending_edition)
        if release and can_join(pending_edition, texts, subject.source_language):
            joined = join_release(release, subject, by=by)
            edition = next(edition for edition in joined if edition.subject_id == subject.pk)
            return ReleasedTranslations(edition, is_live=False)
        return None
    live = editions.live(now).first()
    waits = isinstance(subject, Meeting) and subject.other_languages == OtherLanguages.WAIT
    if live and not waits and can_join(live, texts, subject.source_language):
        return add_to_live_edition(subject, by)
    return None


def add_to_live_edition(subject: Subject, by: Actor) -> ReleasedTranslations | None:
    """Publish the live text with the approved translations.

    If somebody has just added a language, it may have these, too: then we look again.
    """
    try:
        [edition] = publish_translations(subject, by=by)
    except WorkflowError:
        if not find_edition_about_to_appear(subject, timezone.now()):
            raise
        return release_translations(subject, by=by)
    return ReleasedTranslations(edition, is_live=True)


def find_edition_about_to_appear(subject: Subject, now: dt.datetime) -> Edition | None:
    editions = Edition.objects.for_subject(get_subject_type(subject), subject.pk).pending(now)
    return editions.filter(available_from__lte=now + TIME_TO_JOIN).order_by("available_from").last()


def was_rolled_back(subject: Subject, now: dt.datetime) -> bool:
    """Return True if an earlier edition was restored after the last release.

    Then approved translations must not be published by themselves.
    """
    editions = Edition.objects.for_subject(get_subject_type(subject), subject.pk).visible(now)
    released = editions.exclude(reason__in=REASONS_WITHOUT_RELEASE).order_by("available_from").last()
    return (
        released is not None
        and editions.filter(reason=EditionReason.RESTORATION, available_from__gt=released.available_from).exists()
    )


def find_joinable_release(edition: Edition) -> Release | None:
    """Return the scheduled release of `edition`, or None if it goes out without approval.

    Somebody took responsibility for exactly the text that is forced.
    """
    entries = ReleaseEntry.objects.filter(edition_id=edition.pk, forced_reason="")
    return Release.objects.filter(state=Release.State.SCHEDULED, entries__in=entries).first()


def can_join(edition: Edition, texts: dict[str, str], source: str) -> bool:
    """Return True if the edition has the same source text and `texts` have languages that it lacks."""
    current = get_edition_digests(edition)
    return current.get(source) == texts.get(source) and merge_languages(current, texts) != current
