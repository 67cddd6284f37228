"""The language rule of a meeting: which languages must be approved before its first edition is published."""

from typing import Any, Self

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.drafts import Subject
from meetings.models import Meeting
from meetings.vocabulary import Language, OtherLanguages


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
    def for_meeting(cls, subject: Subject, data: Any) -> Self:
        """Return the form with the rule of the meeting. The source language is no choice: it is always required."""
        assert isinstance(subject, Meeting)
        form = cls(data, initial={"required": subject.required_languages, "others": subject.other_languages})
        choices = [(code, name) for code, name in Language.choices if code != subject.source_language]
        form.fields["required"].choices = choices  # type: ignore[attr-defined]
        return form


def format_rule(subject: Subject) -> str:
    """Return the rule of a meeting as text."""
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
