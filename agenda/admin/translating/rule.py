"""The rule of a meeting: which languages its first edition waits for."""

from typing import Any, Self

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.drafts import Subject
from meetings.models import Meeting
from meetings.vocabulary import Language, OtherLanguages


class RuleForm(forms.Form):
    required = forms.MultipleChoiceField(
        label=gettext_lazy("Must be approved before the meeting appears for the first time"),
        choices=Language.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("The source language always must. A correction of what is live waits for none."),
    )
    others = forms.ChoiceField(
        label=gettext_lazy("The other languages"),
        choices=OtherLanguages.choices,
        widget=forms.RadioSelect,
    )

    @classmethod
    def of(cls, subject: Subject, data: Any) -> Self:
        """What the meeting's rule says now. The source language is not offered: it is always waited for."""
        assert isinstance(subject, Meeting)
        form = cls(data, initial={"required": subject.required_languages, "others": subject.other_languages})
        offered = [(code, name) for code, name in Language.choices if code != subject.source_language]
        form.fields["required"].choices = offered  # type: ignore[attr-defined]
        return form


def rule_in_words(subject: Subject) -> str:
    """What readers of other languages can count on."""
    if not isinstance(subject, Meeting):
        return _("Topics have no rule: the source goes out first, other languages follow as soon as they are approved.")
    source = Language(subject.source_language).label
    required = ", ".join([source, *(Language(code).label for code in subject.required_languages)])
    told = _("Waits for: %s.") % required
    if subject.other_languages == OtherLanguages.WAIT:
        return f"{told} {_('All others that are being translated appear together with it.')}"
    return f"{told} {_('Others follow as soon as they are approved.')}"
