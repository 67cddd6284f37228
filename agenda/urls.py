from django.urls import path, re_path
from django.views.decorators.http import require_safe

from agenda import calendars, downloads, feeds, history, pages
from agenda.exporting.forms import PUBLIC_FORMATS
from agenda.search.page import search
from meetings.calendars.pages import conditional_calendar
from meetings.models import SubjectType
from meetings.subscriptions import subscription_view

MEETING = r"meetings/[-a-zA-Z0-9_]+/[0-9]{4}/[0-9]{2}/[-a-z0-9]+/"
TOPIC = r"topics/[-a-zA-Z0-9_]+/"

urlpatterns = [
    re_path(
        r"^meetings/(?P<configuration>[-a-zA-Z0-9_]+)/(?P<dates>[0-9]{4}/[0-9]{2}/[-a-z0-9]+)/$",
        require_safe(pages.meeting),
        name="meeting",
    ),
    re_path(
        r"^meetings/(?P<configuration>[-a-zA-Z0-9_]+)/(?P<dates>[0-9]{4}/[0-9]{2}/[-a-z0-9]+)/meeting\.ics$",
        subscription_view(conditional_calendar(calendars.meeting_calendar)),
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
    path("search/", require_safe(search), name="search"),
    path(
        "topics/<slug:slug>/calendar.ics",
        subscription_view(conditional_calendar(calendars.topic_calendar)),
        name="topic-calendar",
    ),
    path("topics/<slug:slug>/feed.atom", subscription_view(feeds.topic_feed), name="topic-feed"),
    path("topics/", require_safe(pages.topics), name="topics"),
    path("topics/<slug:slug>/", require_safe(pages.topic), name="topic"),
]
for subject_type, address in ((SubjectType.MEETING, MEETING), (SubjectType.TOPIC, TOPIC)):
    editions = rf"^(?P<address>{address})editions/"
    view_kwargs = {"subject_type": subject_type}
    urlpatterns += [
        re_path(f"{editions}$", require_safe(history.editions), view_kwargs, name=f"{subject_type}-editions"),
        re_path(
            rf"{editions}(?P<which>[^/]+)/$",
            require_safe(history.edition),
            view_kwargs,
            name=f"{subject_type}-edition",
        ),
    ]
