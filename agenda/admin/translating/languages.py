"""All languages of a meeting or topic: how far each is, with a link to the translation editor."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from agenda.admin.screens import redirect_to, render_screen
from agenda.admin.translating.rule import LanguageRuleForm, format_rule
from agenda.desk.ways import admin_url
from agenda.drafts import Subject
from agenda.publishing import set_language_rule
from agenda.translations import LanguageReadiness, format_sent_back, get_readiness
from meetings.audit import Actor
from meetings.clock import get_instant
from meetings.models import Meeting
from meetings.rights import Right, has_right


@dataclass(frozen=True)
class LanguageLine:
    """One language on the screen.

    `edit_url` leads to the translation editor, which is read-only unless the user `may_translate`. It is "" for the
    source language. `submit_url` is set if the translation only has to be submitted.
    """

    readiness: LanguageReadiness
    edit_url: str
    may_translate: bool
    sent_back: str
    submit_url: str


def show_languages(model_admin: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    """Show the source language, then those that are started, then the others, each in the order of languages.

    Publishers can also change the rule on which languages a publication waits for.
    """
    now = get_instant(request)
    found = get_readiness([subject], now)[subject.pk].values()
    ordered = sorted(found, key=lambda readiness: (not readiness.is_source, not readiness.counts.is_started))
    lines = [
        LanguageLine(
            readiness,
            "" if readiness.is_source else admin_url(subject, "translate", readiness.language),
            may_translate := has_right(request.user, Right.TRANSLATE, subject, readiness.language),
            format_sent_back(readiness.sent_back, now),
            admin_url(subject, "submit_translation", readiness.language)
            if may_translate and readiness.is_to_submit and not readiness.is_blocked
            else "",
        )
        for readiness in ordered
    ]
    may_change_rule = isinstance(subject, Meeting) and has_right(request.user, Right.PUBLISH, subject)
    form = (
        LanguageRuleForm.for_meeting(subject, request.POST if request.method == "POST" else None)
        if may_change_rule
        else None
    )
    if form and request.method == "POST" and form.is_valid():
        assert isinstance(subject, Meeting)
        set_language_rule(subject, by=Actor.from_request(request), **form.cleaned_data)
        model_admin.log_change(request, subject, _("Changed which languages must be approved before publication."))
        messages.success(request, _("The rule for this meeting has been saved."))
        return redirect_to(model_admin, "languages", subject.pk)
    rule = format_rule(subject)
    return render_screen(
        model_admin, request, subject, "translation/languages.html", _("Languages"), lines=lines, form=form, rule=rule
    )
