"""What a search is limited to, as its address says; and the addresses of other choices."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agenda.search.asking import days_in
from agenda.search.finding import Found, Hit, Scope
from meetings.given import one_value, several
from meetings.models import Configuration
from meetings.vocabulary import PartKind

KINDS = {"meetings": PartKind.MEETING, "items": PartKind.ITEM, "topics": PartKind.TOPIC}
PLACES = {kind: name for name, kind in KINDS.items()}
DAYS = ("date_from", "date_to")


@dataclass(frozen=True)
class Choice:
    """`given` are the parameters that were understood, `wrong` says what is wrong with others."""

    scope: Scope
    given: Mapping[str, str]
    wrong: list[str] = field(default_factory=list)

    @property
    def is_limited(self) -> bool:
        return self.given.keys() > {"q"}

    def address(self, **changes: Any) -> str:
        """The query of another choice: an empty value takes a parameter out. It begins at the first page again."""
        return "?" + urlencode({name: value for name, value in {**self.given, **changes}.items() if value})


@dataclass(frozen=True)
class Facet:
    """A way to narrow what was found; `count` is how much of it there is, before pages."""

    label: str
    count: int
    address: str
    is_current: bool = False
    body: str = ""


def chosen(request: HttpRequest, text: str, language: str, known: Iterable[Configuration]) -> Choice:
    """`text` is what was asked, `known` the configurations that can be chosen."""
    given: dict[str, str] = {"q": text}
    wrong: list[str] = []
    if (where := one_value(request, "in")) in KINDS:
        given["in"] = where
    if (configuration := one_value(request, "configuration")) in {one.slug for one in known}:
        given["configuration"] = configuration
    days: dict[str, dt.date] = {}
    for name in DAYS:
        typed = " ".join(one_value(request, name).replace("\0", " ").split())
        if found := days_in(typed, language):
            days[name], given[name] = found[0], found[0].isoformat()
        elif typed:
            wrong.append(_("“%s” is no date, and was left out. Write it as 2017-09-14.") % typed[:40])
    names = {"in": _("Look in"), "configuration": _("Who meets")}
    names |= {"date_from": pgettext("date", "From"), "date_to": pgettext("date", "To")}
    wrong += several(request, names)
    first, last = days.get("date_from", dt.date.min), days.get("date_to", dt.date.max)
    if first > last:
        wrong.append(_("The last day lies before the first: nothing is between them."))
    kind = KINDS[given["in"]].value if "in" in given else ""
    return Choice(Scope(kind, given.get("configuration", ""), first, last), given, wrong)


def kind_facets(found: Found, choice: Choice) -> list[Facet]:
    scope = Scope(configuration=choice.scope.configuration)
    counts = Counter(hit.kind for hit in found.around if scope.holds(hit))
    labels = {PartKind.MEETING: _("Meetings"), PartKind.ITEM: _("Agenda items"), PartKind.TOPIC: _("Topics")}
    every = Facet(
        pgettext("parts of notes", "All"), counts.total(), choice.address(**{"in": ""}), not choice.scope.kind
    )
    return [every] + [
        Facet(label, counts[kind], choice.address(**{"in": PLACES[kind]}), kind == choice.scope.kind)
        for kind, label in labels.items()
    ]


def configuration_facets(found: Found, choice: Choice, known: Sequence[Configuration]) -> list[Facet]:
    """Those that met about it, the most often first."""
    scope = Scope(kind=choice.scope.kind)
    counts = Counter(hit.configuration for hit in found.around if scope.holds(hit) and hit.configuration)
    chosen = choice.scope.configuration
    facets = [
        Facet(one.code, counts[one.slug], choice.address(configuration=one.slug), one.slug == chosen, one.slug)
        for one in known
        if counts[one.slug] or one.slug == chosen
    ]
    return sorted(facets, key=lambda facet: -facet.count)


def year_facets(hits: Iterable[Hit], choice: Choice) -> list[Facet]:
    """The newest first."""
    counts = Counter(hit.date.year for hit in hits)
    return [
        Facet(str(year), counts[year], choice.address(date_from=f"{year:04}-01-01", date_to=f"{year:04}-12-31"))
        for year in sorted(counts, reverse=True)
    ]
