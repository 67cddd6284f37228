"""Submit texts for approval, with a checklist and a comment."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from agenda.admin.publication_outlook import add_pages, build_draft_outlooks
from agenda.admin.screen import Screen, explain_approvers, explain_approvers_of_drafts, refresh_subjects
from agenda.admin.steps.forms import RemarkForm
from agenda.admin.steps.repeated import describe_repeated_submission
from agenda.dashboard.admin_urls import admin_url
from agenda.documents.checks import format_names
from agenda.translation.readiness import get_readiness
from agenda.workflow.authors import find_authors
from agenda.workflow.comments import group_open_comments
from agenda.workflow.confirmed_differences import ComparisonTime
from agenda.workflow.drafts import Subject
from agenda.workflow.errors import WorkflowError
from agenda.workflow.review_actions import DraftTexts, collect_digests, explain_unneeded_submission, submit
from agenda.workflow.reviews import Review
from agenda.workflow.time_differences import find_time_differences
from meetings.access import Right, has_right
from meetings.documents.choices import Language


def list_submittable_translations(subjects: Sequence[Subject], drafts: DraftTexts) -> list[dict[str, Any]]:
    """Describe each language with unapproved translations, with its progress by subject (`statuses`).

    `time_differences`: times that differ from the source and that nobody has confirmed, each with the URL of the
    translation screen. The language is ready if it is complete and has no such difference.
    """
    if not any(drafts.translations.values()):
        return []
    found, translations = get_readiness(subjects, drafts.now), []
    built, comparison_time = drafts.build_if_valid(), ComparisonTime()
    differing = [(subject, find_time_differences(subject, texts, comparison_time)) for subject, texts in built]
    for language in Language:
        begun = [
            (subject, found[subject.pk][language])
            for subject in subjects
            if found[subject.pk][language].counts.has_drafts
        ]
        if begun and language not in {subject.source_language for subject in subjects}:
            time_differences = [
                (found_messages[language], admin_url(subject, "translate", language))
                for subject, found_messages in differing
                if language in found_messages
            ]
            is_complete = all(readiness.counts.is_complete for _one, readiness in begun)
            translations.append(
                {
                    "language": language,
                    "statuses": [(subject, readiness.summary) for subject, readiness in begun],
                    "time_differences": time_differences,
                    "is_ready": is_complete and not time_differences,
                }
            )
    return translations


def explain_before_submitting(screen: Screen, subjects: Sequence[Subject]) -> str:
    """Say who can approve the texts, and to those who may approve one of them that they cannot after submitting it."""
    approvers = explain_approvers_of_drafts(screen, subjects)
    if not any(has_right(screen.user, Right.APPROVE, subject) for subject in subjects):
        return approvers
    return f"{_('If you submit this, you cannot approve it yourself.')} {approvers}"


def submit_step(screen: Screen) -> HttpResponse:
    """Submit exactly what is shown: the form carries the digests of the texts."""
    now, subjects = screen.now, screen.get_subjects()
    if other := screen.find_refused(Right.SUBMIT, subjects):
        return screen.render_refusal(Right.SUBMIT, other)
    if page := screen.limit_length(subjects):
        return page
    form = RemarkForm(screen.posted, now)
    drafts = DraftTexts(subjects, now)
    translated = list_submittable_translations(subjects, drafts)
    chosen = [item["language"] for item in translated if item["is_ready"]]
    if screen.posted is not None:
        ticked = screen.posted.getlist("language")
        chosen = [item["language"] for item in translated if item["language"] in ticked]
    if form.is_valid() and not form.is_check_only:
        remark, shown = form.cleaned_data["remark"], screen.request.POST.getlist("shown")
        try:
            submitted = submit(*subjects, by=screen.by, remark=remark, shown=shown, languages=chosen)
        except WorkflowError as error:
            drafts = DraftTexts(subjects, now)  # somebody may have saved a change
            if message := describe_repeated_submission(drafts.build_if_valid(chosen), now):
                return screen.redirect_after_repetition(message)
            form.add_refusal(error)
            refresh_subjects(*subjects)
            drafts = DraftTexts(subjects, now)
        else:
            for subject in subjects:
                screen.log(_("Submitted for approval."), remark, subject)
            message = _("Submitted for approval: %s.") % format_names([str(subject) for subject in subjects])
            revisions = {revision.subject_id: revision for revision in submitted}
            authors = find_authors((revision, revision.source_language) for revision in submitted)
            approvers = explain_approvers(
                (subject, authors[revisions[subject.pk].pk, subject.source_language]) for subject in subjects
            )
            messages.success(screen.request, f"{message} {approvers}")
            return screen.redirect_to("change")
    outlooks = [*add_pages(build_draft_outlooks(subjects, drafts, languages=chosen), screen)]
    ready = [outlook for outlook in outlooks if outlook.documents]
    obstacles = [
        message
        for item in ready
        for last in [Review.latest(item.subject)]
        if (message := explain_unneeded_submission(item.subject, item.documents, now, last))
    ]
    unsettled = group_open_comments(subjects)
    # Each language as translated, and as approved: any of them may be submitted.
    digests = collect_digests([*drafts.build_if_valid(), *drafts.build_if_valid(())])
    return screen.render(
        "submit.html",
        _("Submit for approval"),
        outlooks=[(outlook, unsettled[outlook.subject.pk]) for outlook in outlooks],
        obstacles=obstacles if not form.errors else [],
        may_go_on=not obstacles and all(outlook.is_correct for outlook in outlooks),
        form=form,
        translated=translated,
        chosen=chosen,
        shown=sorted(digests),
        approvers=explain_before_submitting(screen, subjects),
        alone=admin_url(screen.subject, "submit") if len(subjects) > 1 else "",
    )
