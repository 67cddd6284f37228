"""Submit a translation: show it beside its source, as a reviser of the language will read it."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from agenda.admin.screen import Screen
from agenda.admin.steps.forms import RemarkForm
from agenda.admin.steps.repeated import describe_repeated_translation
from agenda.admin.translation.comparison import TranslationComparison
from agenda.admin.translation.languages import require_target_language
from agenda.dashboard.admin_urls import admin_url
from agenda.translation.readiness import format_sent_back, get_readiness
from agenda.workflow.approval_rights import explain_who_can_approve
from agenda.workflow.authors import get_authors
from agenda.workflow.drafts import compute_draft_digest
from agenda.workflow.errors import WorkflowError
from agenda.workflow.translation_submission import build_translation_to_submit, get_base_review, submit_translation
from meetings.access import Right, require_right
from meetings.documents.choices import Language


@require_target_language
def submit_translation_screen(screen: Screen, language: str) -> HttpResponse:
    """Show the translation, and submit exactly what was shown: the form carries its digest."""
    subject, now = screen.subject, screen.now
    require_right(screen.by, Right.TRANSLATE, subject, language)
    form = RemarkForm(screen.posted, now)
    if form.is_valid():
        remark, shown = form.cleaned_data["remark"], form.data.get("shown", "")
        try:
            revision = submit_translation(subject, language, by=screen.by, remark=remark, shown=shown or "-")
        except WorkflowError as error:
            if message := describe_repeated_translation(subject, language, shown, now):
                return screen.redirect_after_repetition(message, "languages")
            form.add_refusal(error)
        else:
            message = _("Submitted for approval: %s.") % Language(language).label
            screen.log(message, remark)
            approvers = explain_who_can_approve(subject, language, get_authors(revision, language))
            messages.success(screen.request, f"{message} {approvers}")
            return screen.redirect_to("languages")
    try:
        document, refusal = build_translation_to_submit(subject, language, now), ""
        pairs = TranslationComparison(subject, get_base_review(subject).get_documents()[0], document)
    except WorkflowError as error:
        document, pairs, refusal = None, None, str(error)
    sent_back = get_readiness([subject], now, [language])[subject.pk][language].sent_back
    return screen.render(
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
