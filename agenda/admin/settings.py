"""The screen that moves a meeting or topic to another configuration, or changes its original language."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.admin.approvals import warn_of_lost_approvals
from agenda.admin.permissions import limit_to_own_configurations
from agenda.admin.screen import Screen, warn_before_saving
from agenda.editor.settings import change_settings
from agenda.workflow.approval_rights import explain_fixed_language
from agenda.workflow.errors import WorkflowError
from meetings.access import NotAllowed
from meetings.documents.choices import Language
from meetings.documents.encoding import InvalidDocument
from meetings.models import Configuration, Meeting, User


class SettingsForm(forms.Form):
    """The configuration, which a topic may do without, and the original language.

    The form carries what it showed, so that it changes only what the user chose.
    """

    place = forms.ModelChoiceField(
        Configuration.objects.none(), label=gettext_lazy("Council configuration"), show_hidden_initial=True
    )
    source_language = forms.ChoiceField(
        label=gettext_lazy("Original language"), choices=Language.choices, show_hidden_initial=True
    )

    def __init__(self, user: User, data: Any, *, is_meeting: bool, fixed_language: str = "", **options: Any) -> None:
        """Create the form. `fixed_language` says why the language cannot be changed, if it cannot."""
        super().__init__(data, **options)
        self.fields["source_language"].disabled = bool(fixed_language)
        self.fields["source_language"].help_text = fixed_language
        place: Any = self.fields["place"]
        place.required = is_meeting
        if not is_meeting:
            place.empty_label = None
            place.help_text = _("People who work on this configuration can edit the topic.")
        limit_to_own_configurations(place, user)


def settings_step(screen: Screen) -> HttpResponse:
    subject = screen.subject
    is_meeting = isinstance(subject, Meeting)
    place = subject.configuration if is_meeting else subject.desk
    initial = {"place": place, "source_language": subject.source_language}
    fixed_language = explain_fixed_language(subject)
    form = SettingsForm(
        screen.user, screen.posted, is_meeting=is_meeting, fixed_language=fixed_language, initial=initial
    )
    if form.is_valid():
        chosen = {name: form.cleaned_data[name] for name in form.changed_data}
        place, language = chosen.get("place", ...), chosen.get("source_language", ...)
        try:
            with warn_of_lost_approvals(screen.request, subject):
                change_settings(subject, by=screen.by, place=place, language=language)
        except (InvalidDocument, NotAllowed, WorkflowError) as error:
            form.add_error(getattr(error, "field", "") or "place", str(error))
        else:
            report_changes(screen, chosen, fixed_language)
            return screen.redirect_to("change")
    warning = warn_before_saving(screen, subject.source_language)
    return screen.render("settings.html", _("Configuration and language"), form=form, warning=warning)


def report_changes(screen: Screen, chosen: Mapping[str, Any], fixed_language: str) -> None:
    """Say what was changed. Somebody may have submitted the text since the form with the language was opened."""
    changes = []
    if "place" in chosen:
        changes.append(_("It belongs to %s now.") % (chosen["place"] or _("all configurations")))
    if "source_language" in chosen:
        changes.append(_("The original language is %s now.") % Language(chosen["source_language"]).label)
    if changes:
        screen.report(" ".join(changes))
    else:
        messages.info(screen.request, _("Nothing was changed."))
    if fixed_language and screen.request.POST.get("source_language", "") not in ("", screen.subject.source_language):
        messages.warning(screen.request, fixed_language)
