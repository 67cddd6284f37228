from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.utils.translation import gettext as _

from agenda.admin.filters import PublicationFilter, ReviewFilter
from agenda.admin.inlines import LinkInline
from agenda.admin.permissions import limit_to_own_configurations
from agenda.admin.publication_steps import PublishingAdmin
from agenda.admin.versioned_forms import EditingAdmin
from agenda.models import BackgroundTopic


@admin.register(BackgroundTopic)
class BackgroundTopicAdmin(EditingAdmin, PublishingAdmin):
    list_display = ("title", "slug", "state", "updated_at")
    list_filter = (PublicationFilter, ReviewFilter)
    search_fields = ("title", "slug")
    prepopulated_fields = {"slug": ("title",)}
    inlines = (LinkInline,)

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: Any, **options: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **options)
        if db_field.name == "desk" and isinstance(field, ModelChoiceField):
            own = limit_to_own_configurations(field, request)
            field.choices = [
                ("", _("All configurations")),
                *((str(configuration.pk), str(configuration)) for configuration in own),
            ]
        return field
