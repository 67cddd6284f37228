"""Load what the checks of a document need from the database, and return all of them.

The note editor, and the submit, review and release screens show the same list.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from msgspec.structs import replace

from agenda.documents.building import load_presidency
from agenda.documents.checks import Appearance, Check, CheckLevel, build_check, find_odd_checks
from agenda.documents.translations.translated_document import TranslatedTexts
from agenda.models import AgendaItem, Revision
from agenda.workflow.approval_rights import explain_who_can_approve
from agenda.workflow.authors import get_authors
from agenda.workflow.drafts import (
    Subject,
    SubjectDocument,
    compute_draft_digest,
    find_blocking_checks,
    get_subject_type,
    get_translations,
    list_topics,
    load_related_editions,
)
from agenda.workflow.reviews import Review, find_approved_review, get_approved_digests
from agenda.workflow.unsaved_editions import list_missing_languages
from meetings.database.prepared_query import fetch_objects, pad_keys
from meetings.documents.choices import CALLED_OFF_STATUSES, Language, PointState
from meetings.documents.encoding import InvalidDocument, decode_document
from meetings.documents.schema import MeetingDocument, PresidencyName, Tombstone
from meetings.models import Edition, Meeting, ProgrammePoint, StoredDocument, SubjectType
from meetings.reference.delegations import get_country_name

LANGUAGE_RULE = "required_languages"
"""The member of the check about the language rule, which belongs to the working copy and not to the document."""


def find_all_checks(
    document: SubjectDocument,
    now: dt.datetime,
    subject: Subject | None = None,
    translations: Mapping[str, TranslatedTexts] | None = None,
    saved: SubjectDocument | None = None,
) -> list[Check]:
    """Return all checks of a source document, saved or not: what prevents something first, then what looks odd.

    `subject` is the working copy that somebody changes into this document. Without it, nothing is checked that depends
    on what is saved or approved: the document is new, or a screen shows exactly the text that was saved or submitted.
    `translations` are those of the subject, and `saved` is its document, if they are loaded already.
    The number of queries does not depend on the length of the document. A presidency that the document names is
    replaced by that of its first day.
    """
    if subject is None:
        checks = find_blocking_checks(document, now)
    else:
        digest, editions = compute_draft_digest(document), load_related_editions(document, now)
        is_new_text = not StoredDocument.objects.filter(digest=digest).exists()
        checks = find_blocking_checks(document, now, editions, is_new_text=is_new_text)
        checks += find_approval_checks(document, subject, now, "" if is_new_text else digest)
        topics = [(item, topic) for item, topic in list_topics(document) if topic.id not in editions.live_topics]
        checks += [build_topic_check(item.id, topic.title) for item, topic in topics]
        translations = get_translations(subject) if translations is None else translations
        saved = saved or load_saved_document(subject)
    checks += find_odd_checks(
        set_presidency(document),
        now,
        elsewhere=load_appearances_elsewhere(document),
        saved=saved,
        translations=translations,
    )
    return checks


def set_presidency(document: SubjectDocument) -> SubjectDocument:
    """Return the document with the presidency of its present first day, which may just have been typed."""
    if not isinstance(document, MeetingDocument) or not document.start_date:
        return document
    if not any(chair.country for chair in document.chairs):
        return document  # nothing is compared with the presidency
    found = load_presidency(document.start_date)
    name = PresidencyName(country=found.country, name=get_country_name(found.country)) if found else None
    return replace(document, presidency=name)


def find_approval_checks(document: SubjectDocument, subject: Subject, now: dt.datetime, digest: str) -> list[Check]:
    """Return what prevents publication only: approvals that the source text or the language rule needs.

    `digest` is that of the document. It is empty if no stored document has this text, which nobody has approved then.
    """
    review = find_approved_review(subject) if digest else None
    approved = get_approved_digests(review.revision) if review else {}
    if approved.get(document.source_language) != digest:
        message = explain_missing_approval(subject, document.source_language, digest)
        return [build_check(CheckLevel.PUBLISH, document, "", message)]
    return build_language_rule_checks(document, list_missing_languages(subject, approved, now))


def explain_missing_approval(subject: Subject, language: str, digest: str) -> str:
    """Say what a source text that is not approved needs: to be submitted, or the approval of certain people.

    `digest` is that of the text. It is empty if no stored document has this text, which nobody has submitted then.
    """
    review = Review.latest(subject) if digest else None
    if review and review.source.digest == digest and review.source.is_waiting:
        who = explain_who_can_approve(subject, language, get_authors(review.revision, language))
        return _("This text is not approved yet. It was submitted and waits. %s") % who
    return _("This text is not approved yet. Submit it, so that somebody else can approve it.")


def build_language_rule_checks(document: SubjectDocument, missing: Sequence[Language]) -> list[Check]:
    """Return a check that names the languages which must be approved before publication, if there are any."""
    if not missing:
        return []
    languages = ", ".join(str(language.label) for language in missing)
    message = _("The language rule requires %s, and this is not approved. Get it approved, or change the rule.")
    return [build_check(CheckLevel.PUBLISH, document, LANGUAGE_RULE, message % languages)]


def find_unpublished_topics(meeting: Meeting, at: dt.datetime, released_together: Collection[UUID] = ()) -> list[Check]:
    """Return a check for each topic of an item of the working copy that the document cannot mention, in one query.

    It can mention a topic that has a live edition, or that is released with the meeting (`released_together`).
    """
    published = Edition.objects.live(at).filter(subject_type=SubjectType.TOPIC).values("subject_id")
    topics = AgendaItem.topics.through.objects.filter(agendaitem__meeting=meeting)
    topics = topics.exclude(backgroundtopic__in=published).exclude(backgroundtopic__in=released_together)
    pairs = topics.order_by("pk").values_list("agendaitem", "backgroundtopic__title")
    return [build_topic_check(item, title) for item, title in pairs]


def build_topic_check(item_id: UUID, title: str) -> Check:
    message = _("The topic “%s” is not published, so it is left out.")
    return Check(CheckLevel.ODD, "agenda", str(item_id), "topics", message % title)


def load_appearances_elsewhere(document: SubjectDocument) -> list[Appearance]:
    """Return the programme events of other meetings, on the days of this programme, in one query."""
    if not isinstance(document, MeetingDocument):
        return []
    found = {point.date or document.start_date for point in document.programme if point.time}
    days = sorted(day for day in found if day)
    return [
        Appearance(
            str(point.meeting),
            point.title or point.get_kind_display(),
            point.day,
            f"{point.time:%H:%M}",
            point.place,
            tuple(speaker.name for speaker in point.speakers),
        )
        for point in fetch_objects(select_points_of_others, document.id, *pad_keys(days))
    ]


def select_points_of_others(meeting: UUID, *days: dt.date) -> QuerySet[Any]:
    return (
        ProgrammePoint.objects.annotate(day=Coalesce("date", "meeting__start_date"))
        .filter(day__in=days, time__isnull=False)
        .exclude(meeting=meeting)
        .exclude(state=PointState.CANCELLED)
        .exclude(meeting__status__in=CALLED_OFF_STATUSES)
        .select_related("meeting__configuration")
    )


def load_saved_document(subject: Subject) -> SubjectDocument | None:
    """Return the source document as it was last saved.

    Return None if it was never saved as one, if it was erased, or if the working copy has been saved since without a
    revision, as a data migration may do.
    """
    revisions = Revision.objects.for_subject(get_subject_type(subject), subject.pk)
    stored = (
        StoredDocument.objects.filter(digest=subject.digest)
        .exclude(text="")
        .annotate(version=Subquery(revisions.newest_first().values("version")[:1]))
        .filter(version=subject.version)
        .first()
    )
    try:
        document = decode_document(stored.text) if stored else None
    except InvalidDocument:
        return None
    return None if isinstance(document, Tombstone) else document
