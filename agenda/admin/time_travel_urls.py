"""URLs of time travel, below those of the admin."""

from django.contrib import admin
from django.urls import path

from agenda.admin import time_travel

urlpatterns = [
    path("", admin.site.admin_view(time_travel.start_time_travel), name="travel"),
    path("now/", admin.site.admin_view(time_travel.stop_time_travel), name="travel-back"),
]
