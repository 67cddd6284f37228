from django.urls import path, re_path
from django.views.decorators.http import require_safe

from agenda.export.formats import PUBLIC_FORMATS
from agenda.search.subscriptions import search_calendar, search_feed
from agenda.search.views import search
from agenda.site import calendar_views, delegations, downloads, edition_history, feed_views, files, views
from meetings.feeds.calendars.views import conditional_calendar
from meetings.http.subscription_view import subscription_view
from meetings.models import SubjectType

MEETING = r"meetings/[-a-zA-Z0-9_]+/[0-9]{4}/[0-9]{2}/[-a-z0-9]+/"
FILE = r"(?P<file>[0-9]{4}-[0-9]{4}[a-z]?(?:-[a-z])?-[a-z]{3})"
TOPIC = r"topics/[-a-zA-Z0-9_]+/"

urlpatterns = [
    re_path(
        r"^meetings/(?P<configuration>[-a-zA-Z0-9_]+)/(?P<dates>[0-9]{4}/[0-9]{2}/[-a-z0-9]+)/$",
        require_safe(views.meeting),
        name="meeting",
    ),
    re_path(
        r"^meetings/(?P<configuration>[-a-zA-Z0-9_]+)/(?P<dates>[0-9]{4}/[0-9]{2}/[-a-z0-9]+)/meeting\.ics$",
        subscription_view(conditional_calendar(calendar_views.meeting_calendar)),
        name="meeting-calendar",
    ),
    *(
        re_path(
            rf"^meetings/(?P<configuration>[-a-zA-Z0-9_]+)/(?P<dates>[0-9]{{4}}/[0-9]{{2}}/[-a-z0-9]+)/note\.{form.name}$",
            require_safe(downloads.note),
            {"form": form.name},
            name=f"meeting-{form.name}",
        )
        for form in PUBLIC_FORMATS
    ),
    re_path(
        rf"^(?P<address>{MEETING})editions/(?P<which>[1-9][0-9]{{0,5}})/note\.pdf$",
        require_safe(downloads.edition_pdf),
        name="meeting-edition-pdf",
    ),
    path("delegations/", require_safe(delegations.delegation_list), name="delegations"),
    re_path(r"^delegations/(?P<delegation>[a-z]{2})/$", require_safe(delegations.delegation_page), name="delegation"),
    re_path(
        r"^delegations/(?P<delegation>[a-z]{2})/calendar\.ics$",
        subscription_view(delegations.delegation_calendar),
        name="delegation-calendar",
    ),
    re_path(
        r"^delegations/(?P<delegation>[a-z]{2})/feed\.atom$",
        subscription_view(delegations.delegation_feed),
        name="delegation-feed",
    ),
    path("files/", require_safe(files.file_list), name="files"),
    re_path(rf"^files/{FILE}/$", require_safe(files.file_page), name="file"),
    re_path(
        rf"^files/{FILE}/calendar\.ics$",
        subscription_view(conditional_calendar(files.file_calendar)),
        name="file-calendar",
    ),
    re_path(rf"^files/{FILE}/feed\.atom$", subscription_view(files.file_feed), name="file-feed"),
    path("search/", require_safe(search), name="search"),
    path("search/calendar.ics", subscription_view(search_calendar), name="search-calendar"),
    path("search/feed.atom", subscription_view(search_feed), name="search-feed"),
    path(
        "topics/<slug:slug>/calendar.ics",
        subscription_view(conditional_calendar(calendar_views.topic_calendar)),
        name="topic-calendar",
    ),
    path("topics/<slug:slug>/feed.atom", subscription_view(feed_views.topic_feed), name="topic-feed"),
    path("topics/", require_safe(views.topics), name="topics"),
    path("topics/<slug:slug>/", require_safe(views.topic), name="topic"),
]
for subject_type, address in ((SubjectType.MEETING, MEETING), (SubjectType.TOPIC, TOPIC)):
    editions = rf"^(?P<address>{address})editions/"
    view_kwargs = {"subject_type": subject_type}
    urlpatterns += [
        re_path(f"{editions}$", require_safe(edition_history.editions), view_kwargs, name=f"{subject_type}-editions"),
        re_path(
            rf"{editions}(?P<which>[^/]+)/$",
            require_safe(edition_history.edition),
            view_kwargs,
            name=f"{subject_type}-edition",
        ),
    ]
