"""The addresses of the editors. The public process never imports this module."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [path("another-time/", include("agenda.admin.travel_urls")), path("", admin.site.urls)]
