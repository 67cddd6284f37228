"""Dashboard lines of translations: to translate or submit, to approve, and approved but not published."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber

from agenda.dashboard.admin_urls import admin_url
from agenda.dashboard.dashboard_line import DashboardLine, format_details
from agenda.dashboard.fair_lists import fetch_fairly
from agenda.models import (
    REVIEWABLE_REASONS,
    Release,
    ReleaseEntry,
    Revision,
    RevisionDocument,
    RevisionReason,
    Verdict,
)
from agenda.translation.readiness import LanguageReadiness, TranslationStage, format_sent_back, get_readiness
from agenda.workflow.approval_rights import ApprovalRequests
from agenda.workflow.authors import find_authors
from agenda.workflow.drafts import defer_texts, load_subjects
from agenda.workflow.reviews import annotate_last_verdict, select_source_documents
from agenda.workflow.translation_submission import TranslatedDocument, find_translations_that_follow
from meetings.access import Right, has_right
from meetings.access.decisions import is_translator, list_own_languages
from meetings.clock import BRUSSELS
from meetings.database.prepared_query import fetch_objects, fetch_rows, pad_keys
from meetings.documents.choices import Language
from meetings.models import Edition, EditionDocument, Meeting, SubjectType, Translation, User

LOOK_BACK = dt.timedelta(days=90)
"""Older submissions are not listed."""
MAX_TRANSLATIONS = 100
LOOK_AHEAD = dt.timedelta(days=14)
MAX_SUBJECTS = 50
MAX_REVISIONS = 2000


def get_last_submitted_translations(now: dt.datetime, **which: Any) -> QuerySet[Any]:
    """Return the translations of the last submission of each subject, of those that fulfil the conditions `which`.

    Add those of the last one of another text that is live, scheduled or on hold: they join it if they are approved,
    although another text was submitted since. `last_revision` is the key of the last submission.
    """
    # A subquery that depends on the row would run for each submission, over all of them.
    subject = [F("revision__subject_type"), F("revision__subject_id")]
    newest_first = ["-revision__version", "-revision_id"]
    originals = RevisionDocument.objects.filter(
        **which, revision__why__in=REVIEWABLE_REASONS, language=F("revision__source_language")
    ).annotate(
        place=Window(RowNumber(), partition_by=subject, order_by=newest_first),
        place_of_text=Window(RowNumber(), partition_by=[*subject, F("document")], order_by=newest_first),
    )
    last = originals.filter(place=1).values("revision")
    of_earlier_texts = originals.filter(place__gt=1, place_of_text=1).values("pk")
    earlier = select_released(RevisionDocument.objects.filter(pk__in=of_earlier_texts), now).values("revision")
    documents = RevisionDocument.objects.filter(revision__in=last.union(earlier))
    of_subject = Revision.objects.filter(
        subject_type=OuterRef("revision__subject_type"),
        subject_id=OuterRef("revision__subject_id"),
        why__in=REVIEWABLE_REASONS,
    )
    newest = of_subject.order_by("-version", "-pk").values("pk")[:1]
    translations: QuerySet[Any] = get_submitted_translations(documents).annotate(last_revision=Subquery(newest))
    return translations


def select_released(documents: QuerySet[RevisionDocument], now: dt.datetime) -> QuerySet[RevisionDocument]:
    """Return those of these documents that are live, scheduled, or in a publication that is on hold."""
    same = {"edition__subject_id": OuterRef("revision__subject_id"), "document__digest": OuterRef("document")}
    in_editions = EditionDocument.objects.filter(**same, edition__subject_type__in=SubjectType.values)  # for the index
    on_hold = ReleaseEntry.objects.filter(
        release__state=Release.State.ON_HOLD,
        subject_id=OuterRef("revision__subject_id"),
        revision__documents__document=OuterRef("document"),
    )
    pending = in_editions.filter(edition__available_from__gt=now)
    return documents.filter(Exists(pending) | Exists(on_hold) | Exists(in_editions.live(now)))


def get_submitted_translations(documents: QuerySet[RevisionDocument]) -> QuerySet[Any]:
    """Return the translations among these documents of submissions, with their `verdict` and `source_verdict`.

    `submitted_by`, `submitted_at` and `submitted_remark` are of the submission of this language: a later one of another
    language has its text, too.
    """
    source = annotate_last_verdict(select_source_documents())
    rows = documents.exclude(language=F("revision__source_language"))
    same = RevisionDocument.objects.filter(
        revision__subject_type=OuterRef("revision__subject_type"),
        revision__subject_id=OuterRef("revision__subject_id"),
        revision__version=OuterRef("revision__version"),
        revision__why__in=REVIEWABLE_REASONS,
        language=OuterRef("language"),
        document=OuterRef("document"),
    ).order_by("revision_id")
    submitted: QuerySet[Any] = annotate_last_verdict(rows.select_related("revision")).annotate(
        source_verdict=Subquery(source.values("verdict")[:1]),
        source_document=Subquery(source.values("document")[:1]),
        submitted_by=Subquery(same.values("revision__by_name")[:1]),
        submitted_at=Subquery(same.values("revision__at")[:1]),
        submitted_remark=Subquery(same.values("revision__remark")[:1]),
    )
    return submitted


def build_lines_to_revise(requests: ApprovalRequests, now: dt.datetime) -> list[DashboardLine]:
    """Build lines of translations that the user can approve, as soon as they are submitted.

    Those that are approved together with the source text, because nothing in them is new, are left out; so are those of
    a source text that was sent back.
    """
    user = requests.user
    if not has_right(user, Right.REVISE):
        return []
    rows, _has_more = fetch_fairly(
        select_translations_to_revise, now - LOOK_BACK, now, limit=MAX_TRANSLATIONS, person="submitted_by"
    )
    subjects = load_subjects({row.revision.subject_id for row in rows}, with_texts=False)
    rows = [  # their texts may be long
        row
        for row in rows
        if row.revision.subject_id in subjects
        and has_right(user, Right.REVISE, subjects[row.revision.subject_id], row.language)
    ]
    keys = {
        row.pk: TranslatedDocument(row.revision.subject_id, row.language, row.source_document, row.document_id)
        for row in rows
        if row.source_verdict is None
    }
    follows = {translation for translation, *_more in find_translations_that_follow(keys.values())}
    authors = find_authors((row.revision, row.language) for row in rows)
    open_to_user = [
        row
        for row in rows
        if keys.get(row.pk) not in follows
        and requests.is_asked(
            subjects[row.revision.subject_id],
            row.language,
            authors[row.revision_id, row.language],
            (row.source_document, row.document_id),
        )
    ]
    return [*build_lines(open_to_user, user, now, Right.REVISE, "review")]


def select_translations_to_revise(since: dt.datetime, now: dt.datetime) -> QuerySet[Any]:
    return select_waiting(get_last_submitted_translations(now, revision__at__gte=since))


def select_translations_of_subject(subject_type: str, subject_id: UUID, now: dt.datetime) -> QuerySet[Any]:
    """Select the translations of one subject that wait for approval (`get_last_submitted_translations`)."""
    about = {"revision__subject_type": subject_type, "revision__subject_id": subject_id}
    return select_waiting(get_last_submitted_translations(now, **about))


def select_waiting(translations: QuerySet[Any]) -> QuerySet[Any]:
    of_open_source = Q(source_verdict=None) | Q(source_verdict=True)
    return translations.filter(of_open_source, verdict=None, has_ended=False).order_by("-revision_id")


def build_lines_to_publish(user: User, now: dt.datetime) -> list[DashboardLine]:
    """Build lines of approved translations that the last edition of their source text lacks.

    They wait because of the meeting's publication rule, because they need a note, or because they were planned.
    """
    if not has_right(user, Right.PUBLISH):
        return []
    keys = {key for (key,) in fetch_rows(select_left_out_translations, now - LOOK_BACK)}
    if not keys:
        return []
    rows = fetch_objects(select_translations_to_publish, *pad_keys(keys))
    newest = {(row.revision.subject_id, row.language): row for row in reversed(rows)}
    return [*build_lines(reversed(newest.values()), user, now, Right.PUBLISH, "release")]


def select_left_out_translations(since: dt.datetime) -> QuerySet[Verdict, Any]:
    """Select translations that somebody approved and that the last edition of their original lacks: the primary keys.

    Those are left out that are older than the translation that the edition has. Somebody may have sent one back since.
    """
    in_last_edition = EditionDocument.objects.filter(edition=OuterRef("last_edition"))
    published = in_last_edition.filter(language=OuterRef("language")).values("document__digest")[:1]
    newer = RevisionDocument.objects.filter(
        revision__subject_type=OuterRef("revision__subject_type"),
        revision__subject_id=OuterRef("revision__subject_id"),
        revision__gt=OuterRef("revision"),
        revision__why__in=REVIEWABLE_REASONS,
        language=OuterRef("language"),
        document=OuterRef("published"),
    )
    submitted = RevisionDocument.objects.filter(revision=OuterRef("revision"), language=OuterRef("language"))
    approved = Verdict.objects.filter(approved=True, revision__at__gte=since)
    return (
        approved.exclude(language=F("revision__source_language"))
        .alias(last_edition=Subquery(select_last_edition()))
        .filter(Exists(in_last_edition.filter(document__digest=OuterRef("source"))))
        .alias(published=Subquery(published))
        .filter(Q(published=None) | ~Q(published=F("document")), ~Exists(newer))
        .values_list(Subquery(submitted.values("pk")[:1]))
    )


def select_last_edition() -> QuerySet[Edition, Any]:
    """Select, for an outer query with the column `revision`, the last edition of what the revision is of."""
    return (
        Edition.objects.filter(
            subject_type=OuterRef("revision__subject_type"), subject_id=OuterRef("revision__subject_id")
        )
        .order_by("-available_from")
        .values("pk")[:1]
    )


def select_translations_to_publish(*keys: int) -> QuerySet[Any]:
    translations = get_submitted_translations(RevisionDocument.objects.filter(pk__in=keys))
    approved = translations.filter(verdict=True, source_verdict=True)
    return approved.order_by("-revision_id")[:MAX_TRANSLATIONS]


def build_lines(rows: Iterable[Any], user: User, now: dt.datetime, right: Right, step: str) -> Iterator[DashboardLine]:
    """Build one line for each meeting or topic, with the languages that wait for this user.

    What is not of its last submission (`last_revision`) has a line of its own, which leads to the review of that.
    """
    found: dict[tuple[UUID, int | None], list[Any]] = {}
    for row in rows:
        is_last = getattr(row, "last_revision", row.revision_id) == row.revision_id
        found.setdefault((row.revision.subject_id, None if is_last else row.revision_id), []).append(row)
    subjects = load_subjects({key for key, _revision in found}, with_texts=False)
    for (key, revision), waiting in found.items():
        subject = subjects.get(key)
        own = [document for document in waiting if subject and has_right(user, right, subject, document.language)]
        if not subject or not own:
            continue
        [first, *_others] = own
        details = format_details(first.submitted_by, first.submitted_at, first.submitted_remark, now)
        address = admin_url(subject, step, **({"revision": revision} if revision else {}))
        yield DashboardLine(str(subject), address, [Language(document.language).label for document in own], details)


def build_lines_to_translate(rows: Iterable[Any], user: User, now: dt.datetime) -> list[DashboardLine]:
    """Build the translator's lines: first what was sent back, then published translations that are out of date.

    These two are listed whenever the meeting is. `rows` are the other rows of the dashboard, with states. For users who
    do not translate there is no query.
    """
    if not is_translator(user):
        return []
    languages = list_own_languages(user)
    today = now.astimezone(BRUSSELS).date()
    upcoming = fetch_objects(select_upcoming_meetings, today, today + LOOK_AHEAD)
    near: dict[Any, Any] = {item.pk: item for item in upcoming}
    near |= {item.pk: item for item in rows if item.submission_waits or item.is_unapproved}
    further = find_recently_sent_back(languages, now) | find_changed_since_translation(languages, now)
    subjects = near | further | near  # those of `near` come first, as they are
    found = get_readiness([*subjects.values()], now, languages)
    returned, outdated, others = [], [], []
    for key, subject in subjects.items():
        own = [
            item
            for item in found[key].values()
            if item.is_to_do and has_right(user, Right.TRANSLATE, subject, item.language)
        ]
        back = [item for item in own if item.stage == TranslationStage.SENT_BACK]
        if back:
            returned.append(build_line(subject, back, now))
        old = [item for item in own if item not in back and item.is_live_out_of_date]
        if old:
            outdated.append(build_line(subject, old, now))
        rest = [item for item in own if item not in back + old]
        wanted = [item for item in rest if languages or is_wanted(subject, item)]
        if wanted and key in near:
            others.append(build_line(subject, wanted, now))
    return [*returned, *outdated, *others]


def build_line(subject: Any, to_do: list[LanguageReadiness], now: dt.datetime) -> DashboardLine:
    [readiness, *more] = to_do
    return DashboardLine(
        str(subject),
        admin_url(subject, "languages") if more else get_next_url(subject, readiness),
        [f"{readiness.language.label}: {readiness.summary}" for readiness in to_do],
        " ".join(
            (f"{readiness.language.label}: " if more else "") + format_sent_back(readiness.sent_back, now)
            for readiness in to_do
            if readiness.sent_back
        ),
    )


def get_next_url(subject: Any, readiness: LanguageReadiness) -> str:
    """Return the URL of the texts to translate or, if there are none, of their submission."""
    if readiness.is_to_submit and not readiness.is_blocked:
        return admin_url(subject, "submit_translation", readiness.language)
    only = {} if readiness.stage == TranslationStage.SENT_BACK and readiness.counts.is_complete else {"show": "todo"}
    return admin_url(subject, "translate", readiness.language, **only)


def find_recently_sent_back(languages: Collection[Language], now: dt.datetime) -> dict[UUID, Any]:
    """Return subjects of which a translation was sent back recently, even if it was submitted again since."""
    rows = fetch_rows(select_sent_back_subjects, now - LOOK_BACK, *pad_keys(languages))
    return load_subjects({key for (key,) in rows}, with_texts=False)


def select_sent_back_subjects(since: dt.datetime, *languages: str) -> QuerySet[Verdict, Any]:
    verdicts = Verdict.objects.filter(approved=False, carried_from=None, at__gte=since)
    verdicts = verdicts.exclude(language=F("revision__source_language"))
    verdicts = verdicts.filter(language__in=languages) if languages else verdicts
    return verdicts.order_by("-pk").values_list("revision__subject_id")[:MAX_SUBJECTS]


def find_changed_since_translation(languages: Collection[Language], now: dt.datetime) -> dict[UUID, Any]:
    """Return published subjects whose original changed after a translation was saved, those that changed last first.

    Only the newest revisions are searched, so that the dashboard stays fast.
    """
    rows = fetch_rows(select_changed_subjects, now, *pad_keys(languages or list(Language)))
    return load_subjects([key for key, _last in rows], with_texts=False)


def select_changed_subjects(now: dt.datetime, *languages: str) -> QuerySet[Revision, Any]:
    older = Translation.objects.filter(
        Q(at=None) | Q(at__lt=OuterRef("at")),
        subject_type=OuterRef("subject_type"),
        subject_id=OuterRef("subject_id"),
        language__in=languages,
    )
    published = Edition.objects.visible(now).filter(
        subject_type=OuterRef("subject_type"), subject_id=OuterRef("subject_id")
    )
    newest = Revision.objects.exclude(why=RevisionReason.TRANSLATED).order_by("-pk")[:MAX_REVISIONS]
    changes = Revision.objects.filter(Exists(older), Exists(published), pk__in=newest.values("pk"))
    last = changes.order_by().values("subject_id").annotate(last=Max("pk")).order_by("-last")
    return last.values_list("subject_id", "last")[:MAX_SUBJECTS]


def select_upcoming_meetings(today: dt.date, until: dt.date) -> QuerySet[Meeting]:
    soon = Q(start_date__lte=until, end_date__gte=today)
    meetings = defer_texts(Meeting.objects.filter(soon).select_related("configuration"))
    return meetings.order_by("start_date", "configuration", "pk")[:MAX_SUBJECTS]


def is_wanted(subject: Any, readiness: LanguageReadiness) -> bool:
    """Return whether to list this language for somebody who translates into all languages.

    It is listed if its translation has begun, or if publication waits for it.
    """
    required: list[Language] = getattr(subject, "required_languages", [])
    return readiness.counts.is_started or readiness.language in required
