"""Admin of the audit log, which can be read and exported but not changed."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings.access import Right, require_right
from meetings.access.audit import Actor, serialize_entries
from meetings.access.lone_acts import WAITING_VALUES, describe_confirmation, find_lone_acts
from meetings.admin.base import ReadOnlyAdmin
from meetings.clock import BRUSSELS
from meetings.i18n.languages import get_own_name
from meetings.models import Act, ActConfirmation, AuditEntry

MAX_EXPORTED = 20_000
"""Entries in one file, of about 10 MB: nginx keeps what a slow client has not read yet."""


class UnconfirmedFilter(admin.SimpleListFilter):
    """Show what one person published alone, and nobody has confirmed."""

    title = _("confirmation")
    parameter_name = "unconfirmed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("published by one person, not confirmed yet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        return queryset.filter(pk__in=find_lone_acts().order_by().values("pk")) if self.value() == "1" else queryset


@admin.register(AuditEntry)
class AuditAdmin(ReadOnlyAdmin):
    view_right = Right.AUDIT
    list_display = ("time_in_brussels", "actor", "act", "summary", "address", "remote")
    list_display_links = ("time_in_brussels",)
    list_filter = (UnconfirmedFilter, "act")
    date_hierarchy = "at"
    search_fields = ("actor", "address", "digest", "=subject_id")
    search_help_text = _("Search by name, network address, digest, or the ID of a meeting or topic.")
    show_full_result_count = False
    change_list_template = "admin/meetings/audit_list.html"
    actions = None

    def get_urls(self) -> list[URLPattern]:
        export = self.admin_site.admin_view(self.export)
        return [path("export/", export, name="meetings_auditentry_export"), *super().get_urls()]

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """Export the filtered list as JSON Lines."""
        require_right(Actor.from_request(request), Right.AUDIT)
        try:
            entries: QuerySet[AuditEntry] = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            messages.error(
                request, gettext("Nothing was exported because this filter does not exist. Choose one here.")
            )
            return HttpResponseRedirect(reverse("admin:meetings_auditentry_changelist"))
        if entries.order_by()[: MAX_EXPORTED + 1].count() > MAX_EXPORTED:
            message = gettext("Nothing was exported: these are more than %d entries. Choose a shorter time here.")
            messages.error(request, message % MAX_EXPORTED)
            query = request.GET.urlencode()
            return HttpResponseRedirect(f"{reverse('admin:meetings_auditentry_changelist')}?{query}")
        response = StreamingHttpResponse(serialize_entries(entries), content_type="application/jsonl; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="audit.jsonl"'
        response["Cache-Control"] = "no-store"
        return response

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        """Annotate who has confirmed what one person published alone."""
        confirmation = ActConfirmation.objects.filter(entry=OuterRef("pk")).values("by_name")
        entries: QuerySet[AuditEntry] = super().get_queryset(request)
        return entries.annotate(confirmed_by=Subquery(confirmation))

    @admin.display(description=_("time (Brussels)"), ordering="id")
    def time_in_brussels(self, entry: AuditEntry) -> str:
        return date_format(entry.at.astimezone(BRUSSELS), "j M Y, H:i:s")

    @admin.display(description=_("details"))
    def summary(self, entry: AuditEntry) -> str:
        """Summarize the entry: title or account, language, comment, note or reason, and roles added and removed."""
        details = entry.details
        parts = [details.get(name) for name in ("title", "account", "role")]
        parts += [get_own_name(details.get("language", ""))]
        parts += [details.get(name) for name in ("remark", "note", "reason")]
        parts += [
            _("formerly “%s”") % details["was"] if "was" in details else "",
            ", ".join(details.get("changed", ())),
        ]
        if details.get("deleted"):
            parts.append(gettext("to be deleted") if WAITING_VALUES in details else gettext("deleted"))
        parts += [details.get("of", "")] if entry.act in (Act.ACT_CONFIRMED, Act.ACT_DISCARDED) else []
        parts += [details.get(name) for name in ("for_whom", "why", "to")]  # of preview links and time travel
        parts += [f"+ {each}" for name in ("given", "added") for each in details.get(name, ())]
        parts += [f"− {each}" for name in ("taken", "removed") for each in details.get(name, ())]
        parts.append(describe_confirmation(entry, getattr(entry, "confirmed_by", None)))
        return " – ".join(filter(None, parts)) or "–"
