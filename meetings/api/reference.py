"""Reference data in the API: configurations and presidencies. It is not published in editions, and has no past."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.answers import api_url, list_url, page_url
from meetings.api import shapes
from meetings.api.endpoints import Answer, Resource
from meetings.filters.by import ByCountry, ByDay, ByWord, ByYear
from meetings.filters.strict import StrictFilterSet
from meetings.models import Configuration, Presidency
from meetings.paging import Ordering, Small, Word
from meetings.parameters import Parameter
from meetings.problems import not_found
from meetings.reference.delegations import DEFAULT_LANGUAGE, country_name
from meetings.spreadsheets import columns
from meetings.vocabulary import ConfigurationKind, Language


class ByDayInForce(ByDay):
    def filter(self, found: QuerySet[Any], value: dt.date | None) -> QuerySet[Any]:
        return found if value is None else found.valid_on(value)  # type: ignore[attr-defined]


class ConfigurationFilter(StrictFilterSet):
    kind = ByWord("kind", words=ConfigurationKind, label=_("Council configurations, or other bodies."))
    valid_on = ByDayInForce(label=_("Those in force on this day."))


class PresidencyFilter(StrictFilterSet):
    country = ByCountry("country", label=_("Those of a country (Greece is EL)."))
    year = ByYear("year", label=_("Those of a year."))


class ReferenceResource(Resource):
    can_be_withdrawn = False

    def get_queryset(self) -> QuerySet[Any]:
        return self.queryset.all()  # type: ignore[union-attr]


class ConfigurationResource(ReferenceResource):
    one, many = "Configuration", "Configurations"
    about = {
        "list": _("The configurations of the Council since 2002, and other bodies, in protocol order."),
        "retrieve": _("A configuration."),
    }
    queryset = Configuration.objects.all()
    shape = shapes.Configuration
    key = Parameter("slug", {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"}, _("Its slug, as jha."), "path")
    lookup_url_kwarg = "slug"
    lookup_value_converter = "slug"
    columns = columns("code", "slug", "name", "language", "kind", "valid_from", "valid_until", "html_url", "url")
    ordering = Ordering("configurations", {"position": Small, "code": Word}, has_past=False)
    filterset_class = ConfigurationFilter

    def find(self, key: str) -> Configuration:
        """It stands at one address: whoever comes by its code, or in capitals, is told which."""
        found: list[Configuration] = list(self.get_queryset().filter(Q(slug__iexact=key) | Q(code__iexact=key)))
        for each in found:
            if each.slug == key:
                return each
        raise not_found(nearest=reverse("configuration-detail", args=[found[0].slug]) if found else "")

    def answers(self, rows: Iterable[Configuration]) -> list[Answer]:
        return [Answer(answer.language, answer) for answer in map(self.answer, rows)]

    def answer(self, row: Configuration) -> shapes.Configuration:
        return shapes.Configuration(
            code=row.code,
            slug=row.slug,
            name=row.name_in(self.language),
            language=Language(self.language if row.named_in(self.language) else DEFAULT_LANGUAGE),
            kind=ConfigurationKind(row.kind),
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            url=api_url(self.request, "configuration", row.slug),
            html_url=page_url(self.request._request, f"meetings/{row.slug}/", self.language),
            meetings=list_url(self.request, "meeting", f"configuration={row.slug}"),
        )


class PresidencyResource(ReferenceResource):
    one, many = "Presidency", "Presidencies"
    about = {
        "list": _("The presidencies of the Council that are decided, from 2007 on."),
        "retrieve": _("The presidency of a half-year."),
    }
    queryset = Presidency.objects.all()
    shape = shapes.Presidency
    key = Parameter("period", {"type": "string", "pattern": "^[0-9]{4}-[12]$"}, _("Year and half, as 2017-2."), "path")
    lookup_url_kwarg = "period"
    lookup_value_converter = "str"
    columns = columns("year", "half", "country", "name", "language", "start_date", "end_date", "url")
    ordering = Ordering("presidencies", {"year": Small, "half": Small}, has_past=False)
    filterset_class = PresidencyFilter

    def find(self, key: str) -> Presidency:
        period = re.fullmatch("([0-9]{4})-([12])", key)
        found: Presidency | None = period and self.get_queryset().filter(year=period[1], half=period[2]).first()
        if found is None:
            raise not_found()
        return found

    def answers(self, rows: Iterable[Presidency]) -> list[Answer]:
        return [Answer(self.language, self.answer(row)) for row in rows]

    def answer(self, row: Presidency) -> shapes.Presidency:
        start, end = row.first_day, row.last_day
        return shapes.Presidency(
            year=row.year,
            half=row.half,  # type: ignore[arg-type]
            country=row.country,
            name=country_name(row.country, self.language),
            language=Language(self.language),
            start_date=start,
            end_date=end,
            url=api_url(self.request, "presidency", f"{row.year}-{row.half}"),
            meetings=list_url(self.request, "meeting", f"presidency={row.country}&date_from={start}&date_to={end}"),
        )
