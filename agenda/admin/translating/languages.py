"""All languages of a meeting or topic: how far each is, with a link to the translation editor."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from agenda.admin.screens import go_to, show
from agenda.admin.translating.rule import LanguageRuleForm, format_rule
from agenda.desk.ways import way_to
from agenda.drafts import Subject
from agenda.publishing import set_rule
from agenda.translations import Readiness, readiness_of, sent_back_in_words
from meetings.audit import Actor
from meetings.clock import instant_of
from meetings.models import Meeting
from meetings.rights import Right, may


@dataclass(frozen=True)
class LanguageLine:
    """One language on the screen.

    `edit_url` leads to the translation editor, which is read-only unless the user `may_translate`. It is "" for the
    source language. `submit_url` is set if the translation only has to be submitted.
    """

    readiness: Readiness
    edit_url: str
    may_translate: bool
    sent_back: str
    submit_url: str


def languages_screen(model_admin: ModelAdmin, request: HttpRequest, subject: Subject) -> HttpResponse:
    """Show the source language, then those that are started, then the others, each in the order of languages.

    Publishers can also change the rule on which languages a publication waits for.
    """
    now = instant_of(request)
    found = readiness_of([subject], now)[subject.pk].values()
    ordered = sorted(found, key=lambda readiness: (not readiness.is_source, not readiness.counts.is_begun))
    lines = [
        LanguageLine(
            readiness,
            "" if readiness.is_source else way_to(subject, "translate", readiness.language),
            may_translate := may(request.user, Right.TRANSLATE, subject, readiness.language),
            sent_back_in_words(readiness.sent_back, now),
            way_to(subject, "submit_translation", readiness.language)
            if may_translate and readiness.is_to_submit and not readiness.is_blocked
            else "",
        )
        for readiness in ordered
    ]
    may_change_rule = isinstance(subject, Meeting) and may(request.user, Right.PUBLISH, subject)
    form = (
        LanguageRuleForm.for_meeting(subject, request.POST if request.method == "POST" else None)
        if may_change_rule
        else None
    )
    if form and request.method == "POST" and form.is_valid():
        assert isinstance(subject, Meeting)
        set_rule(subject, by=Actor.of(request), **form.cleaned_data)
        model_admin.log_change(request, subject, _("Changed which languages must be approved before publication."))
        messages.success(request, _("The rule for this meeting has been saved."))
        return go_to(model_admin, "languages", subject.pk)
    rule = format_rule(subject)
    return show(
        model_admin, request, subject, "translation/languages.html", _("Languages"), lines=lines, form=form, rule=rule
    )
