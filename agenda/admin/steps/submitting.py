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
    go_to,
    name_others_with_right,
    refresh_subjects,
    render_refusal,
    show,
)
from agenda.admin.steps.forms import RemarkForm
from agenda.checking import named
from agenda.desk.ways import way_to
from agenda.drafts import Subject
from agenda.publishing import Refused, submit
from agenda.publishing.reviewing import nothing_to_submit, said_in, texts_of
from agenda.publishing.translations import differing_hours
from agenda.translations import readiness_of
from meetings.audit import Actor
from meetings.clock import instant_of
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
    found, translations, differing = readiness_of(subjects, now), [], list_time_differences(subjects, now)
    for language in Language:
        begun = [
            (subject, found[subject.pk][language]) for subject in subjects if found[subject.pk][language].counts.draft
        ]
        if begun and language not in {subject.source_language for subject in subjects}:
            statuses = [(subject, readiness.words) for subject, readiness in begun]
            time_differences = [
                (messages[language], way_to(subject, "translate", language))
                for subject, messages in differing
                if language in messages
            ]
            is_complete = all(readiness.counts.is_complete for _one, readiness in begun)
            translations.append(SubmittableTranslation(language, statuses, time_differences, is_complete))
    return translations


def list_time_differences(subjects: Sequence[Subject], now: dt.datetime) -> list[tuple[Subject, dict[Language, str]]]:
    try:
        return [(subject, differing_hours(subject, documents)) for subject, documents in texts_of(subjects, now)]
    except Refused:  # the outlooks show the refusal
        return []


def collect_shown_digests(subjects: Sequence[Subject], now: dt.datetime) -> list[str]:
    """Return the digests of all texts that may be submitted: each language as translated, and as approved."""
    try:
        return sorted(said_in(texts_of(subjects, now)) | said_in(texts_of(subjects, now, ())))
    except Refused:  # the outlooks show the refusal
        return []


def submit_step(model_admin: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    """Submit exactly what is shown: the form carries the digests of the texts."""
    now, subjects = instant_of(request), get_subjects(request, subject)
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
            submit(*subjects, by=Actor.of(request), remark=remark, shown=shown, languages=chosen)
        except Refused as error:
            form.refuse(error)
            refresh_subjects(*subjects)
        else:
            for item in subjects:
                model_admin.log_change(request, item, _("Submitted for approval.") + (f" “{remark}”" if remark else ""))
            names = name_others_with_right(request, Right.APPROVE, subject)
            message = _("Submitted for approval: %s.") % named([str(item) for item in subjects])
            who = (
                _("These people can approve it: %s.") % names
                if names
                else _("Nobody else can approve it yet. Contact an administrator.")
            )
            messages.success(request, f"{message} {who}")
            return go_to(model_admin, "change", subject.pk)
    outlooks = build_draft_outlooks(subjects, now, languages=chosen)
    ready = [outlook for outlook in outlooks if outlook.documents]
    obstacles = [message for item in ready if (message := nothing_to_submit(item.subject, item.documents, now))]
    return show(
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
        alone=way_to(subject, "submit") if len(subjects) > 1 else "",
    )
