"""Reference data in the API: configurations and presidencies. It has no editions and no history."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.api import types
from meetings.api.csv_tables import build_columns
from meetings.api.filters import Filter, StrictFilterSet
from meetings.api.form_fields import CharField, ChoiceField, CountryField, DateField, IntegerField
from meetings.api.parameters import Parameter
from meetings.api.resource_urls import build_api_url, build_list_url, build_page_url
from meetings.api.views import Resource, ResourceAnswer
from meetings.documents.choices import ConfigurationKind, Language
from meetings.editions.keyset import Ordering, ShortText, SmallInteger
from meetings.http.problems import build_not_found_problem
from meetings.models import Configuration, Presidency
from meetings.reference.delegations import get_country_name


class ValidOnFilter(Filter):
    """Configurations that were in force on a day."""

    def filter(self, queryset: QuerySet[Any], value: dt.date) -> QuerySet[Any]:
        found: QuerySet[Any] = queryset.in_force_on(value)  # type: ignore[attr-defined]
        return found


class ConfigurationFilterSet(StrictFilterSet):
    kind = Filter(ChoiceField, "kind", choices=ConfigurationKind, label=_("Council configurations or other bodies."))
    valid_on = ValidOnFilter(DateField, label=_("Only configurations in force on this day."))


class PresidencyFilterSet(StrictFilterSet):
    country = Filter(CountryField, "country", label=_("Only presidencies of this country (Greece is EL)."))
    year = Filter(IntegerField, "year", min_value=1950, max_value=2999, label=_("Only presidencies in this year."))


class ReferenceResource(Resource):
    """A resource that is reference data."""

    def build_answers(self, rows: Iterable[Any]) -> list[ResourceAnswer]:
        return [ResourceAnswer(body.language, body) for body in map(self.build_body, rows)]

    def build_body(self, row: Any) -> Any:
        raise NotImplementedError


class ConfigurationResource(ReferenceResource):
    """Council configurations and other bodies."""

    singular, plural = "Configuration", "Configurations"
    summaries = {
        "list": _("List the Council configurations since 2002, and other bodies, in protocol order."),
        "retrieve": _("Get a Council configuration or other body."),
    }
    queryset = Configuration.objects.all()
    shape = types.Configuration
    lookup_parameter = Parameter(
        "slug",
        CharField(schema={"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"}),
        _("The slug, for example jha."),
        "path",
    )
    lookup_url_kwarg = "slug"
    lookup_value_converter = "slug"
    columns = build_columns("code", "slug", "name", "language", "kind", "valid_from", "valid_until", "html_url", "url")
    ordering = Ordering("configurations", {"position": SmallInteger, "code": ShortText}, has_history=False)
    filterset_class = ConfigurationFilterSet

    def find(self, key: str) -> Configuration:
        """Return the configuration with that slug. For its code, or for capitals, the 404 names the right address."""
        found: list[Configuration] = list(self.get_queryset().filter(Q(slug__iexact=key) | Q(code__iexact=key)))
        for each in found:
            if each.slug == key:
                return each
        raise build_not_found_problem(nearest=reverse("configuration-detail", args=[found[0].slug]) if found else "")

    def build_body(self, row: Configuration) -> types.Configuration:
        return types.Configuration(
            code=row.code,
            slug=row.slug,
            name=row.get_name(self.language),
            language=Language(row.get_name_language(self.language)),
            kind=ConfigurationKind(row.kind),
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            url=build_api_url(self.request, "configuration", row.slug),
            html_url=build_page_url(self.request._request, f"meetings/{row.slug}/", self.language),
            meetings=build_list_url(self.request, "meeting", f"configuration={row.slug}"),
        )


class PresidencyResource(ReferenceResource):
    """Presidencies of the Council."""

    singular, plural = "Presidency", "Presidencies"
    summaries = {
        "list": _("List the Council presidencies that have been decided, from 2007 on."),
        "retrieve": _("Get the presidency of a half-year."),
    }
    queryset = Presidency.objects.all()
    shape = types.Presidency
    lookup_parameter = Parameter(
        "period",
        CharField(schema={"type": "string", "pattern": "^[0-9]{4}-[12]$"}),
        _("The year and half-year, for example 2017-2."),
        "path",
    )
    lookup_url_kwarg = "period"
    lookup_value_converter = "str"
    columns = build_columns("year", "half", "country", "name", "language", "start_date", "end_date", "url")
    ordering = Ordering("presidencies", {"year": SmallInteger, "half": SmallInteger}, has_history=False)
    filterset_class = PresidencyFilterSet

    def find(self, key: str) -> Presidency:
        period = re.fullmatch("([0-9]{4})-([12])", key)
        found: Presidency | None = period and self.get_queryset().filter(year=period[1], half=period[2]).first()
        if found is None:
            raise build_not_found_problem()
        return found

    def build_body(self, row: Presidency) -> types.Presidency:
        start, end = row.first_day, row.last_day
        return types.Presidency(
            year=row.year,
            half=row.half,  # type: ignore[arg-type]
            country=row.country,
            name=get_country_name(row.country, self.language),
            language=Language(self.language),
            start_date=start,
            end_date=end,
            url=build_api_url(self.request, "presidency", f"{row.year}-{row.half}"),
            meetings=build_list_url(
                self.request, "meeting", f"presidency={row.country}&date_from={start}&date_to={end}"
            ),
        )
