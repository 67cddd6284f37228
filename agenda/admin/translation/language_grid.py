"""The language grid: translation progress of meetings and topics (rows) by language (columns)."""

import datetime as dt
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.paginator import Page, Paginator
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.admin.filters import DATE_CHOICES, list_configuration_choices
from agenda.dashboard.admin_urls import admin_url
from agenda.models import BackgroundTopic
from agenda.translation.readiness import LanguageReadiness, TranslationStage, get_readiness
from agenda.workflow.drafts import Subject, defer_texts
from meetings.access import Right, format_refusal, has_right
from meetings.access.decisions import list_own_languages
from meetings.clock import BRUSSELS, get_instant
from meetings.documents.choices import Language
from meetings.models import Meeting

PAGE_SIZE = 20
RECENT_PERIOD = dt.timedelta(days=30)
COMING = "coming"
TOPICS = "topics"
LANGUAGE_SETS = [("own", gettext_lazy("Your languages")), ("all", gettext_lazy("All languages"))]


FilterChoice = tuple[Any, str, bool]
"""A choice of a filter: its label, the query string that selects it, and whether it is chosen."""


def show_language_grid(request: HttpRequest) -> HttpResponse:
    """Show one page of meetings or topics in the languages of the user, or in all. It needs the right to view."""
    context = admin.site.each_context(request) | {"title": _("Languages")}
    if not has_right(request.user, Right.VIEW):
        return render(
            request,
            "admin/agenda/translation/grid.html",
            context | {"refusal": format_refusal(Right.VIEW)},
            status=HTTPStatus.FORBIDDEN,
        )
    now, query = get_instant(request), GridQuery(request)
    page = Paginator(query.select_subjects(now), PAGE_SIZE).get_page(request.GET.get("p"))
    languages = query.get_languages()
    context |= {
        "page": page,
        "languages": languages,
        "rows": build_rows(page, languages, now),
        "periods": query.build_choices("when", query.list_periods(), COMING),
        "configurations": query.build_choices("configuration", query.list_configurations(), ""),
        "language_sets": query.build_choices("languages", LANGUAGE_SETS, query.default_languages)
        if query.own_languages
        else [],
        "stages": list(TranslationStage),
        "pages": query.build_page_choices(page),
    }
    return render(request, "admin/agenda/translation/grid.html", context)


def build_rows(page: Page[Any], languages: Sequence[Language], now: dt.datetime) -> list[Any]:
    subjects: list[Subject] = list(page.object_list)
    found = get_readiness(subjects, now, languages)
    return [
        (subject, [(readiness, get_cell_url(subject, readiness)) for readiness in found[subject.pk].values()])
        for subject in subjects
    ]


def get_cell_url(subject: Subject, readiness: LanguageReadiness) -> str:
    return admin_url(subject, "change") if readiness.is_source else admin_url(subject, "translate", readiness.language)


class GridQuery:
    """The query parameters of the grid. Unknown values count as the default."""

    def __init__(self, request: HttpRequest) -> None:
        self.parameters = request.GET.dict()
        self.own_languages = list_own_languages(request.user)
        self.default_languages = "own" if self.own_languages else "all"
        self.period = self.parameters.get("when", COMING)
        self.today = get_instant(request).astimezone(BRUSSELS).date()

    def get_languages(self) -> list[Language]:
        if self.own_languages and self.parameters.get("languages", self.default_languages) == "own":
            return self.own_languages
        return [*self.own_languages, *(language for language in Language if language not in self.own_languages)]

    def select_subjects(self, now: dt.datetime) -> QuerySet[Any]:
        """Return the meetings or topics of the period.

        By default, these are meetings that are not over, the nearest first, and then others saved in the last 30 days.
        """
        configuration = self.parameters.get("configuration")
        if self.period == TOPICS:
            topics = defer_texts(BackgroundTopic.objects.order_by("-updated_at", "pk"))
            return topics.filter(desk__slug=configuration) if configuration else topics
        meetings = defer_texts(Meeting.objects.select_related("configuration"))
        if configuration:
            meetings = meetings.filter(configuration__slug=configuration)
        if self.period in DATE_CHOICES:
            meetings = meetings.filter(DATE_CHOICES[self.period][1](self.today))
        else:
            meetings = meetings.filter(Q(end_date__gte=self.today) | Q(updated_at__gte=now - RECENT_PERIOD))
        if self.period == "past":
            return meetings.order_by("-start_date", "configuration", "pk")
        over = Case(When(end_date__lt=self.today, then=Value(1)), default=Value(0))
        return meetings.order_by(over, F("start_date").asc(nulls_last=True), "configuration", "pk")

    def list_periods(self) -> list[tuple[str, Any]]:
        periods = [(value, label) for value, (label, _condition) in DATE_CHOICES.items()]
        return [(COMING, gettext_lazy("Upcoming or recently changed")), *periods, (TOPICS, gettext_lazy("Topics"))]

    def list_configurations(self) -> list[tuple[str, Any]]:
        return [("", gettext_lazy("All configurations")), *list_configuration_choices(self.today)]

    def build_choices(self, name: str, values: Sequence[tuple[str, Any]], default: str) -> list[FilterChoice]:
        chosen = self.parameters.get(name, default)
        chosen = chosen if chosen in dict(values) else default
        return [(label, self.build_query({name: value}), value == chosen) for value, label in values]

    def build_page_choices(self, page: Page[Any]) -> list[FilterChoice]:
        if page.paginator.num_pages == 1:
            return []
        numbers = map(str, page.paginator.get_elided_page_range(page.number))
        return [(n, self.build_query({"p": n}) if n.isdecimal() else "", n == str(page.number)) for n in numbers]

    def build_query(self, changes: dict[str, str]) -> str:
        """Return the query string with the changes. It has no page number, so another filter shows the first page."""
        kept = {
            name: value for name, value in self.parameters.items() if name in ("when", "configuration", "languages")
        }
        return "?" + urlencode(kept | changes)
