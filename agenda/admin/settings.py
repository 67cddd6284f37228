"""The screen that moves a meeting or topic to another configuration, or changes its original language."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.admin.approvals import warn_of_lost_approvals
from agenda.admin.permissions import limit_to_own_configurations
from agenda.admin.screen import Screen, warn_before_saving
from agenda.dashboard.admin_urls import admin_url
from agenda.editor.settings import change_settings
from agenda.workflow.approval_rights import explain_fixed_language, find_reviews_to_send_back
from agenda.workflow.drafts import Subject
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

    def __init__(self, user: User, data: Any, *, is_meeting: bool, language_refusal: str = "", **options: Any) -> None:
        """Create the form. `language_refusal` says in HTML why the language cannot be changed, if it cannot."""
        super().__init__(data, **options)
        self.fields["source_language"].disabled = bool(language_refusal)
        self.fields["source_language"].help_text = language_refusal
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
    refusal = explain_fixed_language(subject)
    links = format_review_links(subject) if refusal else ""
    form = SettingsForm(
        screen.user,
        screen.posted,
        is_meeting=is_meeting,
        language_refusal=format_html("{} {}", refusal, links) if refusal else "",
        initial=initial,
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
            report_changes(screen, chosen, refusal)
            return screen.redirect_to("change")
    warning = warn_before_saving(screen, subject.source_language)
    return screen.render("settings.html", _("Configuration and language"), form=form, warning=warning)


def format_review_links(subject: Subject) -> SafeString:
    """Link to each review in which the text can be sent back, so that its language can be changed."""
    address = admin_url(subject, "review")
    return format_html_join(
        ", ",
        '<a href="{}?revision={}">{}</a>',
        (
            (address, review.revision.pk, _("View the approved text") if review.is_approved else _("View the review"))
            for review in find_reviews_to_send_back(subject)
        ),
    )


def report_changes(screen: Screen, chosen: Mapping[str, Any], language_refusal: str) -> None:
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
    if language_refusal and screen.request.POST.get("source_language", "") not in ("", screen.subject.source_language):
        messages.warning(screen.request, language_refusal)
