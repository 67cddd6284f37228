"""The step that publishes: what will appear, what to look at, now or when, and what is still to come."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agenda.building import build_meeting, build_topic
from agenda.checking import errors_in, topics_left_out, warnings_in
from agenda.publishing import Refused, Subject, in_brussels, publish, type_of
from meetings.answers import html_path
from meetings.clock import NoSuchTime, read_instant
from meetings.documents.text import InvalidDocument
from meetings.models import Edition, Meeting


class PublishForm(forms.Form):
    at = forms.CharField(
        label=_("Appears"), required=False, help_text=_("Brussels time, as 2017-09-14 18:00. Empty: now.")
    )
    note = forms.CharField(
        label=_("What changed"), required=False, max_length=500, help_text=_("Public. Readers see it with the edition.")
    )
    pending = forms.ChoiceField(
        label=_("The edition still to come"),
        choices=(
            ("ask", _("leave it, and publish nothing")),
            ("replace", _("replace it")),
            ("keep", _("publish beside it")),
        ),
        required=False,
    )

    def clean_at(self) -> Any:
        text = self.cleaned_data["at"]
        try:
            return read_instant(text) if text else None
        except NoSuchTime as error:
            raise forms.ValidationError(str(error)) from error


class PublishingAdmin(admin.ModelAdmin):
    """The admin of what is published as a whole. Publishing needs its own permission, `publish_…`."""

    change_form_template = "admin/agenda/publishable_form.html"

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_publish"
        own = path("<path:object_id>/publish/", self.admin_site.admin_view(self.publish_view), name=name)
        return [own, *super().get_urls()]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What has an edition is withdrawn and not deleted: its editions would stay, with nobody to correct them."""
        published = obj is not None and Edition.objects.of(type_of(obj), obj.pk).exists()
        return not published and super().has_delete_permission(request, obj)

    def may_publish(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.publish_{self.opts.model_name}")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        subject = self.get_object(request, unquote(object_id))
        facts = self.edition_facts(subject) | {"may_publish": self.may_publish(request)} if subject else {}
        return super().change_view(request, object_id, form_url, facts | (extra_context or {}))

    def edition_facts(self, subject: Any) -> dict[str, Any]:
        now = timezone.now()
        editions = Edition.objects.of(type_of(subject), subject.pk)
        live, pending = editions.live(now).first(), editions.pending(now).first()
        return {
            "live_path": live and html_path(live.address, "en"),
            "live_number": editions.visible(now).count(),
            "pending_from": pending and in_brussels(pending.available_from),
        }

    def publish_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        subject: Any = self.get_object(request, unquote(object_id))
        if subject is None:
            raise Http404
        if not self.may_publish(request):
            raise PermissionDenied
        facts = self.edition_facts(subject)
        form = PublishForm(request.POST if request.method == "POST" else None)
        if not facts["pending_from"]:
            del form.fields["pending"]
        if request.method == "POST" and form.is_valid():
            try:
                data = form.cleaned_data
                [edition] = publish(subject, at=data["at"], note=data["note"], pending=data.get("pending") or "ask")
            except Refused as error:
                form.add_error(None, str(error))
            else:
                told = _("“%(subject)s” appears on %(time)s (Brussels time).")
                messages.success(request, told % {"subject": subject, "time": in_brussels(edition.available_from)})
                self.log_change(request, subject, f"Published: {edition}")
                return HttpResponseRedirect(
                    reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[object_id])
                )
        context = self.admin_site.each_context(request) | facts | findings(subject)
        context |= {"title": _("Publish"), "subject": subject, "form": form, "opts": self.opts}
        return render(request, "admin/agenda/publish.html", context)


def findings(subject: Subject) -> dict[str, Any]:
    try:
        document = build_meeting(subject) if isinstance(subject, Meeting) else build_topic(subject)
    except InvalidDocument as error:
        return {"errors": [str(error)]}
    left_out = topics_left_out(subject, timezone.now()) if isinstance(subject, Meeting) else []
    return {"errors": errors_in(document), "warnings": [*warnings_in(document), *left_out]}
