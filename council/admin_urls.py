"""The addresses of the editors. The public process never imports this module."""

from django.contrib import admin
from django.urls import include, path

admin.site.enable_nav_sidebar = False  # its few entries are on the front page; the lists need the width
urlpatterns = [path("another-time/", include("agenda.admin.travel_urls")), path("", admin.site.urls)]
