"""Submit texts for approval, with a checklist and a comment."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from agenda.admin.outlook import build_draft_outlooks
from agenda.admin.screens import (
    find_refused,
    get_subjects,
    name_others_with_right,
    redirect_to,
    refresh_subjects,
    render_refusal,
    render_screen,
)
from agenda.admin.steps.forms import RemarkForm
from agenda.checking import format_names
from agenda.desk.ways import admin_url
from agenda.drafts import Subject
from agenda.publishing import WorkflowError, submit
from agenda.publishing.reviewing import build_texts, collect_digests, explain_unneeded_submission
from agenda.publishing.translations import find_time_differences
from agenda.translations import get_readiness
from meetings.audit import Actor
from meetings.clock import get_instant
from meetings.rights import Right
from meetings.vocabulary import Language


@dataclass(frozen=True)
class SubmittableTranslation:
    """A language with unapproved translations, and its progress by subject.

    `time_differences`: times that differ from the source and that nobody has confirmed, each with the URL of the
    translation screen. The language is ready if it is complete and has no such difference.
    """

    language: Language
    statuses: Sequence[tuple[Subject, str]]
    time_differences: Sequence[tuple[str, str]]
    is_complete: bool

    @property
    def is_ready(self) -> bool:
        return self.is_complete and not self.time_differences


def list_submittable_translations(subjects: Sequence[Subject], now: dt.datetime) -> list[SubmittableTranslation]:
    """Return the languages with new translations."""
    found, translations, differing = get_readiness(subjects, now), [], list_time_differences(subjects, now)
    for language in Language:
        begun = [
            (subject, found[subject.pk][language]) for subject in subjects if found[subject.pk][language].counts.draft
        ]
        if begun and language not in {subject.source_language for subject in subjects}:
            statuses = [(subject, readiness.summary) for subject, readiness in begun]
            time_differences = [
                (messages[language], admin_url(subject, "translate", language))
                for subject, messages in differing
                if language in messages
            ]
            is_complete = all(readiness.counts.is_complete for _one, readiness in begun)
            translations.append(SubmittableTranslation(language, statuses, time_differences, is_complete))
    return translations


def list_time_differences(subjects: Sequence[Subject], now: dt.datetime) -> list[tuple[Subject, dict[Language, str]]]:
    try:
        return [
            (subject, find_time_differences(subject, documents)) for subject, documents in build_texts(subjects, now)
        ]
    except WorkflowError:  # the outlooks show the refusal
        return []


def collect_shown_digests(subjects: Sequence[Subject], now: dt.datetime) -> list[str]:
    """Return the digests of all texts that may be submitted: each language as translated, and as approved."""
    try:
        return sorted(collect_digests(build_texts(subjects, now)) | collect_digests(build_texts(subjects, now, ())))
    except WorkflowError:  # the outlooks show the refusal
        return []


def submit_step(model_admin: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    """Submit exactly what is shown: the form carries the digests of the texts."""
    now, subjects = get_instant(request), get_subjects(request, subject)
    if other := find_refused(request, Right.SUBMIT, subjects):
        return render_refusal(model_admin, request, Right.SUBMIT, subject, other)
    form = RemarkForm(request.POST if request.method == "POST" else None, now)
    translated = list_submittable_translations(subjects, now)
    chosen = [item.language for item in translated if item.is_ready]
    if request.method == "POST":
        chosen = [item.language for item in translated if item.language in request.POST.getlist("language")]
    if request.method == "POST" and form.is_valid():
        remark, shown = form.cleaned_data["remark"], request.POST.getlist("shown")
        try:
            submit(*subjects, by=Actor.from_request(request), remark=remark, shown=shown, languages=chosen)
        except WorkflowError as error:
            form.add_refusal(error)
            refresh_subjects(*subjects)
        else:
            for item in subjects:
                model_admin.log_change(request, item, _("Submitted for approval.") + (f" “{remark}”" if remark else ""))
            names = name_others_with_right(request, Right.APPROVE, subject)
            message = _("Submitted for approval: %s.") % format_names([str(item) for item in subjects])
            who = (
                _("These people can approve it: %s.") % names
                if names
                else _("Nobody else can approve it yet. Contact an administrator.")
            )
            messages.success(request, f"{message} {who}")
            return redirect_to(model_admin, "change", subject.pk)
    outlooks = build_draft_outlooks(subjects, now, languages=chosen)
    ready = [outlook for outlook in outlooks if outlook.documents]
    obstacles = [
        message for item in ready if (message := explain_unneeded_submission(item.subject, item.documents, now))
    ]
    return render_screen(
        model_admin,
        request,
        subject,
        "submit.html",
        _("Submit for approval"),
        outlooks=outlooks,
        obstacles=obstacles if not form.errors else [],
        may_go_on=not obstacles and all(outlook.documents and not outlook.errors for outlook in outlooks),
        form=form,
        translated=translated,
        chosen=chosen,
        shown=collect_shown_digests(subjects, now),
        alone=admin_url(subject, "submit") if len(subjects) > 1 else "",
    )
