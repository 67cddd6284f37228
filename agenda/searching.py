"""The press office's search for meetings: by code, date, document number, procedure, names and words in titles."""

import datetime as dt
import re
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat, ExtractDay, ExtractMonth, ExtractYear, Replace

from agenda.models import AgendaItem
from meetings.models import Chair, Meeting, Presidency
from meetings.reference.delegations import DELEGATIONS

MOST_WORDS = 12  # each costs some subqueries
LEAP_YEAR = 2004  # has every day of the year
MONTHS = "january february march april may june july august september october november december".split()
MONTH = r"(?P<month>" + "|".join(rf"{name[:3]}(?:{name[3:]}|t)?\.?" for name in MONTHS) + ")"
DATES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})\b",
        r"(?<![\d/])(?P<day>\d{1,2})(?P<sign>[/.-])(?P<month>\d{1,2})(?P=sign)(?P<year>\d{4})(?![\d/])",
        rf"\b(?P<day>\d{{1,2}}) +{MONTH} +(?P<year>\d{{4}})\b",
        rf"\b{MONTH} +(?P<year>\d{{4}})\b",
        r"(?<![\w/-])(?P<year>(?:19|20)\d\d)-(?P<month>0?[1-9]|1[0-2])(?![\w/-])",
        rf"\b(?P<day>0?[1-9]|[12]\d|3[01]) +{MONTH}(?!\w)",
    )
]
YEAR = re.compile(r"(?:19|20)\d\d")
COUNTRIES = {name.lower(): each.code for each in DELEGATIONS for name in each.in_language("en").names}


def search_meetings(meetings: QuerySet[Meeting], query: str) -> QuerySet[Meeting]:
    """Meetings that fit every word of the query; a date counts as one word, and so does a whole reference."""
    if not query.strip():
        return meetings
    conditions, rest = dates_in(query)
    words = rest.split()[:MOST_WORDS]
    meetings = with_searched(meetings)
    for word in words:
        conditions &= fits(word)
    squeezed = "".join(query.split())
    if len(words) > 1 and any(sign.isdigit() for sign in squeezed):  # “2016 / 0142 (COD)”
        conditions |= refers_to(squeezed)
    return meetings.filter(conditions)


def dates_in(query: str) -> tuple[Q, str]:
    """The condition that the dates of the query set, and the query without them."""
    conditions = Q()
    for pattern in DATES:
        for found in pattern.finditer(query):
            parts = found.groupdict()
            month, year, day = month_number(parts["month"]), parts.get("year"), parts.get("day")
            try:
                conditions &= on(month, int(year) if year else None, int(day) if day else None)
            except ValueError:  # no such day: left to be found as a word
                continue
            query = query.replace(found[0], " ")
    return conditions, query


def on(month: int, year: int | None = None, day: int | None = None) -> Q:
    """The meetings of a day or of a month; without a year, of any year. Raises ValueError for a day that is none."""
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


def month_number(month: str) -> int:
    if month.isdigit():
        return int(month)
    return next(n for n, name in enumerate(MONTHS, 1) if name.startswith(month[:3].lower()))


def with_searched(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """Adds what is searched and is no column: the title that the configuration gives, references without spaces, and
    the days of the year, as 1203 for 3 December.
    """
    return meetings.alias(
        first_day=day_of_year("start_date"),
        last_day=day_of_year("end_date"),
        searched_title=together("configuration__name", Value(" Council "), "title"),
        searched_references=together(without_spaces("document_number"), Value(" "), without_spaces("references")),
    )


def day_of_year(column: str) -> Any:
    return ExtractMonth(column) * 100 + ExtractDay(column)


def together(*texts: Any) -> Concat:
    return Concat(*texts, output_field=TextField())


def without_spaces(column: str) -> Replace:
    return Replace(Cast(column, TextField()), Value(" "), Value(""), output_field=TextField())


def items() -> QuerySet[AgendaItem]:
    return AgendaItem.objects.filter(meeting=OuterRef("pk"))


def refers_to(reference: str) -> Q:
    """The reference, written without spaces, is one of the meeting or of an item of it."""
    of_items = items().annotate(
        searched_references=together(without_spaces("documents"), Value(" "), without_spaces("procedures"))
    )
    named = of_items.filter(searched_references__icontains=reference)
    return Q(searched_references__icontains=reference) | Q(Exists(named))


def fits(word: str) -> Q:
    condition = Q(configuration__code__iexact=word) | Q(number=word)
    condition |= Q(searched_title__icontains=word) | Q(city__icontains=word) | Q(venue__icontains=word)
    condition |= Q(address_word__icontains=word) | Q(form__iexact=word)
    condition |= Q(Exists(items().filter(title__icontains=word)))
    condition |= Q(Exists(Chair.objects.filter(meeting=OuterRef("pk"), name__icontains=word)))
    if country := COUNTRIES.get(word.lower()):
        condition |= Q(Exists(presidencies().filter(country=country)))
    if re.fullmatch(MONTH, word, re.IGNORECASE):
        condition |= on(month_number(word))
    if YEAR.fullmatch(word):
        condition |= Q(start_date__year=int(word))
    if re.search(r"\d|^\(?[A-Z]{3}\)?$", word):
        condition |= refers_to(word)
    return condition


def presidencies() -> QuerySet[Presidency]:
    """Of the half-year in which the meeting begins."""
    half = Case(When(month__lte=6, then=Value(1)), default=Value(2))
    month = ExtractMonth(OuterRef("start_date"))
    return Presidency.objects.alias(month=month).filter(year=ExtractYear(OuterRef("start_date")), half=half)
