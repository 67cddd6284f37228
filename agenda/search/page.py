"""The page of search. All that it shows follows from its address and from what is live."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from agenda.search.asking import MOST_TERMS, Asked, read
from agenda.search.choosing import Choice, chosen, configuration_facets, kind_facets, year_facets
from agenda.search.finding import Found, Hit, Way, find
from agenda.search.meaning import each_alone, meant
from agenda.search.results import results
from meetings import dates
from meetings.clock import instant_of
from meetings.given import values_of
from meetings.languages import page_language
from meetings.models import Configuration, IndexedReference
from meetings.pages import today_of
from meetings.search.question import MOST
from meetings.typed import YEARS

PAGE = 20
MOST_PAGES = 25
NEAR = dt.timedelta(days=90)  # from where examples are taken
DAY_OF_EXAMPLES = dt.date(2017, 9, 14)


@dataclass(frozen=True)
class Leaf:
    """One page of what was found. `is_bounded`: there is more than all pages show."""

    hits: Sequence[Hit]
    number: int
    last: int
    total: int
    is_bounded: bool

    @property
    def first_shown(self) -> int:
        return (self.number - 1) * PAGE + 1

    @classmethod
    def of(cls, found: Found, wanted: str) -> "Leaf":
        """A number that there is no page of means the nearest one."""
        total = len(found.hits)
        last = max(1, min(MOST_PAGES, -(-total // PAGE)))
        number = int(wanted[:9]) if wanted.isascii() and wanted.isdigit() else 1
        number = max(1, min(number, last))
        shown = found.hits[(number - 1) * PAGE : number * PAGE]
        return cls(shown, number, last, total, total > last * PAGE or found.more)


def search(request: HttpRequest) -> HttpResponse:
    """Meetings, agenda items and topics by `?q=`, in the page's language or in what stands in for it."""
    language = page_language()
    asked = read(" ".join(values_of(request, "q")), language)
    configurations = list(Configuration.objects.all())
    choice = chosen(request, asked.text, language, configurations)
    wanted = request.GET.get("page", "")
    context: dict[str, Any] = {
        "asked": asked,
        "choice": choice,
        "configurations": configurations,
        "address": f"search/{choice.address()}".removesuffix("?"),
        "days": [(day, reverse("day", args=[day.isoformat()])) for day in asked.days if day.year in YEARS],
        "most_terms": MOST_TERMS,
    }
    if asked.terms:
        found = find(request, asked.terms, language, choice.scope)
        context |= of_found(found, choice, configurations, wanted)
        if found.way is Way.ANY or not found.around:
            context |= of_nothing(request, asked, choice, language)
    else:
        context["examples"] = examples(request, language)
    response = render(request, "agenda/search.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


def of_nothing(request: HttpRequest, asked: Asked, choice: Choice, language: str) -> dict[str, Any]:
    """Where nothing has all of the words: what each has, and what was perhaps meant by those that nothing has."""
    alone, unknown = [], asked.terms
    if len(asked.terms) > 1:
        alone = each_alone(request, asked.terms, language, choice.scope)
        unknown = tuple(one.term for one in alone if not one.count)
    text = meant(request, asked, unknown, language, choice.scope)
    return {
        "alone": [(one, choice.address(q=one.term.shown)) for one in alone],
        "meant": text,
        "meant_address": choice.address(q=text),
    }


def of_found(found: Found, choice: Choice, configurations: Sequence[Configuration], wanted: str) -> dict[str, Any]:
    leaf = Leaf.of(found, wanted)
    return {
        "found": found,
        "any_word": found.way is Way.ANY,
        "beginnings": found.way is Way.BEGINNINGS,
        "leaf": leaf,
        "most": MOST,
        "shown": PAGE * MOST_PAGES,
        "results": results(leaf.hits, found.terms),
        "kinds": kind_facets(found, choice),
        "bodies": configuration_facets(found, choice, configurations),
        "years": year_facets(found.hits, choice),
        "earlier": choice.address(page=leaf.number - 1) if leaf.number > 1 else "",
        "later": choice.address(page=leaf.number + 1) if leaf.number < leaf.last else "",
        "without_choice": choice.address(**{"in": "", "configuration": "", "date_from": "", "date_to": ""}),
    }


def examples(request: HttpRequest, language: str) -> list[tuple[str, str]]:
    """What may be typed, and what it is; among them a code and a number of these weeks, where there are any."""
    near = today_of(request) - NEAR, today_of(request) + NEAR
    live = IndexedReference.objects.live(instant_of(request)).filter(edition__listed_on__range=near)
    named = live.order_by("-edition__listed_on", "reference")
    code, number = (
        named.filter(kind=kind).values_list("reference", flat=True).first()
        for kind in (IndexedReference.Kind.PROCEDURE, IndexedReference.Kind.DOCUMENT)
    )
    given = [
        (_("migration policy"), _("words, all of which have to be there; the last may be the beginning of one")),
        (_("“state of play”"), _("words that stand together")),
        (code, _("the code of a legislative file")),
        (number, _("the number of a document")),
        (_("JHA Brussels"), _("who meets, and where")),
        (dates.day(DAY_OF_EXAMPLES, language), _("a day, in figures or in words")),
    ]
    return [(typed, told) for typed, told in given if typed]
