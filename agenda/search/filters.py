"""Filters of a search, parsed from the query string, and links to other filters."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agenda.search.queries import SearchHit, SearchOutcome, SearchScope
from agenda.search.query_parser import parse_days
from meetings.clock import get_instant
from meetings.documents.choices import PartKind
from meetings.models import Configuration
from meetings.site.query_parameters import describe_repeated_parameters, describe_unknown_value, get_single_value

PART_KINDS = {"meetings": PartKind.MEETING, "items": PartKind.ITEM, "topics": PartKind.TOPIC}
KIND_PARAMETERS: dict[str, str] = {kind: name for name, kind in PART_KINDS.items()}
DATE_PARAMETERS = ("date_from", "date_to")


@dataclass(frozen=True)
class SearchFilters:
    """The filters of a search. `parameters` are the valid ones; `errors` are messages about the others."""

    scope: SearchScope
    parameters: Mapping[str, str]
    errors: list[str] = field(default_factory=list)

    @property
    def is_limited(self) -> bool:
        return self.parameters.keys() > {"q"}

    def get_query_string(self, **changes: Any) -> str:
        """Return the query string with changes, for the first page. An empty value removes a parameter."""
        return "?" + urlencode({name: value for name, value in {**self.parameters, **changes}.items() if value})


@dataclass(frozen=True)
class Facet:
    """A link that narrows the results. `count` is the number of results on all pages."""

    label: str
    count: int
    url: str
    is_current: bool = False
    configuration: str = ""


def parse_filters(
    request: HttpRequest, text: str, language: str, configurations: Iterable[Configuration]
) -> SearchFilters:
    """Parse the filters. `text` is the query, `configurations` are those that can be chosen."""
    parameters: dict[str, str] = {"q": text}
    errors: list[str] = []
    names = {"in": _("Search in"), "configuration": _("Council configuration")}
    allowed = {"in": PART_KINDS.keys(), "configuration": [each.slug for each in configurations]}
    for name, values in allowed.items():
        if (value := get_single_value(request, name)) in values:
            parameters[name] = value
        errors += describe_unknown_value(request, name, names[name], values)
    days: dict[str, dt.date] = {}
    for name in DATE_PARAMETERS:
        typed = " ".join(get_single_value(request, name).replace("\0", " ").split())
        if found := parse_days(typed, language):
            days[name], parameters[name] = found[0], found[0].isoformat()
        elif typed:
            errors.append(_("“%s” is not a date, so we ignored it. Enter a date like 2017-09-14.") % typed[:40])
    names |= {"date_from": pgettext("date", "From"), "date_to": pgettext("date", "To")}
    errors += describe_repeated_parameters(request, names)
    first, last = days.get("date_from", dt.date.min), days.get("date_to", dt.date.max)
    if first > last:
        errors.append(_("The end date must be the same as or after the start date."))
    kind = PART_KINDS[parameters["in"]].value if "in" in parameters else ""
    scope = SearchScope(get_instant(request), language, kind, parameters.get("configuration", ""), first, last)
    return SearchFilters(scope, parameters, errors)


def build_kind_facets(outcome: SearchOutcome, filters: SearchFilters) -> list[Facet]:
    scope = replace(filters.scope, kind="")
    counts = Counter(hit.kind for hit in scope.filter_hits(outcome.unfiltered_hits))
    counts[""] = counts.total()
    labels = {"": pgettext("parts of notes", "All"), PartKind.MEETING: _("Meetings")}
    labels |= {PartKind.ITEM: _("Agenda items"), PartKind.TOPIC: _("Topics")}
    urls = {kind: filters.get_query_string(**{"in": KIND_PARAMETERS.get(kind, "")}) for kind in labels}
    return [Facet(label, counts[kind], urls[kind], kind == filters.scope.kind) for kind, label in labels.items()]


def build_configuration_facets(
    outcome: SearchOutcome, filters: SearchFilters, configurations: Sequence[Configuration]
) -> list[Facet]:
    """Return the configurations of the meetings found, the most frequent first."""
    scope = replace(filters.scope, configuration="")
    counts = Counter(hit.configuration for hit in scope.filter_hits(outcome.unfiltered_hits) if hit.configuration)
    chosen = filters.scope.configuration
    facets = [
        Facet(each.code, counts[slug], filters.get_query_string(configuration=slug), slug == chosen, slug)
        for each in configurations
        if counts[slug := each.slug] or slug == chosen
    ]
    return sorted(facets, key=lambda facet: -facet.count)


def build_year_facets(hits: Iterable[SearchHit], filters: SearchFilters) -> list[Facet]:
    """Return the years of the results, the newest first."""
    counts = Counter(hit.date.year for hit in hits)
    urls = {year: filters.get_query_string(date_from=f"{year:04}-01-01", date_to=f"{year:04}-12-31") for year in counts}
    return [Facet(str(year), counts[year], urls[year]) for year in sorted(counts, reverse=True)]
