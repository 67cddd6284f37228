from django.urls import path, re_path
from django.views.decorators.http import require_safe

from meetings.feeds import views as feeds
from meetings.feeds.calendars import views as calendars
from meetings.feeds.press_feed import press_feed
from meetings.http.subscription_view import subscription_view
from meetings.site.configuration import configuration
from meetings.site.corrections import corrections
from meetings.site.daily_schedule import views as days
from meetings.site.glossary import glossary
from meetings.site.home import home
from meetings.site.meeting_list import subscriptions
from meetings.site.meeting_list import views as browsing
from meetings.site.press_conferences import press_conferences

urlpatterns = [
    path("", require_safe(home), name="home"),
    path("day/", require_safe(days.today), name="today"),
    re_path(r"^day/(?P<day>.+)/$", require_safe(days.day), name="day"),
    path("glossary/", require_safe(glossary), name="glossary"),
    path("press-conferences/", require_safe(press_conferences), name="press"),
    path("press-conferences/calendar.ics", subscription_view(calendars.press_calendar), name="press-calendar"),
    path("press-conferences/feed.atom", subscription_view(press_feed), name="press-feed"),
    path("meetings/", require_safe(browsing.meetings), name="meetings"),
    re_path(r"^meetings/(?P<year>[0-9]{4})/(?P<month>[0-9]{2})/$", require_safe(browsing.month), name="month"),
    path("meetings/calendar.ics", subscription_view(subscriptions.meetings_calendar), name="calendar"),
    path("meetings/feed.atom", subscription_view(subscriptions.meetings_feed), name="feed"),
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
