from django.urls import path

from agenda import pages

urlpatterns = [
    path("meetings/<slug:configuration>/<path:dates>/", pages.meeting, name="meeting"),
    path("topics/", pages.topics, name="topics"),
    path("topics/<slug:slug>/", pages.topic, name="topic"),
]
