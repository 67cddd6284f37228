from django.urls import path

from meetings import pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("meetings/", pages.meetings, name="meetings"),
    path("meetings/<slug:slug>/", pages.configuration, name="configuration"),
]
