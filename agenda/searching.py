"""The press office's search for meetings: by code, date, document number, procedure, and words in titles."""

import datetime as dt
import re
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, Replace

from agenda.models import AgendaItem
from meetings.models import Meeting

MOST_WORDS = 12  # each costs a subquery
MONTHS = "january february march april may june july august september october november december".split()
MONTH = r"(?P<month>" + "|".join(rf"{name[:3]}(?:{name[3:]}|t)?\.?" for name in MONTHS) + ")"
DATES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})\b",
        r"(?<![\d/])(?P<day>\d{1,2})(?P<sign>[/.-])(?P<month>\d{1,2})(?P=sign)(?P<year>\d{4})(?![\d/])",
        rf"\b(?P<day>\d{{1,2}}) +{MONTH} +(?P<year>\d{{4}})\b",
        rf"\b{MONTH} +(?P<year>\d{{4}})\b",
    )
]
YEAR = re.compile(r"(?:19|20)\d\d")


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
            month, year = month_number(parts["month"]), int(parts["year"])
            if "day" not in parts:
                conditions &= Q(start_date__year=year, start_date__month=month)
            else:
                try:
                    day = dt.date(year, month, int(parts["day"]))
                except ValueError:  # no such day: left to be found as a word
                    continue
                conditions &= Q(start_date__lte=day, end_date__gte=day)
            query = query.replace(found[0], " ")
    return conditions, query


def month_number(month: str) -> int:
    if month.isdigit():
        return int(month)
    return next(n for n, name in enumerate(MONTHS, 1) if name.startswith(month[:3].lower()))


def with_searched(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """Adds what is searched and is no column: the title that the configuration gives, references without spaces."""
    return meetings.annotate(
        searched_title=together("configuration__name", Value(" Council "), "title"),
        searched_references=together(without_spaces("document_number"), Value(" "), without_spaces("references")),
    )


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
    condition |= Q(Exists(items().filter(title__icontains=word)))
    if YEAR.fullmatch(word):
        condition |= Q(start_date__year=int(word))
    if re.search(r"\d|^\(?[A-Z]{3}\)?$", word):
        condition |= refers_to(word)
    return condition
