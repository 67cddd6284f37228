"""URLs of the admin. The public process never imports this module."""

from django.contrib import admin
from django.urls import include, path, re_path

from agenda.admin.find import find
from agenda.admin.help import show_help
from agenda.admin.images import admin_image
from agenda.admin.own_settings import show_own_settings
from agenda.admin.steps.confirming import confirm_reference_change
from agenda.admin.translation.language_grid import show_language_grid

admin.autodiscover()
urlpatterns = [
    path("another-time/", include("agenda.admin.time_travel")),
    path("blocks/", include("agenda.admin.shared_blocks")),
    path("confirm/<int:entry_id>/", admin.site.admin_view(confirm_reference_change), name="confirm-reference"),
    path("find/", admin.site.admin_view(find), name="find"),
    path("help/", admin.site.admin_view(show_help), name="help"),
    path("languages/", admin.site.admin_view(show_language_grid), name="languages"),
    re_path(
        r"^images/(?P<digest>[0-9a-f]{64})/(?P<name>[a-z0-9]+\.(?:webp|jpg))$",
        admin.site.admin_view(admin_image),
        name="admin-image",
    ),
    path("templates/", include("agenda.admin.templates")),
    path("your-settings/", admin.site.admin_view(show_own_settings), name="own-settings"),
    path("", include("meetings.sign_in.urls")),
    path("", admin.site.urls),
]
