from django.contrib import admin

from agenda.admin.editing import EditingAdmin
from agenda.admin.filters import PublicationFilter
from agenda.admin.publishing import PublishingAdmin
from agenda.admin.rows import LinkInline
from agenda.models import BackgroundTopic


@admin.register(BackgroundTopic)
class BackgroundTopicAdmin(EditingAdmin, PublishingAdmin):
    list_display = ("title", "slug", "state", "updated_at")
    list_filter = (PublicationFilter,)
    search_fields = ("title", "slug")
    prepopulated_fields = {"slug": ("title",)}
    inlines = (LinkInline,)
