"""What a reader chooses of the meetings, by the fields of the form above them. The same filters as the API's."""

import datetime as dt
import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from meetings import dates
from meetings.browsing.filter import PageFilter
from meetings.browsing.options import Option, Options
from meetings.clock import instant_of
from meetings.filters.values import LONGEST as LONGEST_VALUE
from meetings.given import one_value, several
from meetings.languages import page_language
from meetings.models import EditionDocument, SubjectType
from meetings.models.meeting import LONGEST
from meetings.pages import today_of
from meetings.publications import live_documents
from meetings.reference.configurations import FIRST_YEAR

FILTERS = ("configuration", "form", "presidency", "place", "status", "topic", "procedure", "document")
BESIDE_THE_FIRST = FILTERS[1:]
YEARS_AHEAD = 2


def has_meetings(year: int, today: dt.date) -> bool:
    """Whether the site has meetings of the year, or may have."""
    return FIRST_YEAR <= year <= today.year + YEARS_AHEAD


@dataclass(frozen=True)
class Month:
    year: int
    number: int

    @property
    def first(self) -> dt.date:
        return dt.date(self.year, self.number, 1)

    @property
    def last(self) -> dt.date:
        return self.moved(1).first - dt.timedelta(days=1)

    @property
    def path(self) -> str:
        return f"{self.year}/{self.number:02}/"

    @property
    def name(self) -> str:
        """In the page's language: “September 2017”."""
        return dates.month(self.first, page_language())

    def is_shown(self, today: dt.date) -> bool:
        """Whether it has a page."""
        return has_meetings(self.year, today)

    def moved(self, months: int) -> "Month":
        year, month = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, month + 1)


