"""“Find” in the header (Ctrl+K): screens, meetings, agenda items, topics, and what waits for a step, by typed words."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from agenda.admin.meeting_search import MAX_SEARCH_WORDS, search_items, search_meetings
from agenda.dashboard.admin_urls import admin_url
from agenda.dashboard.dashboard import Dashboard
from agenda.models import AgendaItem, BackgroundTopic
from agenda.workflow.drafts import defer_texts
from meetings.access import Right, has_right
from meetings.clock import BRUSSELS, get_instant
from meetings.models import Configuration, Edition, Meeting

MAX_QUERY = 200
MAX_ROWS = 8  # of each group
MIN_STEP_LETTERS = 4
"""“publ” begins a step, “pub” is a search."""


class FoundEntry(NamedTuple):
    """A line of the result: where it leads, and what tells it from others of the same title."""

    title: str
    url: str
    details: str = ""


class FoundGroup(NamedTuple):
    """Entries of one kind. `more_url` leads to all of them if there are more than are shown."""

    title: str
    entries: list[FoundEntry]
    more_url: str = ""


def find(request: HttpRequest) -> HttpResponse:
    """Show what matches the words in `q`: a page, or with `part=results` only the lists, for the script.

    Whoever may not read the agendas finds only screens. Each group takes one query, whatever it finds.
    """
    query = " ".join(request.GET.get("q", "")[:MAX_QUERY].split())
    context = admin.site.each_context(request) | {"title": _("Find"), "query": query}
    context["groups"] = [group for group in build_groups(request, query, context) if group.entries]
    is_part = request.GET.get("part") == "results"
    response = render(request, "admin/agenda/find_results.html" if is_part else "admin/agenda/find.html", context)
    patch_cache_control(response, private=True, no_store=True)
    return response


def build_groups(request: HttpRequest, query: str, context: dict[str, Any]) -> list[FoundGroup]:
    words = query.lower().split()[:MAX_SEARCH_WORDS]
    screens = [screen for screen in list_screens(context) if all(word in screen.title.lower() for word in words)]
    groups = [FoundGroup(_("Screens"), screens)]
    if query and has_right(request.user, Right.VIEW):
        now = get_instant(request)
        today = now.astimezone(BRUSSELS).date()
        groups = [build_meetings(query, today), build_items(query, today), build_topics(words), *groups]
        groups = [*build_steps(request.user, words, now), *groups]
    return groups


def build_steps(user: Any, words: Sequence[str], now: dt.datetime) -> Iterator[FoundGroup]:
    """Yield a group for each step that the first word begins: what waits for it and this user, by the other words.

    Only such a word costs the queries of the dashboard.
    """
    command, others = words[0], words[1:]
    steps = {
        name: label
        for name, label in {
            "approve": _("Approve"),
            "publish": _("Publish"),
            "submit": _("Submit for approval"),
            "withdraw": _("Withdraw"),
        }.items()
        if len(command) >= MIN_STEP_LETTERS and (name.startswith(command) or label.lower().startswith(command))
    }
    dashboard = Dashboard(user, now) if steps.keys() - {"withdraw"} else None
    for name, label in steps.items():
        if dashboard is None:
            yield FoundGroup(label, list_meetings_to_withdraw(user, others, now))
            yield FoundGroup(_("Withdraw a background topic"), list_topics_to_withdraw(user, others, now))
            continue
        lines = list_waiting(dashboard, user, name)
        yield FoundGroup(
            label, [entry for entry in lines if all(word in entry.title.lower() for word in others)][:MAX_ROWS]
        )


def list_waiting(dashboard: Dashboard, user: Any, step: str) -> list[FoundEntry]:
    """Return the notes that wait for a step of this user, with the screen of the step."""
    lines = {"approve": [*dashboard.forced, *dashboard.to_approve], "publish": dashboard.to_release}.get(step)
    if lines is None and has_right(user, Right.SUBMIT):
        drafts = [*dashboard.sent_back, *dashboard.unsubmitted, *dashboard.never_submitted]
        lines = [replace(line, url=f"{line.url.removesuffix('change/')}submit/") for line in drafts]
    return [FoundEntry(line.title, line.url, line.details) for line in lines or ()]


def list_meetings_to_withdraw(user: Any, words: Sequence[str], now: dt.datetime) -> list[FoundEntry]:
    """Return the published meetings that the user may withdraw: the next ones first, then the latest."""
    if not has_right(user, Right.WITHDRAW):
        return []
    desks = [desk for desk in Configuration.objects.all() if has_right(user, Right.WITHDRAW, desk)]
    meetings: QuerySet[Meeting] = Meeting.objects.filter(pk__in=get_live_subjects(now), configuration__in=desks)
    meetings = meetings.select_related("configuration")
    if words:
        meetings = search_meetings(meetings, " ".join(words))
    ordered = put_next_first(meetings, "", now.astimezone(BRUSSELS).date())
    return [FoundEntry(str(row), admin_url(row, "withdraw"), row.display_title) for row in ordered[:MAX_ROWS]]


def list_topics_to_withdraw(user: Any, words: Sequence[str], now: dt.datetime) -> list[FoundEntry]:
    """Return the published topics that the user may withdraw."""
    if not has_right(user, Right.WITHDRAW):
        return []
    topics = search_topics(words).filter(pk__in=get_live_subjects(now)).select_related("desk")
    allowed = [topic for topic in topics if has_right(user, Right.WITHDRAW, topic)]
    return [FoundEntry(topic.title, admin_url(topic, "withdraw")) for topic in allowed[:MAX_ROWS]]


def get_live_subjects(now: dt.datetime) -> QuerySet[Any, Any]:
    return Edition.objects.live(now).values("subject_id")


def list_screens(context: dict[str, Any]) -> list[FoundEntry]:
    """Return the screens of the menu, of adding rows, and of one's own account."""
    menu = context.get("menu", {})
    screens = [FoundEntry(entry.label, entry.url) for name in ("main", "more") for entry in menu.get(name, ())]
    models = [model for app in context.get("available_apps", ()) for model in app["models"] if model["add_url"]]
    screens += [FoundEntry(_("Add %s") % model["model"]._meta.verbose_name, model["add_url"]) for model in models]
    screens.append(FoundEntry(_("Your settings"), reverse("own-settings")))
    screens.append(FoundEntry(_("Change password"), reverse("change-password")))
    screens.append(FoundEntry(_("Sign-in and security"), reverse("your-sign-in")))
    return screens


