"""Search for meetings in the admin: by code, date, document number, procedure, names and words in titles."""

import datetime as dt
import re
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat, ExtractDay, ExtractMonth, ExtractYear, Replace

from agenda.models import AgendaItem
from meetings.models import Chair, Meeting, Presidency
from meetings.reference.delegations import DELEGATIONS

MAX_SEARCH_WORDS = 12  # each word costs some subqueries
LEAP_YEAR = 2004  # has every day of the year
MONTH_NAMES = "january february march april may june july august september october november december".split()
MONTH_PATTERN = r"(?P<month>" + "|".join(rf"{name[:3]}(?:{name[3:]}|t)?\.?" for name in MONTH_NAMES) + ")"
DATE_PATTERNS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})\b",
        r"(?<![\d/])(?P<day>\d{1,2})(?P<sign>[/.-])(?P<month>\d{1,2})(?P=sign)(?P<year>\d{4})(?![\d/])",
        rf"\b(?P<day>\d{{1,2}}) +{MONTH_PATTERN} +(?P<year>\d{{4}})\b",
        rf"\b{MONTH_PATTERN} +(?P<year>\d{{4}})\b",
        r"(?<![\w/-])(?P<year>(?:19|20)\d\d)-(?P<month>0?[1-9]|1[0-2])(?![\w/-])",
        rf"\b(?P<day>0?[1-9]|[12]\d|3[01]) +{MONTH_PATTERN}(?!\w)",
    )
]
YEAR_PATTERN = re.compile(r"(?:19|20)\d\d")
COUNTRY_CODES = {name.lower(): each.code for each in DELEGATIONS for name in each.get_names("en").names}


def search_meetings(meetings: QuerySet[Meeting], query: str) -> QuerySet[Meeting]:
    """Return the meetings that match every word of the query. A date or a whole reference counts as one word."""
    if not query.strip():
        return meetings
    conditions, rest = extract_dates(query)
    words = rest.split()[:MAX_SEARCH_WORDS]
    meetings = add_search_columns(meetings)
    for word in words:
        conditions &= build_word_condition(word)
    squeezed = "".join(query.split())
    if len(words) > 1 and any(sign.isdigit() for sign in squeezed):  # “2016 / 0142 (COD)”
        conditions |= build_reference_condition(squeezed)
    return meetings.filter(conditions)


def extract_dates(query: str) -> tuple[Q, str]:
    """Return the condition for the dates in the query, and the query without them."""
    conditions = Q()
    for pattern in DATE_PATTERNS:
        for found in pattern.finditer(query):
            parts = found.groupdict()
            month, year, day = parse_month(parts["month"]), parts.get("year"), parts.get("day")
            try:
                conditions &= build_date_condition(month, int(year) if year else None, int(day) if day else None)
            except ValueError:  # no such day, so it is searched as a word
                continue
            query = query.replace(found[0], " ")
    return conditions, query


def build_date_condition(month: int, year: int | None = None, day: int | None = None) -> Q:
    """Return the condition for meetings on a day or in a month; without a year, of any year.

    Raise ValueError for a day that does not exist.
    """
    if day is None:
        first, last = month * 100, month * 100 + 99
    elif year is None:
        dt.date(LEAP_YEAR, month, day)
        first = last = month * 100 + day
    else:
        date = dt.date(year, month, day)
        return Q(start_date__lte=date, end_date__gte=date)
    of_year = Q() if year is None else Q(start_date__year=year)
    return of_year & Q(first_day__lte=last, last_day__gte=first)


def parse_month(month: str) -> int:
    if month.isdigit():
        return int(month)
    return next(n for n, name in enumerate(MONTH_NAMES, 1) if name.startswith(month[:3].lower()))


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
    of_items = get_items_subquery().annotate(
        searched_references=concatenate(remove_spaces("documents"), Value(" "), remove_spaces("procedures"))
    )
    named = of_items.filter(searched_references__icontains=reference)
    return Q(searched_references__icontains=reference) | Q(Exists(named))


def build_word_condition(word: str) -> Q:
    condition = Q(configuration__code__iexact=word) | Q(number=word)
    condition |= Q(searched_title__icontains=word) | Q(city__icontains=word) | Q(venue__icontains=word)
    condition |= Q(address_word__icontains=word) | Q(form__iexact=word)
    condition |= Q(Exists(get_items_subquery().filter(title__icontains=word)))
    condition |= Q(Exists(Chair.objects.filter(meeting=OuterRef("pk"), name__icontains=word)))
    if country := COUNTRY_CODES.get(word.lower()):
        condition |= Q(Exists(get_presidencies_subquery().filter(country=country)))
    if re.fullmatch(MONTH_PATTERN, word, re.IGNORECASE):
        condition |= build_date_condition(parse_month(word))
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
