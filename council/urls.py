"""All addresses of the site."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from council import errors, health, statements

urlpatterns = [
    path("api/", include("council.api")),
    *(
        [path("admin/", include("council.admin_urls")), path("preview/", include("agenda.preview_urls"))]
        if settings.EDITING
        else []
    ),
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
    *i18n_patterns(path("", include("meetings.urls")), path("", include("agenda.urls")), path("", include(statements))),
]
handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
