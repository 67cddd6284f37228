"""All languages of a meeting or topic: how far each is, and which must be approved before it is first published."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Self

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.admin.screen import Screen
from agenda.admin.steps.verdicts import schedule_if_ready
from agenda.translation.readiness import format_sent_back, get_readiness
from agenda.workflow.drafts import Subject
from agenda.workflow.planned_releases import find_planned_release
from agenda.workflow.translation_releases import set_language_rule
from meetings.access import Right, has_right
from meetings.documents.choices import Language, OtherLanguages
from meetings.models import Meeting

TranslationView = Callable[[Screen, str], HttpResponse]


def require_target_language(view: TranslationView) -> TranslationView:
    """Redirect to the list of languages if the language is unknown, or is the source language."""

    @wraps(view)
    def check_language(screen: Screen, language: str) -> HttpResponse:
        if language not in Language.values:
            message = _("“%s” is not an official language. Choose a language from this list.") % language
            messages.error(screen.request, message)
        elif language == screen.subject.source_language:
            message = _("%s is the original language. Choose a language to translate into.")
            messages.warning(screen.request, message % Language(language).label)
        else:
            return view(screen, language)
        return screen.redirect_to("languages")

    return check_language


class LanguageRuleForm(forms.Form):
    """The languages that must be approved, and when the others are published."""

    required = forms.MultipleChoiceField(
        label=gettext_lazy("Languages that must be approved before the meeting is first published"),
        choices=Language.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "The original language must always be approved. A correction of a published meeting waits for no other "
            "language."
        ),
    )
    others = forms.ChoiceField(
        label=gettext_lazy("Other languages"),
        choices=OtherLanguages.choices,
        widget=forms.RadioSelect,
    )

    @classmethod
    def for_meeting(cls, meeting: Meeting, data: Any) -> Self:
        """Return the form with the rule of the meeting. The source language is no choice: it is always required."""
        form = cls(data, initial={"required": meeting.required_languages, "others": meeting.other_languages})
        choices = [(code, name) for code, name in Language.choices if code != meeting.source_language]
        form.fields["required"].choices = choices  # type: ignore[attr-defined]
        return form


def format_rule(subject: Subject) -> str:
    if not isinstance(subject, Meeting):
        return _(
            "There is no rule for topics: the original is published first, and other languages as soon as they are "
            "approved."
        )
    source = Language(subject.source_language).label
    required = ", ".join([source, *(Language(code).label for code in subject.required_languages)])
    sentence = _("Must be approved before publication: %s.") % required
    if subject.other_languages == OtherLanguages.WAIT:
        return f"{sentence} {_('All other languages that are being translated are published at the same time.')}"
    return f"{sentence} {_('Other languages are published as soon as they are approved.')}"


def show_languages(screen: Screen) -> HttpResponse:
    """Show the source language, then those that are started, then the others, each in the order of languages.

    Publishers can also change the rule on which languages a publication waits for.
    """
    subject = screen.subject
    found = get_readiness([subject], screen.now)[subject.pk].values()
    ordered = sorted(found, key=lambda readiness: (not readiness.is_source, not readiness.counts.is_started))
    lines = [
        {
            "readiness": readiness,
            "may_translate": has_right(screen.user, Right.TRANSLATE, subject, readiness.language),
            "sent_back": format_sent_back(readiness.sent_back, screen.now),
        }
        for readiness in ordered
    ]
    form = None
    if isinstance(subject, Meeting) and screen.may(Right.PUBLISH):
        form = LanguageRuleForm.for_meeting(subject, screen.posted)
        if form.is_valid():
            set_language_rule(subject, by=screen.by, **form.cleaned_data)
            screen.log(_("Changed which languages must be approved before publication."))
            messages.success(screen.request, _("The rule for this meeting has been saved."))
            if release := find_planned_release(subject):
                schedule_if_ready(screen, release)
            return screen.redirect_to("languages")
    rule = format_rule(subject)
    return screen.render("translation/languages.html", _("Languages"), lines=lines, form=form, rule=rule)
