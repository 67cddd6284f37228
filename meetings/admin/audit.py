"""The audit log: to be read and taken away, and by nobody to be changed."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings.admin.lists import CalendarList
from meetings.audit import Actor, json_lines
from meetings.clock import BRUSSELS
from meetings.models import AuditEntry
from meetings.rights import Right, may, require


@admin.register(AuditEntry)
class AuditAdmin(CalendarList):
    list_display = ("when", "actor", "act", "told", "address", "remote")
    list_display_links = ("when",)
    list_filter = ("act",)
    date_hierarchy = "at"
    search_fields = ("actor", "address", "digest", "=subject_id")
    search_help_text = _("A name, an address, a digest, or the id of a meeting or topic.")
    show_full_result_count = False
    change_list_template = "admin/meetings/audit_list.html"
    actions = None

    def get_urls(self) -> list[URLPattern]:
        export = self.admin_site.admin_view(self.export)
        return [path("export/", export, name="meetings_auditentry_export"), *super().get_urls()]

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """What the list shows, with its filters, as lines of JSON."""
        require(Actor.of(request), Right.AUDIT)
        try:
            found: QuerySet[AuditEntry] = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            messages.error(request, gettext("Nothing was exported: the log has no such filter. Choose one here."))
            return HttpResponseRedirect(reverse("admin:meetings_auditentry_changelist"))
        response = StreamingHttpResponse(json_lines(found), content_type="application/jsonl; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="audit.jsonl"'
        response["Cache-Control"] = "no-store"
        return response

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, Right.AUDIT)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("when (Brussels)"), ordering="id")
    def when(self, entry: AuditEntry) -> str:
        return date_format(entry.at.astimezone(BRUSSELS), "j M Y, H:i:s")

    @admin.display(description=_("about"))
    def told(self, entry: AuditEntry) -> str:
        """The title or account, what was said (a remark, a note, a reason), and which roles came and went."""
        details = entry.details
        said = [details.get(name) for name in ("title", "account", "role", "remark", "note", "reason")]
        said += [_("formerly “%s”") % details["was"] if "was" in details else "", ", ".join(details.get("changed", ()))]
        said += [details.get(name) for name in ("for_whom", "why", "to")]  # of preview links, and of another time
        said += [f"+ {each}" for name in ("given", "added") for each in details.get(name, ())]
        said += [f"− {each}" for name in ("taken", "removed") for each in details.get(name, ())]
        return " – ".join(filter(None, said)) or "–"
