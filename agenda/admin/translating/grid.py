"""The readiness grid: meetings and topics in rows, languages in columns."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.admin.filters import WHEN
from agenda.desk.ways import way_to
from agenda.drafts import Subject
from agenda.models import BackgroundTopic
from agenda.translations import Readiness, Stage, readiness_of
from agenda.translations.people import languages_of
from meetings.clock import BRUSSELS, instant_of
from meetings.models import Configuration, Meeting
from meetings.rights import Right, may, refusal
from meetings.vocabulary import Language

A_PAGE = 20
RECENT = dt.timedelta(days=30)
COMING = "coming"
TOPICS = "topics"


@dataclass(frozen=True)
class Cell:
    readiness: Readiness
    way: str


@dataclass(frozen=True)
class Line:
    title: str
    way: str
    cells: list[Cell]


@dataclass(frozen=True)
class Choice:
    """A filter's value; `query` is the address's with it."""

    label: Any
    query: str
    is_chosen: bool


def grid(request: HttpRequest) -> HttpResponse:
    """One page of meetings, or of topics, in one's own languages or in all; for whoever reads the notes."""
    context = admin.site.each_context(request) | {"title": _("Languages")}
    if not may(request.user, Right.VIEW):
        return render(
            request,
            "admin/agenda/translating/grid.html",
            context | {"told": refusal(Right.VIEW)},
            status=HTTPStatus.FORBIDDEN,
        )
    now, asked = instant_of(request), Asked(request)
    page = Paginator(asked.rows(now), A_PAGE).get_page(request.GET.get("p"))
    languages = asked.languages()
    context |= {
        "page": page,
        "languages": languages,
        "lines": lines_of(page, languages, now),
        "when": asked.choices("when", asked.whens(), COMING),
        "configurations": asked.choices("configuration", asked.configurations(), ""),
        "shown": asked.choices("languages", asked.shown(), asked.usual) if asked.own else [],
        "stages": list(Stage),
        "pages": asked.pages(page),
    }
    return render(request, "admin/agenda/translating/grid.html", context)


def lines_of(page: Page[Any], languages: Sequence[Language], now: dt.datetime) -> list[Line]:
    subjects: list[Subject] = list(page.object_list)
    found = readiness_of(subjects, now, languages)
    return [
        Line(
            str(one),
            way_to(one, "languages"),
            [Cell(cell, cell_way(one, cell)) for cell in found[one.pk].values()],
        )
        for one in subjects
    ]


def cell_way(subject: Subject, cell: Readiness) -> str:
    return way_to(subject, "change") if cell.is_source else way_to(subject, "translate", cell.language)


class Asked:
    """What the address asks for; what it does not know counts as not asked for."""

    def __init__(self, request: HttpRequest) -> None:
        self.given = request.GET.dict()
        self.own = languages_of(request.user)
        self.usual = "own" if self.own else "all"
        self.when = self.given.get("when", COMING)
        self.today = instant_of(request).astimezone(BRUSSELS).date()

    def languages(self) -> list[Language]:
        if self.own and self.given.get("languages", self.usual) == "own":
            return self.own
        return [*self.own, *(one for one in Language if one not in self.own)]

    def rows(self, now: dt.datetime) -> QuerySet[Any]:
        """Coming: not over yet, or saved within the last month; as they will be looked at, the nearest first."""
        configuration = self.given.get("configuration")
        if self.when == TOPICS:
            topics = BackgroundTopic.objects.order_by("-updated_at", "pk")
            return topics.filter(desk__slug=configuration) if configuration else topics
        meetings = Meeting.objects.select_related("configuration")
        if configuration:
            meetings = meetings.filter(configuration__slug=configuration)
        if self.when in WHEN:
            meetings = meetings.filter(WHEN[self.when][1](self.today))
        else:
            meetings = meetings.filter(Q(end_date__gte=self.today) | Q(updated_at__gte=now - RECENT))
        over = self.when == "past"
        order = F("start_date").desc(nulls_last=True) if over else F("start_date").asc(nulls_last=True)
        return meetings.order_by(order, "configuration", "pk")

    def whens(self) -> list[tuple[str, Any]]:
        named = [(value, label) for value, (label, _condition) in WHEN.items()]
        return [(COMING, gettext_lazy("Coming, or changed lately")), *named, (TOPICS, gettext_lazy("Topics"))]

    def configurations(self) -> list[tuple[str, Any]]:
        with_meetings = Configuration.objects.filter(meetings__isnull=False).distinct()
        ordered = sorted(with_meetings, key=lambda one: not one.valid_on(self.today))
        return [("", gettext_lazy("All configurations")), *((one.slug, one.code) for one in ordered)]

    def shown(self) -> list[tuple[str, Any]]:
        return [("own", gettext_lazy("Your languages")), ("all", gettext_lazy("All languages"))]

    def choices(self, name: str, values: Sequence[tuple[str, Any]], usual: str) -> list[Choice]:
        chosen = self.given.get(name, usual)
        chosen = chosen if chosen in dict(values) else usual
        return [Choice(label, self.query({name: value}), value == chosen) for value, label in values]

    def pages(self, page: Page[Any]) -> list[Choice]:
        if page.paginator.num_pages == 1:
            return []
        near = map(str, page.paginator.get_elided_page_range(page.number))
        return [Choice(n, self.query({"p": n}) if n.isdecimal() else "", n == str(page.number)) for n in near]

    def query(self, changes: dict[str, str]) -> str:
        """Another filter begins at the first page."""
        kept = {name: value for name, value in self.given.items() if name in ("when", "configuration", "languages")}
        return "?" + urlencode(kept | changes)
