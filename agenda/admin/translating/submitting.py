"""Submit a translation: show it beside its source, as a reviser of the language will read it."""

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from agenda.admin.screens import show
from agenda.admin.steps.forms import RemarkForm
from agenda.admin.translating.addressed import require_target_language
from agenda.admin.translating.side_by_side import SideBySide
from agenda.desk.ways import way_to
from agenda.drafts import Subject, digest_of_draft
from agenda.publishing import Refused, submit_translation, translation_to_submit
from agenda.publishing.translations import get_base_review
from agenda.translations import readiness_of, sent_back_in_words
from meetings.audit import Actor
from meetings.clock import instant_of
from meetings.rights import Right, names_of, require, who_may
from meetings.vocabulary import Language


@require_target_language
def submit_translation_step(
    model_admin: ModelAdmin, request: HttpRequest, subject: Subject, language: str
) -> HttpResponse:
    """Show the translation, and submit exactly what was shown: the form carries its digest."""
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
            message = _("Submitted for approval: %s.") % label
            model_admin.log_change(request, subject, message + (f" “{remark}”" if remark else ""))
            names = names_of(who_may(Right.REVISE, subject, language).exclude(username=request.user.get_username()))
            approvers = (
                _("These people can approve it: %s.") % names
                if names
                else _("Nobody else can approve it yet. Contact an administrator.")
            )
            messages.success(request, f"{message} {approvers}")
            return HttpResponseRedirect(way_to(subject, "languages"))
    try:
        document, refusal = translation_to_submit(subject, language, now), ""
        pairs = SideBySide.of(subject, get_base_review(subject).documents()[0], document)
    except Refused as error:
        document, pairs, refusal = None, None, str(error)
    sent_back = readiness_of([subject], now, [language])[subject.pk][language].sent_back
    return show(
        model_admin,
        request,
        subject,
        "translation/submit.html",
        _("Submit the translation"),
        language=Language(language),
        edit_url=way_to(subject, "translate", language),
        form=form,
        pairs=pairs,
        refusal=refusal,
        sent_back=sent_back_in_words(sent_back, now),
        digest=digest_of_draft(document) if document else "",
    )
