"""View of the search page. Its content depends on the URL and on the live editions alone."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from agenda.presentation.files import find_files_in_text
from agenda.search.filters import (
    SearchFilters,
    build_configuration_facets,
    build_kind_facets,
    build_year_facets,
    parse_filters,
)
from agenda.search.meeting_words import list_typed_words
from agenda.search.queries import MatchMode, SearchOutcome, search_parts
from agenda.search.query_parser import MAX_TERMS, SearchQuery, parse_query
from agenda.search.results import load_results
from agenda.search.suggestions import count_terms, suggest_query
from agenda.search.time_limit import limit_search
from agenda.search.translated_names import find_configuration_with, get_slugs_by_name, list_initials
from meetings.clock import get_instant, get_today, limit_lifetime
from meetings.documents.choices import Language, MeetingStatus, PartKind
from meetings.documents.document_numbers import DIGEST_SIGN
from meetings.editions.index_rows import build_called_off_condition
from meetings.editions.keyset import LATEST_FIRST
from meetings.forms.fields import VALID_YEARS
from meetings.i18n import date_formats
from meetings.i18n.languages import get_page_language
from meetings.i18n.text_folding import fold_words
from meetings.models import Configuration, EditionDocument, IndexedReference, SubjectType
from meetings.reference.delegations import get_country_name, get_delegations_by_name
from meetings.reference.glossary import TERMS_BY_NAME
from meetings.reference.phrases import translate_phrase
from meetings.search.search_sql import MAX_RANKED_PARTS
from meetings.site.kept_parts import render_kept_page
from meetings.site.publications import build_publications, select_live_documents
from meetings.site.published_cache import keep_while_published, list_configurations
from meetings.site.query_parameters import get_values

PAGE_SIZE = 20
MAX_PAGES = 25
EXAMPLE_RANGE = dt.timedelta(days=90)  # before and after today, from which examples are taken
MAX_MEETINGS_WITH_STATUS = 5
MAX_KEPT_NAMES = 500  # of a kilobyte each: each configuration in 24 languages
PRESS_WORDS = (
    "press",
    "press conference",
    "press conferences",
    "live stream",
    "live streams",
    "livestream",
    "livestreams",
)
EXAMPLE_DATE = dt.date(2017, 9, 14)


def search(request: HttpRequest) -> HttpResponse:
    """Search meetings, agenda items and topics by `?q=`, in the page's language or in the fallback language."""
    language = get_page_language()
    query = parse_query(" ".join(get_values(request, "q")), language)
    configurations = list_configurations(request)
    filters = parse_filters(request, query.text, language, configurations)
    context: dict[str, Any] = {
        "query": query,
        "filters": filters,
        "configurations": configurations,
        "files": find_files_in_text(request, query.text),
    }
    if not filters.is_limited:
        context |= build_status_context(request, query.text, configurations, language)
    outcome = None
    try:
        if not query.terms:
            context["examples"] = build_examples(request, language)
        else:
            with limit_search():
                outcome = search_parts(query.terms, filters.scope)
            if outcome.mode is MatchMode.ANY or not outcome.unfiltered_rows:
                context |= build_no_results_context(request, query, filters)
    except TimeoutError:
        context["takes_too_long"] = True
        limit_lifetime(request, get_instant(request))  # it may be quicker for the next reader
    response = render_search(request, context, outcome)
    response["X-Robots-Tag"] = "noindex"
    return response


def render_search(request: HttpRequest, context: dict[str, Any], outcome: SearchOutcome | None) -> HttpResponse:
    """Return the page. It is kept if results and files are all that it shows of what is published."""

    def build_context() -> dict[str, Any]:
        results = build_results_context(request, context, outcome) if outcome else {}
        return context | build_query_context(context) | results

    if outcome is None or "status" in context or "suggestion" in context:
        return render(request, "agenda/search.html", build_context())
    configurations = [{**vars(each), "_state": None} for each in context["configurations"]]
    state = outcome.content_key, outcome.mode.value, context["files"], configurations, get_today(request)
    return render_kept_page(request, "agenda/search.html", state, build_context)