def build_meetings(query: str, today: dt.date) -> FoundGroup:
    """Return the meetings that the list of meetings finds: the next ones first, then the latest."""
    found = put_next_first(
        search_meetings(defer_texts(Meeting.objects.select_related("configuration")), query), "", today
    )
    entries = [FoundEntry(str(meeting), admin_url(meeting, "change"), meeting.display_title) for meeting in found]
    more = "admin:meetings_meeting_changelist" if len(entries) > MAX_ROWS else ""
    return FoundGroup(_("Meetings"), entries[:MAX_ROWS], build_list_url(more, query))


def build_items(query: str, today: dt.date) -> FoundGroup:
    items = search_items(AgendaItem.objects.select_related("meeting__configuration"), query)
    entries = [
        FoundEntry(item.title, f"{admin_url(item.meeting, 'change')}#{item.pk}", str(item.meeting))
        for item in put_next_first(items, "meeting__", today)[:MAX_ROWS]
    ]
    return FoundGroup(_("Agenda items"), entries)


def build_topics(words: Sequence[str]) -> FoundGroup:
    found = search_topics(words)[: MAX_ROWS + 1]
    entries = [FoundEntry(topic.title, admin_url(topic, "change")) for topic in found]
    more = "admin:agenda_backgroundtopic_changelist" if len(entries) > MAX_ROWS else ""
    return FoundGroup(_("Background topics"), entries[:MAX_ROWS], build_list_url(more, " ".join(words)))


def search_topics(words: Sequence[str]) -> QuerySet[BackgroundTopic]:
    found = defer_texts(BackgroundTopic.objects.order_by("title", "pk"))
    for word in words:
        found = found.filter(Q(title__icontains=word) | Q(slug__icontains=word))
    return found


def put_next_first(rows: QuerySet[Any], meeting: str, today: dt.date) -> QuerySet[Any]:
    """Order rows by the date of their meeting, whose columns begin with `meeting`. At most one more than is shown."""
    is_coming = Q(**{f"{meeting}end_date__gte": today}) | Q(**{f"{meeting}start_date": None})
    day = f"{meeting}start_date"
    return rows.order_by(
        Case(When(is_coming, then=Value(0)), default=Value(1)),
        Case(When(is_coming, then=F(day))),
        F(day).desc(),
        "pk",
    )[: MAX_ROWS + 1]


def build_list_url(name: str, query: str) -> str:
    return f"{reverse(name)}?{urlencode({'q': query})}" if name else ""
