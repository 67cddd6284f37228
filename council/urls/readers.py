"""URLs of readers: all that the public process has, and all that the readers' hosts have in any process."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.decorators.http import require_safe

from council.views import about_pages, errors, health, sitemap, well_known
from meetings.site import images

urlpatterns = [
    path("api/", include("council.urls.api")),
    re_path(
        r"^images/(?P<digest>[0-9a-f]{64})/(?P<name>(?:full|[1-9][0-9]{0,3})\.(?:webp|jpg))$",
        require_safe(images.image_file),
        name="image",
    ),
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
    path("robots.txt", well_known.robots_txt, name="robots"),
    path("sitemap.xml", sitemap.sitemap_index, name="sitemap"),
    re_path(
        r"^sitemap-(?P<part>pages|topics|files|meetings-(?!0000)[0-9]{4})-(?P<page>[1-9][0-9]{0,3})\.xml$",
        sitemap.sitemap_part,
        name="sitemap-part",
    ),
    path(".well-known/security.txt", well_known.security_txt, name="security"),
    *(path(name, well_known.icon, {"name": name}, name=name) for name in well_known.ICONS),
    *i18n_patterns(
        path("", include("meetings.urls")), path("", include("agenda.urls")), path("", include(about_pages))
    ),
]
handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
