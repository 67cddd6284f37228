from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from agenda.admin.filters import PublicationFilter, ReviewFilter
from agenda.admin.publication_steps import PublishingAdmin
from agenda.admin.start_topic import start_topic_view
from agenda.models import BackgroundTopic


@admin.register(BackgroundTopic)
class BackgroundTopicAdmin(PublishingAdmin):
    list_display = ("title", "slug", "state", "updated_at")
    list_filter = (PublicationFilter, ReviewFilter)
    search_fields = ("title", "slug")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: object = None) -> HttpResponse:
        return start_topic_view(self, request)
