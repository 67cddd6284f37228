"""URLs of preview links, for the editors' process only. Do not include them in the public process."""

from django.urls import path
from django.views.decorators.http import require_safe

from agenda.preview_page import preview_page

urlpatterns = [path("<str:token>/", require_safe(preview_page), name="preview-link")]
