"""The screen on which a new topic is started."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.admin.settings import SettingsForm
from agenda.dashboard.admin_urls import admin_url
from agenda.editor.starting import start_topic
from agenda.models import BackgroundTopic
from meetings.access import NotAllowed, Right, format_refusal
from meetings.access.audit import Actor
from meetings.documents.choices import Language
from meetings.documents.encoding import InvalidDocument

MAX_TITLE_LENGTH = BackgroundTopic._meta.get_field("title").max_length
MAX_SLUG_LENGTH = BackgroundTopic._meta.get_field("slug").max_length


class StartTopicForm(SettingsForm):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=MAX_TITLE_LENGTH)
    slug = forms.CharField(
        label=gettext_lazy("Word in the web address"),
        required=False,
        max_length=MAX_SLUG_LENGTH,
        help_text=gettext_lazy("For example, “migration-policy”. Leave blank to make it from the title."),
    )
    field_order = ("title", "slug", "place", "source_language")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        values["slug"] = values.get("slug") or slugify(values.get("title", ""))[:MAX_SLUG_LENGTH].strip("-")
        if "title" in values and not values["slug"]:
            self.add_error("slug", _("Enter a word in Latin letters. None can be made from this title."))
        return values


def start_topic_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Show the screen; start the topic and open it in the editor."""
    if not model_admin.has_add_permission(request):
        raise NotAllowed(format_refusal(Right.CHANGE))
    user: Any = request.user
    form = StartTopicForm(user, request.POST or None, is_meeting=False, initial={"source_language": Language.EN})
    if form.is_valid():
        values = form.cleaned_data
        topic = BackgroundTopic(
            title=values["title"], slug=values["slug"], desk=values["place"], source_language=values["source_language"]
        )
        try:
            start_topic(topic, by=Actor.from_request(request))
        except InvalidDocument as error:
            form.add_error("slug", str(error))
        else:
            return HttpResponseRedirect(admin_url(topic, "change"))
    context = {"opts": model_admin.opts, "title": _("Add a topic"), "form": form}
    return render(request, "admin/agenda/start_topic.html", model_admin.admin_site.each_context(request) | context)
