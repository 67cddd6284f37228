"""Submit a translation: show it beside its source, as a reviser of the language will read it."""

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from agenda.admin.screens import render_screen
from agenda.admin.steps.forms import RemarkForm
from agenda.admin.translating.addressed import require_target_language
from agenda.admin.translating.side_by_side import TranslationComparison
from agenda.desk.ways import admin_url
from agenda.drafts import Subject, compute_draft_digest
from agenda.publishing import WorkflowError, build_translation_to_submit, submit_translation
from agenda.publishing.translations import get_base_review
from agenda.translations import format_sent_back, get_readiness
from meetings.audit import Actor
from meetings.clock import get_instant
from meetings.rights import Right, find_users_with_right, format_user_names, require_right
from meetings.vocabulary import Language


@require_target_language
def submit_translation_screen(
    model_admin: ModelAdmin, request: HttpRequest, subject: Subject, language: str
) -> HttpResponse:
    """Show the translation, and submit exactly what was shown: the form carries its digest."""
    by, now, label = Actor.from_request(request), get_instant(request), Language(language).label
    require_right(by, Right.TRANSLATE, subject, language)
    form = RemarkForm(request.POST if request.method == "POST" else None, now)
    if request.method == "POST" and form.is_valid():
        remark, shown = form.cleaned_data["remark"], request.POST.get("shown", "")
        try:
            submit_translation(subject, language, by=by, remark=remark, shown=shown or "-")
        except WorkflowError as error:
            form.add_refusal(error)
        else:
            message = _("Submitted for approval: %s.") % label
            model_admin.log_change(request, subject, message + (f" “{remark}”" if remark else ""))
            names = format_user_names(
                find_users_with_right(Right.REVISE, subject, language).exclude(username=request.user.get_username())
            )
            approvers = (
                _("These people can approve it: %s.") % names
                if names
                else _("Nobody else can approve it yet. Contact an administrator.")
            )
            messages.success(request, f"{message} {approvers}")
            return HttpResponseRedirect(admin_url(subject, "languages"))
    try:
        document, refusal = build_translation_to_submit(subject, language, now), ""
        pairs = TranslationComparison.compare(subject, get_base_review(subject).get_documents()[0], document)
    except WorkflowError as error:
        document, pairs, refusal = None, None, str(error)
    sent_back = get_readiness([subject], now, [language])[subject.pk][language].sent_back
    return render_screen(
        model_admin,
        request,
        subject,
        "translation/submit.html",
        _("Submit the translation"),
        language=Language(language),
        edit_url=admin_url(subject, "translate", language),
        form=form,
        pairs=pairs,
        refusal=refusal,
        sent_back=format_sent_back(sent_back, now),
        digest=compute_draft_digest(document) if document else "",
    )
