from django.urls import path
from django.views.decorators.http import require_safe

from meetings import pages

urlpatterns = [
    path("", require_safe(pages.home), name="home"),
    path("meetings/", require_safe(pages.meetings), name="meetings"),
    path("meetings/<slug:slug>/", require_safe(pages.configuration), name="configuration"),
]
