"""A page of the list, parted where today is; and the ways to all years."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import pgettext

from meetings.browsing.choice import Choice, Month
from meetings.documents.days import days_known
from meetings.documents.shape import MeetingDocument
from meetings.models import EditionDocument
from meetings.publications import Publication

MOST_AHEAD = 100


def is_past(today: dt.date) -> Q:
    return Q(edition__listed_on__lte=today) & (Q(edition__end_date=None) | Q(edition__end_date__lt=today))


def coming(found: QuerySet[EditionDocument], today: dt.date) -> QuerySet[EditionDocument]:
    """Those that are on or to come, the next first; one more than are shown."""
    ahead = found.filter(Q(edition__listed_on__gt=today) | Q(edition__end_date__gte=today))
    return ahead.order_by("edition__listed_on", "edition__subject_id")[: MOST_AHEAD + 1]


def parted(meetings: Iterable[Publication], today: dt.date) -> list[tuple[str, str, list[Publication]]]:
    """Those of today, those to come and those past, each with its word and heading; in the order given within each.

    One without a date is where it was listed last.
    """
    parts: dict[str, list[Publication]] = {"on": [], "to-come": [], "past": []}
    for one in meetings:
        parts[when(one, today)].append(one)
    headings = {
        "to-come": pgettext("heading", "To come"),
        "on": pgettext("heading", "Today"),
        "past": pgettext("heading", "Past"),
    }
    return [(word, headings[word], some) for word, some in parts.items() if some]


def when(meeting: Publication, today: dt.date) -> str:
    document = meeting.document
    assert isinstance(document, MeetingDocument)
    days = days_known(document.start_date, document.end_date, document.previous)
    if days is None or days[0] > today:
        return "to-come"
    return "past" if days[1] < today else "on"


@dataclass(frozen=True)
class Year:
    number: int
    path: str
    is_shown: bool


def years(choice: Choice, month: Month | None = None) -> list[Year]:
    """The same filters for each year that there is, the latest first: its list, or the calendar of the same month."""

    def path(year: int) -> str:
        if month:
            return reverse("meetings") + Month(year, month.number).path + choice.query
        return f"{reverse('meetings')}?{urlencode({**choice.read, 'year': year})}"

    numbers = [int(option.value) for option in choice.options.years]
    return [Year(number, path(number), str(number) == choice.year) for number in numbers]
