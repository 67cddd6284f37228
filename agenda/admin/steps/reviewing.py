"""Review a submitted text: show it, its changes, and what follows from an approval (`verdicts` records it)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from agenda.admin.publication_outlook import PublicationOutlook, compare_by_language
from agenda.admin.revisions import get_readable_documents, render_closed_revision
from agenda.admin.screen import Screen, join_explanations, refresh_subjects
from agenda.admin.steps.approval_consequences import GOES_LIVE, ApprovalConsequences, format_labels
from agenda.admin.steps.forms import ReviewForm
from agenda.admin.steps.repeated import describe_repeated_verdict
from agenda.admin.steps.review_comments import ACT, ReviewedPage
from agenda.admin.steps.verdicts import record_verdict
from agenda.admin.translation.comparison import TranslationComparison
from agenda.dashboard.admin_urls import admin_url
from agenda.dashboard.translation_lines import select_translations_of_subject
from agenda.documents.diff.changes import DocumentChange
from agenda.models import AuthorApproval, Release, ReleaseEntry, Revision, RevisionReason, Verdict
from agenda.workflow.approval_rights import ApprovalRequests, explain_who_can_approve, find_first_approval, may_review
from agenda.workflow.authors import find_authors
from agenda.workflow.comments import count_open_comments
from agenda.workflow.confirmed_differences import ComparisonTime
from agenda.workflow.drafts import SubjectDocument, get_subject_type
from agenda.workflow.errors import WorkflowError
from agenda.workflow.planned_releases import (
    explain_publication_refusal,
    find_planned_release,
    get_change_notes,
    list_refused_subjects,
    list_subjects_published_elsewhere,
    list_unapproved_subjects,
    list_undecided_subjects,
    may_planner_publish,
)
from agenda.workflow.planned_texts import will_be_planned
from agenda.workflow.reviews import (
    LanguageReview,
    Review,
    VerdictRow,
    find_first_approvals,
    get_previous_digests,
    get_submissions,
    get_verdict_rows,
    load_documents,
)
from agenda.workflow.scheduled_releases import get_release_subjects
from agenda.workflow.states import format_to_the_minute, get_unapproved_entries
from agenda.workflow.transactions import format_instant
from agenda.workflow.translation_releases import add_condition, announce_time
from agenda.workflow.translation_submission import (
    find_languages_that_follow,
    find_replacements,
    get_digests_with_approval,
)
from agenda.workflow.unsaved_editions import get_live_digests, list_lost_languages, list_missing_languages
from meetings.access import Right
from meetings.database.prepared_query import fetch_objects
from meetings.documents.choices import Language
from meetings.editions.freezing import find_suppressed_digests


@dataclass
class ReviewedLanguage:
    """A language of a review as this user reads it.

    `is_own`: the user wrote or submitted its text, and so cannot approve it. `joint`: the user did, but two of its
    authors approve it together: who they are. `first`: the approval of the first of them. `is_mine`: it is the user's.
    `others`: who may approve it, if this user may not. `follows`: it will be approved with the original.
    `asked_instead`: who is asked to approve it before this user, a superuser without a role for it. `submitted`: who
    submitted a translation that waits for approval, and when. `consequence`: what happens automatically when it is
    approved. `announcement`: when that is, for the approval to keep to (`JoinableEdition.announce`). `replacement`: the
    submission of the translation that goes out if it is sent back. `refusal`: who sent the language back before, and
    why, if nobody has approved it since. `pairs`: the translation side by side with its source.
    """

    review: LanguageReview
    is_source: bool
    against_live: list[DocumentChange] | None
    against_before: list[DocumentChange] | None
    is_own: bool
    may_judge: bool
    joint: str = ""
    first: AuthorApproval | None = None
    is_mine: bool = False
    follows: bool = False
    others: str = ""
    asked_instead: str = ""
    submitted: str = ""
    consequence: str = ""
    announcement: str = ""
    replacement: int = 0
    refusal: str = ""
    pairs: TranslationComparison | None = None

    @property
    def language(self) -> Language:
        return self.review.language

    @property
    def may_be_approved(self) -> bool:
        return self.may_judge and not self.is_own and not self.review.is_approved

    @property
    def needs_second(self) -> bool:
        """True if somebody else must approve it after this user."""
        return bool(self.joint) and self.first is None

    @property
    def goes_live(self) -> bool:
        """True if readers see it as soon as it is approved."""
        return self.consequence == str(GOES_LIVE)


def review_step(screen: Screen) -> HttpResponse:
    now, subject = screen.now, screen.subject
    review = find_review(screen)
    if review and not may_read(screen, review):
        return render_closed_revision(screen, review.revision)
    page = build_page(screen, review) if review else None
    is_comment = page is not None and ACT in screen.request.POST
    if page and is_comment and (response := page.post()):
        return response
    mine = (
        [each.language for each in review.languages if may_review(screen.by, subject, each.language)] if review else []
    )
    open_comments = count_open_comments(subject, mine)
    form = ReviewForm(None if is_comment else screen.posted, now, has_comments=bool(open_comments))
    if form.is_valid():
        if not (screen.may(Right.APPROVE) or screen.may(Right.REVISE)):
            return screen.render_refusal(Right.APPROVE)
        try:
            return record_verdict(screen, review, form.cleaned_data["remark"])
        except WorkflowError as error:
            form.add_refusal(error)
            refresh_subjects(subject)
            review = find_review(screen)
            if instead := answer_instead(screen, review):
                return instead
    context: dict[str, Any] = {"review": review, "form": form}
    if review and page:
        page.load()
        outlook = PublicationOutlook.build(
            subject, now, review.get_documents(), [reading.digest for reading in review.languages]
        )
        readings = build_reviewed_languages(screen, review, outlook)
        own = [reading for reading in readings if reading.is_own and reading.review.is_waiting and not reading.is_mine]
        if then := build_plan_context(screen, review, readings):
            announce_plan(review, readings, then["release"])
        forced = build_forced_context(review, now) if review.revision.why == RevisionReason.FORCED else None
        context |= {
            "page": page,
            "open_comments": open_comments,
            "outlook": outlook,
            "readings": readings,
            "may_approve": any(reading.may_judge and not (reading.is_own and forced) for reading in readings),
            "open": (open_to := [reading for reading in readings if reading.may_be_approved]),
            "choices": open_to or [reading for reading in readings if reading.may_judge],
            "ticked": screen.request.POST.getlist("language") or list_ticked_languages(open_to),
            "published_at_once": [reading.language.label for reading in open_to if reading.goes_live],
            "own": [reading.language.label for reading in own],
            "own_others": join_explanations({reading.language.label: reading.others for reading in own}) if own else "",
            "own_sent_back": [each.language.label for each in readings if each.is_own and each.review.is_sent_back],
            "mine": {each.language.label: each.others for each in readings if each.is_mine},
            "needs_second": all(reading.needs_second for reading in open_to),
            "others": next((reading.others for reading in readings if reading.is_source), ""),
            "forced": forced,
            "sent_back": [reading for reading in open_to if reading.review.is_sent_back],
            "follows": [reading.language.label for reading in readings if reading.follows and reading.may_judge],
            "joint": join_explanations({reading.language.label: reading.joint for reading in open_to if reading.joint}),
            "asked_instead": join_explanations(
                {reading.language.label: reading.asked_instead for reading in open_to if reading.asked_instead}
            ),
            "then": then,
            "submission": (submission := review.get_submission(review.source)),
            "submitted_at": format_to_the_minute(submission.at, now),
            "is_last": "revision" not in screen.request.GET or review.revision == get_submissions(subject).first(),
            "waiting_elsewhere": find_waiting_translations_of_released_texts(screen, review),
        }
    return screen.render("review.html", _("Review"), **context)


def announce_plan(review: Review, readings: Iterable[ReviewedLanguage], plan: Release) -> None:
    """Let the page carry the time of the plan, which it shows, if it says nothing else of a language."""
    for reading in readings:
        if reading.may_be_approved and not reading.announcement:
            reading.announcement = add_condition(announce_time(plan.at, plan), review)


def find_waiting_translations_of_released_texts(screen: Screen, review: Review) -> list[dict[str, str]]:
    """Find the translations that wait for this user, of texts other than this one that are live, scheduled or on hold.

    Return for each text the URL of its review, and the languages.
    """
    subject = screen.subject
    rows = [
        row
        for row in fetch_objects(select_translations_of_subject, get_subject_type(subject), subject.pk, screen.now)
        if row.revision_id != row.last_revision
        and row.source_document != review.source.digest
        and may_review(screen.by, subject, row.language)
    ]
    authors = find_authors((row.revision, row.language) for row in rows)
    waiting = defaultdict[int, list[str]](list)
    for row in rows:
        if screen.user.pk not in authors[row.revision_id, row.language]:
            waiting[row.revision_id].append(row.language)
    return [
        {"url": admin_url(subject, "review", revision=key), "languages": format_labels(languages)}
        for key, languages in waiting.items()
    ]


def list_ticked_languages(open_to: Iterable[ReviewedLanguage]) -> list[str]:
    """Return the languages that are ticked at first, of those that the user may approve.

    Translations that follow the original are approved with it anyway, and are not sent back together with others.
    """
    return [str(reading.language) for reading in open_to if not reading.follows]


def answer_instead(screen: Screen, review: Review | None) -> HttpResponse | None:
    """Return the answer to a decision that was refused because it was made before, or the text cannot be read now."""
    if review and not may_read(screen, review):
        return render_closed_revision(screen, review.revision)
    message = describe_repeated_verdict(screen, review, approved="approve" in screen.request.POST)
    return screen.redirect_after_repetition(message) if message else None


def build_page(screen: Screen, review: Review) -> ReviewedPage:
    languages = [each.language for each in review.languages if not each.is_approved]
    return ReviewedPage(screen, review, [each for each in languages if may_review(screen.by, screen.subject, each)])


def find_review(screen: Screen) -> Review | None:
    """Return the review of the last submission, or of the revision `?revision=`. Raise Http404 if there is none."""
    subject, key = screen.subject, screen.request.GET.get("revision", "")
    if not key:
        return Review.latest(subject)
    revision = get_submissions(subject).filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None
    if revision is None:
        raise Http404
    return Review.for_revision(subject, revision)


def may_read(screen: Screen, review: Review) -> bool:
    """Return False if one of the texts is suppressed, unless the user may suppress editions."""
    readable = get_readable_documents(screen, review.revision)
    return all(language_review.language in readable for language_review in review.languages)


def load_previous_documents(screen: Screen, review: Review) -> dict[Language, SubjectDocument]:
    """Return the documents that were submitted before, by language, without those that the user may not read."""
    digests = get_previous_digests(review).values()
    closed = set() if screen.may(Right.SUPPRESS) else find_suppressed_digests(digests)
    documents = load_documents([digest for digest in digests if digest not in closed])
    return {document.language: document for document in documents}


def describe_submission(revision: Revision, now: dt.datetime) -> str:
    values = {"who": revision.by_name, "when": format_to_the_minute(revision.at, now)}
    message = _("%(who)s submitted it on %(when)s.") % values
    return message + (f" “{revision.remark}”" if revision.remark else "")


def build_reviewed_languages(screen: Screen, review: Review, outlook: PublicationOutlook) -> list[ReviewedLanguage]:
    subject, documents, now = screen.subject, review.get_documents(), screen.now
    live = outlook.live.differences if outlook.live else {}
    before = load_previous_documents(screen, review)
    known = [document for document in documents if document.language in before]
    earlier = compare_by_language(before.values(), known)
    for language, changes in live.items():
        if language in earlier and earlier[language] == changes:
            del earlier[language]  # the previous submission is the live text
    found = find_authors((review.revision, str(each.language)) for each in review.languages if not each.is_approved)
    authors = defaultdict(set, {language: keys for (_revision, language), keys in found.items()})
    may_revise = any(may_review(screen.by, subject, each.language) for each in review.languages[1:])
    replacements = find_replacements(subject, review) if may_revise else {}
    readings, requests, comparison_time = [], ApprovalRequests(screen.user), ComparisonTime()
    has_waiting = any(each.is_waiting for each in review.languages[1:])
    consequences = ApprovalConsequences(subject, review, documents, now)
    first_approvals = find_first_approvals(review) if has_waiting else {}
    follows = find_languages_that_follow(review) if has_waiting and review.source.is_waiting else set()
    last_verdicts = {row.language: row for row in get_verdict_rows([subject.pk])} if has_waiting else {}
    for language_review, document in zip(review.languages, documents, strict=True):
        language, is_source = language_review.language, language_review is review.source
        is_author, pair = screen.user.pk in authors[language], (review.source.digest, language_review.digest)
        is_asked = language_review.is_waiting and requests.is_asked(subject, language, authors[language], pair)
        approvals = first_approvals.get(language_review.digest, ())
        reading = ReviewedLanguage(
            language_review,
            is_source,
            live.get(language),
            earlier.get(language),
            is_own=is_author and not requests.may_join(subject, language, authors[language], approvals),
            may_judge=may_review(screen.by, subject, language) and not language_review.has_ended,
            follows=language in follows,
            refusal=describe_earlier_refusal(language_review, last_verdicts.get(language), now),
        )
        if language_review.is_waiting and not reading.follows:
            reading.first = find_first_approval(subject, language, authors[language], approvals)
            explain_approval(screen, reading, authors[language], is_asked=is_asked)
        if not (is_source or language_review.is_approved):
            reading.submitted = describe_submission(review.get_submission(language_review), now)
        if reading.may_be_approved and not reading.needs_second:
            describe = consequences.describe_translation
            reading.consequence = consequences.describe_original() if is_source else describe(language_review)
            reading.announcement = consequences.announce(language_review)
        if reading.may_judge and not is_source:
            reading.replacement = replacements.get(language, 0)
            texts = documents[0], document, before.get(language)
            reading.pairs = TranslationComparison(subject, *texts, comparison_time)
        readings.append(reading)
    return readings


def describe_earlier_refusal(review: LanguageReview, last: VerdictRow | None, now: dt.datetime) -> str:
    """Describe who sent exactly this text back, or the last one in its language, if nobody has approved one since.

    `last` is the last verdict in the language. Empty if there is no such refusal, or nothing waits.
    """
    if not review.is_waiting:
        return ""
    template = _("It was submitted after %(who)s sent back exactly these words on %(time)s: “%(remark)s”")
    refusal: Verdict | VerdictRow | None = review.refusal
    if refusal is None and last and not last.approved:
        template = _("The last text in this language was sent back by %(who)s on %(time)s: “%(remark)s”")
        refusal = last
    if refusal is None:
        return ""
    return template % {
        "who": refusal.by_name,
        "time": format_to_the_minute(refusal.at, now),
        "remark": refusal.remark,
    }


def explain_approval(screen: Screen, reading: ReviewedLanguage, authors: Collection[int], *, is_asked: bool) -> None:
    """Say who can approve a language that waits, unless that is this user alone."""
    is_author, first = screen.user.pk in authors, reading.first
    reading.is_mine = first is not None and first.by_id == screen.user.pk
    if reading.may_be_approved and is_asked and not is_author:
        return
    who = explain_who_can_approve(screen.subject, reading.language, authors, first)
    if not reading.may_be_approved:
        reading.others = who
    elif is_author and first:
        reading.joint = _("%s approved it as the first of two authors. Your approval is the second.") % first.by_name
    elif is_author:
        reading.joint = who
    else:
        reading.asked_instead = who


def build_forced_context(review: Review, now: dt.datetime) -> dict[str, Any]:
    """Build the context about a publication without approval: when and why it was, and whether it is still public.

    A same-day change is saved as a later revision of the same text, which is then that of the entry. Its remark has
    words of its own after the reason.
    """
    revision = review.revision
    entry = ReleaseEntry.objects.filter(revision=revision).exclude(forced_reason="").select_related("release").first()
    if entry is None:
        return {"at": format_to_the_minute(revision.at, now), "reason": revision.remark}
    return {
        "at": format_to_the_minute(entry.release.at, now),
        "is_to_come": entry.release.at > now,
        "reason": entry.forced_reason,
        "since": revision.remark.removeprefix(entry.forced_reason).strip(),
        "is_settled": review.source.is_waiting and not get_unapproved_entries().filter(pk=entry.pk).exists(),
    }


def build_plan_context(screen: Screen, review: Review, readings: list[ReviewedLanguage]) -> dict[str, Any]:
    """Build the context about the planned release, which an approval schedules if nothing else is missing.

    It is as if the user approved all that they may approve.
    """
    subject, now = screen.subject, screen.now
    release = find_planned_release(subject)
    if release is None or not will_be_planned(release, subject, review):
        return {}
    if (note := get_change_notes(release).get(subject.pk)) is None:  # a colleague publishes it at this moment
        return {}
    assumed = [item.language for item in readings if (item.may_be_approved and not item.needs_second) or item.follows]
    source = review.source.language
    approved, live = get_digests_with_approval(subject, review, {*assumed, source}), get_live_digests(subject.pk, now)
    if approved == live:
        return {}
    missing = [language.label for language in list_missing_languages(subject, approved, now)]
    if not (review.source.is_approved or source in assumed):
        missing.append(source.label)
    assumed_texts = {subject.pk: load_documents([*approved.values()])}
    others = dict.fromkeys(
        [
            *list_unapproved_subjects(release, now),
            *list_undecided_subjects(release, now),
            *list_refused_subjects(release, now, assumed_texts),
        ]
    )
    missing += [str(item) for item in others if item != subject]
    elsewhere = list_subjects_published_elsewhere(release, now)
    missing += [_("a decision about another publication of “%s”") % item for item in elsewhere]
    if not may_planner_publish(release) and screen.find_refused(Right.PUBLISH, get_release_subjects(release)):
        missing.append(_("somebody who may publish it, since %s no longer may") % release.by_name)
    lost = list_lost_languages(live, approved)
    context = {"release": release, "at": format_instant(release.at), "missing": missing, "lost_languages": lost}
    context["note"] = note.text
    texts = review.revision, approved
    context["refusal"] = explain_publication_refusal(release, subject, *texts, now, assumed=assumed_texts)
    return context | {"is_over": release.at <= now}