class Choice:
    """Of a request's query. What it holds that cannot be read chooses nothing, and is told in `mistakes`."""

    def __init__(self, request: HttpRequest, month: Month | None = None) -> None:
        self.request = request
        self.today = today_of(request)
        self.last_year = self.today.year + YEARS_AHEAD
        self.year = str(month.year) if month else self.number("year", FIRST_YEAR, self.last_year)
        self.month = month or self.month_of_the_query()

    def number(self, name: str, least: int, most: int) -> str:
        written = one_value(self.request, name)
        return written if re.fullmatch("[0-9]{1,4}", written, re.ASCII) and least <= int(written) <= most else ""

    def month_of_the_query(self) -> Month | None:
        number = self.number("month", 1, 12)
        return Month(int(self.year or self.today.year), int(number)) if number else None

    @cached_property
    def given(self) -> dict[str, str]:
        """The filters that are set, as they were typed."""
        return {name: written for name in FILTERS if (written := one_value(self.request, name))}

    @property
    def typed(self) -> dict[str, str]:
        """Likewise, without what no page may hold, and no longer than any that can be read."""
        return {name: value.replace("\0", "")[:LONGEST_VALUE] for name, value in self.given.items()}

    @cached_property
    def read(self) -> dict[str, str]:
        """Those that could be read: only they go on to other pages."""
        return {name: value for name, value in self.given.items() if name not in self.mistakes}

    def filtered(self, given: dict[str, str]) -> PageFilter:
        filterset = PageFilter(QueryDict(urlencode(given)), queryset=self.of_the_period(), request=self.request)
        filterset.at, filterset.language = instant_of(self.request), page_language()
        return filterset

    @cached_property
    def as_given(self) -> PageFilter:
        return self.filtered(self.given)

    @cached_property
    def mistakes(self) -> dict[str, str]:
        """What is wrong with a filter, by its name."""
        return {name: str(told[0]) for name, told in self.as_given.form.errors.items()} if self.given else {}

    def of_the_period(self) -> QuerySet[EditionDocument]:
        found = live_documents(self.request, SubjectType.MEETING)
        if self.month:
            return within(found, self.month.first, self.month.last)
        return within(found, dt.date(int(self.year), 1, 1), dt.date(int(self.year), 12, 31)) if self.year else found

    @property
    def meetings(self) -> QuerySet[EditionDocument]:
        """Those that fit, in the page's language where there is one; in no order yet."""
        return self.fitting(self.of_the_period())

    def fitting(self, found: QuerySet[EditionDocument]) -> QuerySet[EditionDocument]:
        """Those of the documents that the filters let through."""
        if not self.given:
            return found
        fitting: QuerySet[EditionDocument] = self.sound.filter_queryset(found)
        return fitting

    @cached_property
    def sound(self) -> PageFilter:
        """By what can be read of the filters."""
        if not self.mistakes:
            return self.as_given
        sound = self.filtered(self.read)
        sound.form.full_clean()
        return sound

    @property
    def calendar(self) -> str:
        """That of the configuration, where one is chosen; else of all meetings."""
        return self.followed("calendar")

    @property
    def feed(self) -> str:
        return self.followed("feed")

    @property
    def body(self) -> str:
        """The name of the configuration that is chosen."""
        return self.chosen_body.label if self.chosen_body else ""

    @property
    def chosen_body(self) -> Option | None:
        return next((option for option in self.options.configurations if option.is_chosen), None)

    def followed(self, how: str) -> str:
        chosen = self.chosen_body
        return reverse(f"configuration-{how}", args=[chosen.value]) if chosen else reverse(how)

    @property
    def is_of_all(self) -> bool:
        return not (self.given or self.year or self.month)

    @property
    def has_more(self) -> bool:
        """Whether a filter is set that is folded away where none is."""
        return any(name in self.given for name in BESIDE_THE_FIRST)

    @property
    def query(self) -> str:
        """The filters alone as a query: `?configuration=jha`; or nothing."""
        return f"?{urlencode(self.read)}" if self.read else ""

    @property
    def query_of_list(self) -> str:
        """The same choice as a list's query."""
        period = {"year": self.year, "month": str(self.month.number) if self.month else ""}
        asked = {**self.read, **{name: value for name, value in period.items() if value}}
        return f"?{urlencode(asked)}" if asked else ""

    @property
    def shown_month(self) -> Month:
        """The month that a calendar of this choice begins with."""
        if self.month:
            return self.month
        year = int(self.year or self.today.year)
        return Month(year, self.today.month if year == self.today.year else 1)

    @cached_property
    def options(self) -> Options:
        month = self.month.number if self.month else 0
        years = range(self.last_year, FIRST_YEAR - 1, -1)
        return Options(self.request, self.typed, year=self.year, month=month, years=years)

    @property
    def told_mistakes(self) -> list[str]:
        names = {
            "configuration": _("Who meets"),
            "form": _("Kind"),
            "presidency": _("Presidency"),
            "place": _("Place"),
            "status": _("Status"),
            "topic": _("Topic"),
            "procedure": _("Procedure"),
            "document": _("Document"),
        }
        told = [f"{names[name]}: {mistake}" for name, mistake in self.mistakes.items()]
        periods = {"year": (_("Year"), FIRST_YEAR, self.last_year), "month": (_("Month"), 1, 12)}
        for member, (name, least, most) in periods.items():
            if one_value(self.request, member) and not self.number(member, least, most):
                told.append(
                    _("%(name)s: a number from %(least)d to %(most)d.") % {"name": name, "least": least, "most": most}
                )
        return [*told, *several(self.request, names | {member: name for member, (name, *_rest) in periods.items()})]


def within(found: QuerySet[EditionDocument], first: dt.date, last: dt.date) -> QuerySet[EditionDocument]:
    """Those with a day from the first to the last, by where they are listed: an index has that.

    Of those without a date, the ones that lost such a day.
    """
    has_a_day = Q(edition__start_date__lte=last, edition__end_date__gte=first)
    lost_one = Q(edition__start_date=None, edition__listed_on__gte=first)
    earliest = first - min(LONGEST, first - dt.date.min)
    return found.filter(has_a_day | lost_one, edition__listed_on__range=(earliest, last))
