"""The addresses of the editors. The public process never imports this module."""

from django.contrib import admin
from django.urls import path

urlpatterns = [path("", admin.site.urls)]
