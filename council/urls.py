"""All URLs of the site."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path

from council import errors, health, sitemap, statements, well_known

urlpatterns = [
    path("api/", include("council.api")),
    *(
        [path("admin/", include("council.admin_urls")), path("preview/", include("agenda.preview_urls"))]
        if settings.EDITING
        else []
    ),
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
    path("robots.txt", well_known.robots_txt, name="robots"),
    path("sitemap.xml", sitemap.sitemap_index, name="sitemap"),
    re_path(
        r"^sitemap-(?P<part>pages|topics|meetings-(?!0000)[0-9]{4})-(?P<page>[1-9][0-9]{0,3})\.xml$",
        sitemap.sitemap_part,
        name="sitemap-part",
    ),
    path(".well-known/security.txt", well_known.security_txt, name="security"),
    *(path(name, well_known.icon, {"name": name}, name=name) for name in well_known.ICONS),
    *i18n_patterns(path("", include("meetings.urls")), path("", include("agenda.urls")), path("", include(statements))),
]
handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
