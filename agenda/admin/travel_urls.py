"""URLs of time travel, below those of the admin."""

from django.contrib import admin
from django.urls import path

from agenda.admin import travel

urlpatterns = [
    path("", admin.site.admin_view(travel.start_time_travel), name="travel"),
    path("now/", admin.site.admin_view(travel.stop_time_travel), name="travel-back"),
]
