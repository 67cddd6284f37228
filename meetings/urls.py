from django.urls import path
from django.views.decorators.http import require_safe

from meetings import pages
from meetings.calendars import pages as calendars

urlpatterns = [
    path("", require_safe(pages.home), name="home"),
    path("meetings/", require_safe(pages.meetings), name="meetings"),
    path("meetings/calendar.ics", require_safe(calendars.everything), name="calendar"),
    path("meetings/<slug:slug>/calendar.ics", require_safe(calendars.configuration), name="configuration-calendar"),
    path("meetings/<slug:slug>/", require_safe(pages.configuration), name="configuration"),
]
