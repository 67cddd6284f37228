from django.urls import path, re_path

from agenda import pages

urlpatterns = [
    re_path(
        r"^meetings/(?P<configuration>[-a-z0-9]+)/(?P<dates>[0-9]{4}/[0-9]{2}/[-a-z0-9]+)/$",
        pages.meeting,
        name="meeting",
    ),
    path("topics/", pages.topics, name="topics"),
    path("topics/<slug:slug>/", pages.topic, name="topic"),
]
