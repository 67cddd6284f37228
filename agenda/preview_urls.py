"""Preview links, for the process of the editors only: include them nowhere in the public one."""

from django.urls import path
from django.views.decorators.http import require_safe

from agenda.preview_page import preview_page

urlpatterns = [path("<str:token>/", require_safe(preview_page), name="preview-link")]