def build_query_context(context: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the page shows of the query, whatever the search has found."""
    query, filters, language = context["query"], context["filters"], get_page_language()
    answers = {
        "named_page": find_page(query.text, language),
        "files": context["files"],
        "term": TERMS_BY_NAME.get(query.text.casefold()),
        "delegation": find_delegation(query.text, language),
        "named_configurations": find_configurations(context["configurations"], query.text, language),
    }
    has_status = context.get("meetings_with_status")
    subscription = context["status_subscription"] if has_status else build_subscription(filters)
    return answers | {
        "address": f"search/{filters.get_query_string()}".removesuffix("?"),
        "days": [(day, reverse("day", args=[day.isoformat()])) for day in query.days if day.year in VALID_YEARS],
        "max_terms": MAX_TERMS,
        "is_answered": any(answers.values()) and not filters.is_limited,
        "subscription": subscription if query.terms else None,
    }


def find_page(text: str, language: str) -> tuple[str, str] | None:
    """Return the name and the path of the page that the whole text asks for in `language` or English, else None."""
    typed = " ".join(fold_words(text))
    if typed in PRESS_WORDS or typed == " ".join(fold_words(translate_phrase("Press conference", "point", language))):
        return _("Press conferences and live streams"), reverse("press")
    if typed in list_typed_words("moved", language):
        return _("Meetings that were moved"), f"{reverse('corrections')}?kind=moved"
    return (_("Today: what is delayed, moved or cancelled"), reverse("today")) if typed == "delayed" else None


def build_subscription(filters: SearchFilters) -> dict[str, str]:
    """Return the paths of the calendar and the feed of the search. Topics have no dates and so no calendar."""
    query = filters.get_query_string()
    has_dates = filters.scope.kind != PartKind.TOPIC
    return {"calendar": reverse("search-calendar") + query if has_dates else "", "feed": reverse("search-feed") + query}


def find_delegation(text: str, language: str) -> tuple[str, str] | None:
    """Return the name and the path of the delegation whose name in `language` the whole text is; else None."""
    found = get_delegations_by_name(language).get(text.strip().casefold())
    return (get_country_name(found.code, language), reverse("delegation", args=[found.code.lower()])) if found else None


def find_configurations(
    configurations: Sequence[Configuration], text: str, language: str, *, is_part: bool = False
) -> list[Configuration]:
    """Return the configurations whose code, or whose name or initials in `language` or English, the whole text is.

    If there is none, those whose name or initials in any language it is. If there is none again, and the text names the
    Council, or with `is_part`: the only one whose name has all its words.
    """
    typed = fold_words(text)
    if found := [each for each in configurations if typed in list_folded_names(each, language)]:
        return found
    if slugs := get_slugs_by_name(tuple(typed)):
        return [each for each in configurations if each.slug in slugs]
    if not is_part and list_typed_words("council", language).isdisjoint(typed):
        return []
    slug = find_configuration_with(typed, language)
    return [each for each in configurations if each.slug == slug]


def list_folded_names(configuration: Configuration, language: str) -> list[list[str]]:
    names = [configuration.code, configuration.name, configuration.get_name(language)]
    names.append(configuration.get_meeting_title(language))
    return fold_names(tuple(names))


@lru_cache(MAX_KEPT_NAMES)
def fold_names(names: tuple[str, ...]) -> list[list[str]]:
    """Return the folded words of the names, and of the initials of all but the first two."""
    initials = (list_initials(name) for name in names[2:])
    return [fold_words(name) for name in chain(names, *initials)]


def build_status_context(
    request: HttpRequest, text: str, configurations: Sequence[Configuration], language: str
) -> dict[str, Any]:
    """Return the newest meetings with a status if the text is its name, perhaps with the name of a configuration.

    Names are in `language` or in English. A meeting that was moved is not postponed.
    """
    status, rest = split_status(text, language)
    named = find_configurations(configurations, rest, language, is_part=True) if rest else []
    if not status or (rest and not named):
        return {}
    slugs = [configuration.slug for configuration in named[:1]]
    select = select_postponed if status == MeetingStatus.POSTPONED else select_by_status
    rows = select_live_documents(request, SubjectType.MEETING, select, status, *slugs)
    query = {"status": status} | ({"takes_place": "false"} if status == MeetingStatus.POSTPONED else {})
    query |= {"configuration": slugs[0]} if slugs else {}
    return {
        "status": MeetingStatus(status),
        "status_configuration": named[0] if named else None,
        "status_url": f"{reverse('meetings')}?{urlencode(query)}",
        "status_subscription": {kind: f"{reverse(kind)}?{urlencode(query)}" for kind in ("calendar", "feed")},
        "meetings_with_status": build_publications(rows),
    }


def split_status(text: str, language: str) -> tuple[MeetingStatus | None, str]:
    """Return the status that the text names in `language` or English, and the folded rest of the text.

    With other words, the status may be in any language (“annulée transport”).
    """
    words = fold_words(text)
    for languages in [(language,), Language.values if len(words) > 1 else ()]:
        named = {
            each: {word for one in languages for word in list_typed_words(each, one)} for each in MeetingStatus.values
        }
        if status := next((each for each in MeetingStatus if not named[each.value].isdisjoint(words)), None):
            others = set().union(*named.values(), list_typed_words("meeting", language))
            return status, " ".join(word for word in words if word not in others)
    return None, ""


def select_postponed(live: QuerySet[EditionDocument], status: Any, *slugs: Any) -> QuerySet[EditionDocument]:
    return select_by_status(live.filter(build_called_off_condition("edition__")), status, *slugs)


def select_by_status(live: QuerySet[EditionDocument], status: Any, *slugs: Any) -> QuerySet[EditionDocument]:
    found = live.filter(edition__status=status)
    found = found.filter(edition__configuration__in=slugs) if slugs else found
    return found.order_by(*LATEST_FIRST)[:MAX_MEETINGS_WITH_STATUS]


def build_no_results_context(request: HttpRequest, query: SearchQuery, filters: SearchFilters) -> dict[str, Any]:
    """Return what is shown if nothing has all the words: the count of each, and a suggestion for those without any."""
    term_counts, suggestion, unknown = [], "", query.terms
    try:
        with limit_search():
            if len(query.terms) > 1:
                term_counts = count_terms(query.terms, filters.scope)
                unknown = tuple(each.term for each in term_counts if not each.count)
            suggestion = suggest_query(query, unknown, filters.scope)
    except TimeoutError:
        limit_lifetime(request, get_instant(request))  # the next reader may get both
    return {
        "term_counts": [(each, filters.get_query_string(q=each.term.text)) for each in term_counts],
        "suggestion": suggestion,
        "suggestion_url": filters.get_query_string(q=suggestion),
    }


def build_results_context(request: HttpRequest, context: Mapping[str, Any], outcome: SearchOutcome) -> dict[str, Any]:
    filters, page_number = context["filters"], request.GET.get("page", "")
    number = page_number if re.fullmatch("0*[1-9][0-9]*", page_number) else 1
    page = Paginator(outcome.hits[: PAGE_SIZE * MAX_PAGES], PAGE_SIZE).get_page(number)
    facet_groups = (
        (_("Type"), build_kind_facets(outcome, filters)),
        (_("Council configuration"), build_configuration_facets(outcome, filters, context["configurations"])),
        (_("Year"), build_year_facets(outcome.hits, filters)),
    )
    results = load_results(list(page), outcome.terms)
    is_truncated = outcome.has_more or len(outcome.hits) > PAGE_SIZE * MAX_PAGES
    return {
        "outcome": outcome,
        "matches_any_word": outcome.mode is MatchMode.ANY,
        "matches_prefixes": outcome.mode is MatchMode.PREFIXES,
        "result_page": page,
        "total": len(outcome.hits),
        "is_truncated": is_truncated and not page.has_next(),
        "max_ranked": MAX_RANKED_PARTS,
        "max_shown": PAGE_SIZE * MAX_PAGES,
        "results": results,
        "is_incomplete": len(results) < len(page),
        "facet_groups": [group for group in facet_groups if group[1]],
        "previous_page": filters.get_query_string(page=page.number - 1) if page.has_previous() else "",
        "next_page": filters.get_query_string(page=page.number + 1) if page.has_next() else "",
        "unfiltered_url": filters.get_query_string(**{"in": "", "configuration": "", "date_from": "", "date_to": ""}),
    }


def build_examples(request: HttpRequest, language: str) -> list[tuple[str, str]]:
    """Return examples of queries with explanations, among them a code and a number from current meetings, if any."""
    today = get_today(request)
    code, number = keep_while_published(
        request, ("references", today), lambda: find_references(get_instant(request), today)
    )
    examples = [
        (_("migration policy"), _("all of these words; you can type only the beginning of the last one")),
        (_("“state of play”"), _("this exact phrase")),
        (code, _("a legislative procedure number")),
        (number, _("a document number")),
        (_("JHA Brussels"), _("a Council configuration and a place")),
        (date_formats.format_day(EXAMPLE_DATE, language), _("a date, in any common format")),
    ]
    return [(typed, explanation) for typed, explanation in examples if typed]


def find_references(at: dt.datetime, today: dt.date) -> tuple[str | None, str | None]:
    """Return a legislative procedure number and a document number of meetings around today; None if there is none."""
    dates_nearby = today - EXAMPLE_RANGE, today + EXAMPLE_RANGE
    live = IndexedReference.objects.live(at).filter(edition__listed_on__range=dates_nearby)
    live = live.exclude(reference__startswith=DIGEST_SIGN)
    references = live.order_by("-edition__listed_on", "reference").values_list("reference", flat=True)
    kinds = IndexedReference.ReferenceKind
    return references.filter(kind=kinds.PROCEDURE).first(), references.filter(kind=kinds.DOCUMENT).first()
