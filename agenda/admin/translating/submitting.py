"""Submitting a translation: what a reviser of the language will read, beside its source."""

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from agenda.admin.screens import show
from agenda.admin.steps.forms import RemarkForm
from agenda.admin.translating.addressed import of_another_language
from agenda.admin.translating.side_by_side import SideBySide
from agenda.desk.ways import way_to
from agenda.drafts import Subject, digest_of_draft
from agenda.publishing import Refused, submit_translation, translation_to_submit
from agenda.publishing.translations import base_of
from agenda.translations import readiness_of, sent_back_in_words
from meetings.audit import Actor
from meetings.clock import instant_of
from meetings.rights import Right, names_of, require, who_may
from meetings.vocabulary import Language


@of_another_language
def submit_translation_step(desk: ModelAdmin, request: HttpRequest, subject: Subject, language: str) -> HttpResponse:
    """Submits what is shown, and nothing else: the form carries its digest."""
    by, now, label = Actor.of(request), instant_of(request), Language(language).label
    require(by, Right.TRANSLATE, subject, language)
    form = RemarkForm(request.POST if request.method == "POST" else None, now)
    if request.method == "POST" and form.is_valid():
        remark, shown = form.cleaned_data["remark"], request.POST.get("shown", "")
        try:
            submit_translation(subject, language, by=by, remark=remark, shown=shown or "-")
        except Refused as error:
            form.refuse(error)
        else:
            told = _("Submitted for approval: %s.") % label
            desk.log_change(request, subject, told + (f" “{remark}”" if remark else ""))
            names = names_of(who_may(Right.REVISE, subject, language).exclude(username=request.user.get_username()))
            asked = _("Who may approve: %s.") % names if names else _("Nobody else may approve: ask an administrator.")
            messages.success(request, f"{told} {asked}")
            return HttpResponseRedirect(way_to(subject, "languages"))
    try:
        document, refusal = translation_to_submit(subject, language, now), ""
        pairs = SideBySide.of(subject, base_of(subject).documents()[0], document)
    except Refused as error:
        document, pairs, refusal = None, None, str(error)
    returned = readiness_of([subject], now, [language])[subject.pk][language].sent_back
    return show(
        desk,
        request,
        subject,
        "translating/submitted.html",
        _("Submit the translation"),
        language=Language(language),
        desk_way=way_to(subject, "translate", language),
        form=form,
        pairs=pairs,
        refusal=refusal,
        sent_back=sent_back_in_words(returned, now),
        digest=digest_of_draft(document) if document else "",
    )
