"""All URLs of the site."""

from django.conf import settings
from django.urls import include, path

from council.urls import readers
from council.urls.readers import handler400, handler403, handler404, handler500

urlpatterns = [
    *(
        [path("admin/", include("council.urls.admin")), path("preview/", include("agenda.preview.urls"))]
        if settings.EDITING
        else []
    ),
    *readers.urlpatterns,
]
