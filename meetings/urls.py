from django.urls import path
from django.views.decorators.http import require_safe

from meetings import pages
from meetings.calendars import pages as calendars
from meetings.feeds import pages as feeds

urlpatterns = [
    path("", require_safe(pages.home), name="home"),
    path("meetings/", require_safe(pages.meetings), name="meetings"),
    path("meetings/calendar.ics", require_safe(calendars.everything), name="calendar"),
    path("meetings/feed.atom", require_safe(feeds.everything), name="feed"),
    path("meetings/corrections.atom", require_safe(feeds.corrections), name="corrections-feed"),
    path("meetings/<slug:slug>/calendar.ics", require_safe(calendars.configuration), name="configuration-calendar"),
    path("meetings/<slug:slug>/feed.atom", require_safe(feeds.configuration), name="configuration-feed"),
    path("meetings/<slug:slug>/", require_safe(pages.configuration), name="configuration"),
]
