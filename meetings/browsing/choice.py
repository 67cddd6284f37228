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
from meetings.api.meetings import MeetingFilter
from meetings.clock import instant_of
from meetings.languages import page_language
from meetings.models import Configuration, EditionDocument, Presidency, SubjectType
from meetings.models.meeting import LONGEST
from meetings.pages import today_of
from meetings.publications import live_documents
from meetings.reference.configurations import FIRST_YEAR
from meetings.reference.delegations import country_name
from meetings.vocabulary import Form, MeetingStatus

FILTERS = ("configuration", "form", "presidency", "place", "status", "topic", "procedure", "document")
BESIDE_THE_FIRST = FILTERS[1:]
YEARS_AHEAD = 2


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    is_chosen: bool
    language: str = ""


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
        written = self.request.GET.get(name, "").strip()
        return written if re.fullmatch("[0-9]{1,4}", written, re.ASCII) and least <= int(written) <= most else ""

    def month_of_the_query(self) -> Month | None:
        number = self.number("month", 1, 12)
        return Month(int(self.year or self.today.year), int(number)) if number else None

    @cached_property
    def given(self) -> dict[str, str]:
        """The filters that are set, as they were typed."""
        query = self.request.GET
        return {name: query[name] for name in FILTERS if query.get(name, "").strip()}

    @property
    def typed(self) -> dict[str, str]:
        """Likewise, without what no page may hold."""
        return {name: value.replace("\0", "") for name, value in self.given.items()}

    def filtered(self, given: dict[str, str]) -> MeetingFilter:
        filterset = MeetingFilter(QueryDict(urlencode(given)), queryset=self.of_the_period(), request=self.request)
        filterset.at, filterset.language = instant_of(self.request), page_language()
        return filterset

    @cached_property
    def as_given(self) -> MeetingFilter:
        return self.filtered(self.given)

    @property
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
    def sound(self) -> MeetingFilter:
        """By what can be read of the filters."""
        wrong = self.mistakes
        if not wrong:
            return self.as_given
        sound = self.filtered({name: value for name, value in self.given.items() if name not in wrong})
        sound.form.full_clean()
        return sound

    @property
    def calendar(self) -> str:
        """That of the configuration, where one is chosen; else of all meetings."""
        return self.followed("calendar")

    @property
    def feed(self) -> str:
        return self.followed("feed")

    def followed(self, how: str) -> str:
        chosen = next((option.value for option in self.configurations if option.is_chosen), "")
        return reverse(f"configuration-{how}", args=[chosen]) if chosen else reverse(how)

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
        return f"?{urlencode(self.given)}" if self.given else ""

    @property
    def query_of_list(self) -> str:
        """The same choice as a list's query."""
        period = {"year": self.year, "month": str(self.month.number) if self.month else ""}
        asked = {**self.given, **{name: value for name, value in period.items() if value}}
        return f"?{urlencode(asked)}" if asked else ""

    @property
    def shown_month(self) -> Month:
        """The month that a calendar of this choice begins with."""
        if self.month:
            return self.month
        year = int(self.year or self.today.year)
        return Month(year, self.today.month if year == self.today.year else 1)

    @cached_property
    def configurations(self) -> list[Option]:
        chosen = self.given.get("configuration", "").casefold()
        language = page_language()
        return [
            Option(
                one.slug,
                f"{one.name_in(language)} ({one.code})",
                chosen in (one.slug.casefold(), one.code.casefold()),
                language if one.named_in(language) else "en",
            )
            for one in Configuration.objects.all()
        ]

    @cached_property
    def presidencies(self) -> list[Option]:
        """Half-years, the latest first."""
        chosen, language = self.given.get("presidency", ""), page_language()
        known = Presidency.objects.filter(year__lte=self.last_year).order_by("-year", "-half")
        halves = [(f"{one.year}-{one.half}", country_name(one.country, language)) for one in known]
        return [Option(half, f"{half}: {country}", half == chosen) for half, country in halves]

    @property
    def forms(self) -> list[Option]:
        return [Option(one.value, str(one.label).capitalize(), one.value == self.given.get("form")) for one in Form]

    @property
    def statuses(self) -> list[Option]:
        chosen = self.given.get("status")
        return [Option(one.value, str(one.label).capitalize(), one.value == chosen) for one in MeetingStatus]

    @property
    def years(self) -> list[Option]:
        return [
            Option(str(year), str(year), str(year) == self.year) for year in range(self.last_year, FIRST_YEAR - 1, -1)
        ]

    @property
    def months(self) -> list[Option]:
        number = self.month.number if self.month else 0
        return [
            Option(str(one), dates.month_alone(dt.date(2001, one, 1), page_language()), one == number)
            for one in range(1, 13)
        ]

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
            if self.request.GET.get(member, "").strip() and not self.number(member, least, most):
                told.append(
                    _("%(name)s: a number from %(least)d to %(most)d.") % {"name": name, "least": least, "most": most}
                )
        return told


def within(found: QuerySet[EditionDocument], first: dt.date, last: dt.date) -> QuerySet[EditionDocument]:
    """Those with a day from the first to the last, by where they are listed: an index has that.

    Of those without a date, the ones that lost such a day.
    """
    has_a_day = Q(edition__start_date__lte=last, edition__end_date__gte=first)
    lost_one = Q(edition__start_date=None, edition__listed_on__gte=first)
    return found.filter(has_a_day | lost_one, edition__listed_on__range=(first - LONGEST, last))
