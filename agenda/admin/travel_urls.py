"""The addresses of time travel, below the admin's."""

from django.contrib import admin
from django.urls import path

from agenda.admin import travel

urlpatterns = [
    path("", admin.site.admin_view(travel.depart), name="travel"),
    path("now/", admin.site.admin_view(travel.come_back), name="travel-back"),
]
