from django.urls import path, re_path
from django.views.decorators.http import require_safe

from agenda import pages

urlpatterns = [
    re_path(
        r"^meetings/(?P<configuration>[-a-zA-Z0-9_]+)/(?P<dates>[0-9]{4}/[0-9]{2}/[-a-z0-9]+)/$",
        require_safe(pages.meeting),
        name="meeting",
    ),
    path("topics/", require_safe(pages.topics), name="topics"),
    path("topics/<slug:slug>/", require_safe(pages.topic), name="topic"),
]
