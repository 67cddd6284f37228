"""The list of meetings, and the addresses of their screens."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agenda.admin.filters import ConfigurationFilter, MeetingDateFilter, PublicationFilter, ReviewFilter
from agenda.admin.meeting_search import search_meetings
from agenda.admin.publication_steps import PublishingAdmin
from agenda.admin.same_day_changes.views import change_facts_view
from agenda.admin.start_meeting import start_meeting_view
from meetings.access import Right
from meetings.admin.base import MAX_SEARCH_LENGTH, DateHierarchyAdmin
from meetings.i18n.page_dates import format_page_date_range
from meetings.models import Meeting


@admin.register(Meeting)
class MeetingAdmin(PublishingAdmin, DateHierarchyAdmin):
    list_display = ("days", "code", "full_title", "state", "status", "city", "updated_at")
    list_display_links = ("days", "full_title")
    list_filter = (MeetingDateFilter, PublicationFilter, ReviewFilter, ConfigurationFilter, "status", "form")
    list_select_related = ("configuration",)
    search_fields = ("title",)  # shows the search box; get_search_results decides what is searched
    search_help_text = gettext_lazy(
        "For example, “JHA 2017”. You can search by configuration, date (14/09/2017), document number (14996/1/22 REV "
        "1), procedure (2016/0142 (COD)), city, chair, presidency (Ireland) or words in titles."
    )
    date_hierarchy = "start_date"

    def get_urls(self) -> list[URLPattern]:
        facts = self.build_screen_view(change_facts_view, Right.DUTY)
        return [
            path("<path:object_id>/facts/", facts, name="meetings_meeting_facts"),
            *super().get_urls(),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return start_meeting_view(self, request)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return search_meetings(queryset, search_term[:MAX_SEARCH_LENGTH]), False

    @admin.display(description=pgettext_lazy("of a meeting", "date"), ordering="start_date")
    def days(self, meeting: Meeting) -> str:
        return format_page_date_range(meeting.start_date, meeting.end_date) or _("no date")

    @admin.display(description=gettext_lazy("Council configuration"), ordering="configuration__position")
    def code(self, meeting: Meeting) -> str:
        return meeting.configuration.code

    @admin.display(description=gettext_lazy("title"), ordering="title")
    def full_title(self, meeting: Meeting) -> str:
        return meeting.display_title
