"""Submitting: what will be read by somebody else, with a checklist and a remark."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from agenda.admin.outlook import outlooks_of_drafts
from agenda.admin.screens import first_refused, go_to, others_who_may, read_anew, refused, show, together_with
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
class Translated:
    """A language with something that nobody has approved, and how far it is, by subject.

    `hours`: what it says of an hour otherwise than the source, and nobody has confirmed; each with the way to its desk.
    Ready is one that is complete, and says no such thing.
    """

    language: Language
    words: Sequence[tuple[Subject, str]]
    hours: Sequence[tuple[str, str]]
    is_complete: bool

    @property
    def is_ready(self) -> bool:
        return self.is_complete and not self.hours


def translations_to_go_along(subjects: Sequence[Subject], now: dt.datetime) -> list[Translated]:
    """Those in which there is something new."""
    found, known, differing = readiness_of(subjects, now), [], hours_in(subjects, now)
    for language in Language:
        begun = [(one, found[one.pk][language]) for one in subjects if found[one.pk][language].counts.draft]
        if begun and language not in {one.source_language for one in subjects}:
            words = [(one, readiness.words) for one, readiness in begun]
            hours = [
                (told[language], way_to(one, "translate", language)) for one, told in differing if language in told
            ]
            is_complete = all(readiness.counts.is_complete for _one, readiness in begun)
            known.append(Translated(language, words, hours, is_complete))
    return known


def hours_in(subjects: Sequence[Subject], now: dt.datetime) -> list[tuple[Subject, dict[Language, str]]]:
    try:
        return [(one, differing_hours(one, documents)) for one, documents in texts_of(subjects, now)]
    except Refused:  # the outlooks say so
        return []


def digests_shown(subjects: Sequence[Subject], now: dt.datetime) -> list[str]:
    """Of all that a choice of languages may submit: each language as it is translated, and as it is approved."""
    try:
        return sorted(said_in(texts_of(subjects, now)) | said_in(texts_of(subjects, now, ())))
    except Refused:  # the outlooks say so
        return []


def submit_step(desk: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    """Submits what is shown, and nothing else: the form carries its digests."""
    now, subjects = instant_of(request), together_with(request, subject)
    if other := first_refused(request, Right.SUBMIT, subjects):
        return refused(desk, request, Right.SUBMIT, subject, other)
    form = RemarkForm(request.POST if request.method == "POST" else None, now)
    translated = translations_to_go_along(subjects, now)
    chosen = [one.language for one in translated if one.is_ready]
    if request.method == "POST":
        chosen = [one.language for one in translated if one.language in request.POST.getlist("language")]
    if request.method == "POST" and form.is_valid():
        remark, shown = form.cleaned_data["remark"], request.POST.getlist("shown")
        try:
            submit(*subjects, by=Actor.of(request), remark=remark, shown=shown, languages=chosen)
        except Refused as error:
            form.refuse(error)
            read_anew(*subjects)
        else:
            for one in subjects:
                desk.log_change(request, one, _("Submitted for approval.") + (f" “{remark}”" if remark else ""))
            names = others_who_may(request, Right.APPROVE, subject)
            told = _("Submitted for approval: %s.") % named([str(one) for one in subjects])
            asked = _("Who may approve: %s.") % names if names else _("Nobody else may approve: ask an administrator.")
            messages.success(request, f"{told} {asked}")
            return go_to(desk, "change", subject.pk)
    outlooks = outlooks_of_drafts(subjects, now, languages=chosen)
    made = [outlook for outlook in outlooks if outlook.documents]
    settled = [told for one in made if (told := nothing_to_submit(one.subject, one.documents, now))]
    return show(
        desk,
        request,
        subject,
        "submit.html",
        _("Submit for approval"),
        outlooks=outlooks,
        settled=settled if not form.errors else [],
        may_go_on=not settled and all(outlook.documents and not outlook.errors for outlook in outlooks),
        form=form,
        translated=translated,
        chosen=chosen,
        shown=digests_shown(subjects, now),
        alone=way_to(subject, "submit") if len(subjects) > 1 else "",
    )
