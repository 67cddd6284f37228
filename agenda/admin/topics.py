from django.contrib import admin

from agenda.admin.meetings import LinkInline
from agenda.admin.publishing import PublishingAdmin
from agenda.models import BackgroundTopic


@admin.register(BackgroundTopic)
class BackgroundTopicAdmin(PublishingAdmin):
    list_display = ("title", "slug", "updated_at")
    search_fields = ("title", "slug", "lead")
    prepopulated_fields = {"slug": ("title",)}
    inlines = (LinkInline,)
