"""URLs of preview links, for the editors' process only. Do not include them in the public process."""

from django.urls import path, re_path
from django.views.decorators.http import require_safe

from agenda.preview.views import preview_image, preview_page

urlpatterns = [
    path("<str:token>/", require_safe(preview_page), name="preview-link"),
    re_path(
        r"^(?P<token>[^/]+)/images/(?P<digest>[0-9a-f]{64})/(?P<name>[a-z0-9]+\.(?:webp|jpg))$",
        require_safe(preview_image),
        name="preview-image",
    ),
]
