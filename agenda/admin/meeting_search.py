"""Search for meetings in the admin: by code, date, document number, procedure, names and words in titles.

Agenda items are found by words in their titles, and by their documents and procedures.
"""

import re
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat, ExtractDay, ExtractMonth, ExtractYear, Replace

from agenda.models import AgendaItem
from meetings.documents.document_numbers import normalize_reference
from meetings.i18n.date_parsing import DateParts, find_date_parts, parse_month
from meetings.models import Chair, Meeting, Presidency
from meetings.reference.delegations import DEFAULT_LANGUAGE, DELEGATIONS

MAX_SEARCH_WORDS = 12  # each word costs some subqueries
YEAR_PATTERN = re.compile(r"(?:19|20)\d\d")
COUNTRY_CODES = {name.lower(): each.code for each in DELEGATIONS for name in each.get_names("en").names}


def search_meetings(meetings: QuerySet[Meeting], query: str) -> QuerySet[Meeting]:
    """Return the meetings that match every word of the query. A date or a whole reference counts as one word."""
    if not query.strip():
        return meetings
    conditions, rest = extract_dates(" ".join(query.split()))
    words = rest.split()[:MAX_SEARCH_WORDS]
    meetings = add_search_columns(meetings)
    for word in words:
        conditions &= build_word_condition(word)
    squeezed = normalize_reference(query)
    if len(words) > 1 and any(sign.isdigit() for sign in squeezed):  # “2016 / 0142 (COD)”
        conditions |= build_reference_condition(squeezed)
    return meetings.filter(conditions)


def search_items(items: QuerySet[AgendaItem], query: str) -> QuerySet[AgendaItem]:
    """Return the items whose title has every word of the query, or that have it as a document or procedure number."""
    condition = Q()
    for word in query.split()[:MAX_SEARCH_WORDS]:
        condition &= Q(title__icontains=word)
    reference = normalize_reference(query)
    if any(sign.isdigit() for sign in reference):
        condition |= Q(searched_references__icontains=reference)
    found: QuerySet[AgendaItem] = add_item_references(items).filter(condition)
    return found


def add_item_references(items: QuerySet[AgendaItem]) -> Any:
    """Add an alias for the document and procedure numbers of an item, without spaces."""
    references = concatenate(remove_spaces("documents"), Value(" "), remove_spaces("procedures"))
    return items.alias(searched_references=references)


def extract_dates(query: str) -> tuple[Q, str]:
    """Return the condition for the dates in the query, and the query without them."""
    conditions, rest = Q(), query
    for found, parts in find_date_parts(query, DEFAULT_LANGUAGE):
        conditions &= build_date_condition(parts)
        rest = f"{rest[: found.start()]}{' ' * len(found[0])}{rest[found.end() :]}"
    return conditions, rest


def build_date_condition(parts: DateParts) -> Q:
    """Return the condition for meetings on a day or in a month; without a year, of any year."""
    if date := parts.date:
        return Q(start_date__lte=date, end_date__gte=date)
    first = parts.month * 100 + parts.day
    last = first if parts.day else first + 99
    of_year = Q(start_date__year=parts.year) if parts.year else Q()
    return of_year & Q(first_day__lte=last, last_day__gte=first)


def add_search_columns(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """Add aliases for searched values that are no columns.

    These are the title from the configuration, references without spaces, and the days as numbers, for example 1203
    for 3 December.
    """
    return meetings.alias(
        first_day=extract_month_and_day("start_date"),
        last_day=extract_month_and_day("end_date"),
        searched_title=concatenate("configuration__name", Value(" Council "), "title"),
        searched_references=concatenate(remove_spaces("document_number"), Value(" "), remove_spaces("references")),
    )


def extract_month_and_day(column: str) -> Any:
    return ExtractMonth(column) * 100 + ExtractDay(column)


def concatenate(*texts: Any) -> Concat:
    return Concat(*texts, output_field=TextField())


def remove_spaces(column: str) -> Replace:
    return Replace(Cast(column, TextField()), Value(" "), Value(""), output_field=TextField())


def get_items_subquery() -> QuerySet[AgendaItem]:
    return AgendaItem.objects.filter(meeting=OuterRef("pk"))


def build_reference_condition(reference: str) -> Q:
    """Return the condition that the meeting or one of its items has this reference, written without spaces."""
    named = add_item_references(get_items_subquery()).filter(searched_references__icontains=reference)
    return Q(searched_references__icontains=reference) | Q(Exists(named))


def build_word_condition(word: str) -> Q:
    condition = Q(configuration__code__iexact=word) | Q(number=word)
    condition |= Q(searched_title__icontains=word) | Q(city__icontains=word) | Q(venue__icontains=word)
    condition |= Q(address_word__icontains=word) | Q(form__iexact=word)
    condition |= Q(Exists(get_items_subquery().filter(title__icontains=word)))
    condition |= Q(Exists(Chair.objects.filter(meeting=OuterRef("pk"), name__icontains=word)))
    if country := COUNTRY_CODES.get(word.lower()):
        condition |= Q(Exists(get_presidencies_subquery().filter(country=country)))
    if month := parse_month(word, DEFAULT_LANGUAGE):
        condition |= build_date_condition(DateParts(month=month))
    if YEAR_PATTERN.fullmatch(word):
        condition |= Q(start_date__year=int(word))
    if re.search(r"\d|^\(?[A-Z]{3}\)?$", word):
        condition |= build_reference_condition(word)
    return condition


def get_presidencies_subquery() -> QuerySet[Presidency]:
    """Return a subquery for the presidency of the half-year in which the meeting begins."""
    half = Case(When(month__lte=6, then=Value(1)), default=Value(2))
    month = ExtractMonth(OuterRef("start_date"))
    return Presidency.objects.alias(month=month).filter(year=ExtractYear(OuterRef("start_date")), half=half)
