from django.urls import path, re_path
from django.views.decorators.http import require_safe

from meetings.browsing import pages as browsing
from meetings.calendars import pages as calendars
from meetings.configuration_page import configuration
from meetings.corrections import corrections
from meetings.day_sheet import pages as days
from meetings.feeds import pages as feeds
from meetings.home import home
from meetings.subscriptions import subscription_view

urlpatterns = [
    path("", require_safe(home), name="home"),
    path("day/", require_safe(days.today), name="today"),
    re_path(r"^day/(?P<day>.+)/$", require_safe(days.day), name="day"),
    path("meetings/", require_safe(browsing.meetings), name="meetings"),
    re_path(r"^meetings/(?P<year>[0-9]{4})/(?P<month>[0-9]{2})/$", require_safe(browsing.month), name="month"),
    path("meetings/calendar.ics", subscription_view(calendars.all_meetings_calendar), name="calendar"),
    path("meetings/feed.atom", subscription_view(feeds.all_meetings_feed), name="feed"),
    path("meetings/corrections.atom", subscription_view(feeds.corrections_feed), name="corrections-feed"),
    path("meetings/corrections/", require_safe(corrections), name="corrections"),
    path(
        "meetings/<slug:slug>/calendar.ics",
        subscription_view(calendars.configuration_calendar),
        name="configuration-calendar",
    ),
    path("meetings/<slug:slug>/feed.atom", subscription_view(feeds.configuration_feed), name="configuration-feed"),
    path("meetings/<slug:slug>/", require_safe(configuration), name="configuration"),
]
