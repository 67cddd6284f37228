"""Admin of agenda items, programme points and results on their own screens, for their topics, numbers and links."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from agenda.admin.editing import EditingAdmin, VersionedForm
from agenda.admin.publishing import RevisionKeepingAdmin
from agenda.admin.rows import (
    NOT_IN_THIS_MEETING_MESSAGE,
    LinkInline,
    build_parts_error,
    build_result_error,
    was_published,
)
from agenda.models import AgendaItem, Result
from meetings.models import Meeting, ProgrammePoint, VersionedModel


class PartForm(VersionedForm):
    def get_edited_row(self) -> VersionedModel:
        meeting: VersionedModel = self.instance.meeting
        return meeting


class PartAdmin(EditingAdmin, RevisionKeepingAdmin):
    """Admin of a part of a meeting, reached from the meeting's form and saved as part of it.

    The version of the meeting counts.
    """

    form = PartForm
    change_form_template = "admin/agenda/part_form.html"
    delete_confirmation_template = "admin/agenda/part_delete.html"
    inlines = (LinkInline,)
    readonly_fields = ("meeting_link",)
    section = ""

    def get_edited_row(self, row: Any) -> VersionedModel:
        meeting: VersionedModel = row.meeting
        return meeting

    def get_rows_to_lock(self, key: str) -> QuerySet[Any]:
        return Meeting.objects.filter(pk__in=self.model._default_manager.filter(pk=key).values("meeting"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("meeting__configuration")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("meeting"))
    def meeting_link(self, part: Any) -> str:
        return format_html('<a href="{}">{}</a>', self.get_meeting_url(part), part.meeting)

    def get_meeting_url(self, part: Any) -> str:
        return reverse("admin:meetings_meeting_change", args=[part.meeting_id])

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:meetings_meeting_changelist"))

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return HttpResponseRedirect(f"{self.get_meeting_url(obj)}#{self.section}-group")

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        obj.meeting.increase_version()  # first, so that the saved revision has the new version
        super().delete_model(request, obj)

    def find_deletion_obstacle(self, part: Any) -> ValidationError | None:
        return None

    def delete_under_lock(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        part = self.get_object(request, object_id)
        if part and self.has_delete_permission(request, part) and (reason := self.find_deletion_obstacle(part)):
            messages.error(request, " ".join(reason.messages))
            return HttpResponseRedirect(reverse(admin_urlname(self.opts, "change"), args=[part.pk]))  # type: ignore[arg-type]
        response = super().delete_under_lock(request, object_id, extra_context)
        if part and request.method == "POST" and response.status_code == 302:
            return self.response_post_save_change(request, part)
        return response

    def formfield_for_manytomany(self, db_field: Any, request: Any, **options: Any) -> Any:
        """Use checkboxes, because Django's own widgets for many values have no labels."""
        return super().formfield_for_manytomany(db_field, request, widget=CheckboxSelectMultiple, **options)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **options: Any) -> Any:
        """Offer only sessions, items and points of the same meeting."""
        part = request.resolver_match.kwargs.get("object_id")
        related = getattr(db_field.remote_field, "model", None)
        if part and related and "meeting" in {field.name for field in related._meta.fields}:
            meeting = self.model._default_manager.filter(pk=part).values("meeting")
            options["error_messages"] = {"invalid_choice": NOT_IN_THIS_MEETING_MESSAGE}
            options["queryset"] = related._default_manager.filter(meeting__in=meeting)
        return super().formfield_for_dbfield(db_field, request, **options)


@admin.register(AgendaItem)
class AgendaItemAdmin(PartAdmin):
    section = "agenda"
    fieldsets = (
        (None, {"fields": ("meeting_link", ("position", "number", "kind"), "title", "text", ("session", "parent"))}),
        (_("Procedure"), {"fields": (
            ("public", "public_basis"), ("procedure_type", "outcome_sought"), ("state", "state_note"),
            ("information_from", "supported_by"),
        )}),
        (_("References"), {"fields": (("documents", "procedures"), "legal_basis", "topics", "points")}),
    )  # fmt: skip

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and was_published(obj))

    def find_deletion_obstacle(self, part: AgendaItem) -> ValidationError | None:
        if parts := part.items.all():
            return build_parts_error(part, parts)
        return build_result_error(part) if Result.objects.filter(item=part).exists() else None


@admin.register(ProgrammePoint)
class ProgrammePointAdmin(PartAdmin):
    section = "programme"
    fieldsets = (
        (None, {"fields": ("meeting_link", ("position", "kind", "date"), "title", "text")}),
        (_("When and where"), {"fields": (
            ("time", "time_precision", "time_text"), ("place", "session"), ("live", "in_margins"), "state",
        )}),
        (_("Speakers"), {"fields": ("speakers",)}),
    )  # fmt: skip


@admin.register(Result)
class ResultAdmin(PartAdmin):
    section = "results"
    fields = ("meeting_link", ("position", "date", "outcome"), "item", "title", "text")
