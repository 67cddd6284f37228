from django.contrib import admin

from agenda.admin.editing import EditingAdmin
from agenda.admin.publishing import PublishingAdmin
from agenda.admin.rows import LinkInline
from agenda.models import BackgroundTopic


@admin.register(BackgroundTopic)
class BackgroundTopicAdmin(EditingAdmin, PublishingAdmin):
    list_display = ("title", "slug", "updated_at")
    search_fields = ("title", "slug", "lead")
    prepopulated_fields = {"slug": ("title",)}
    inlines = (LinkInline,)
