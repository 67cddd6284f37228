"""URLs of the admin. The public process never imports this module."""

from django.contrib import admin
from django.urls import include, path

from agenda.admin.translating.grid import show_language_grid
from meetings.admin.own_time_zone import own_time_zone
from meetings.admin.signing_in import change_password

urlpatterns = [
    path("another-time/", include("agenda.admin.travel_urls")),
    path("languages/", admin.site.admin_view(show_language_grid), name="languages"),
    path("time-zone/", admin.site.admin_view(own_time_zone), name="own-time-zone"),
    path(
        "password_change/", admin.site.admin_view(change_password, cacheable=True)
    ),  # must come before the admin's own URL
    path("", admin.site.urls),
]
