"""Read the filters and the period that a reader chose in the form above the meetings. The filters are the API's."""

import datetime as dt
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.api.filters import ReferenceFilter, is_known_topic
from meetings.api.form_fields import MAX_VALUE_LENGTH, find_nearest
from meetings.api.meetings import MeetingFilterSet
from meetings.api.parameters import describe_error
from meetings.api.reference_fields import AnyRevisionField
from meetings.clock import get_instant, get_today
from meetings.http.time_travel import exclude_suppressed
from meetings.i18n import date_formats
from meetings.i18n.languages import get_interface_language, get_page_language
from meetings.models import EditionDocument, SubjectType
from meetings.models.meeting import MAX_MEETING_DURATION
from meetings.reference.configurations import FIRST_YEAR
from meetings.reference.places import find_place_names, list_place_names
from meetings.site.meeting_list.counts import MeetingCounts, count_meetings
from meetings.site.meeting_list.options import FilterOption, FilterOptions
from meetings.site.publications import Selection, find_live_documents, select_live_documents
from meetings.site.published_cache import keep_while_published
from meetings.site.query_parameters import (
    describe_repeated_parameters,
    describe_unknown_parameters,
    get_single_value,
)

FILTER_NAMES = "configuration form presidency place takes_place status topic procedure document".split()
FOLDED_FILTERS = ("configuration", "form", "takes_place", "status")
EXTRA_FILTER_NAMES = FILTER_NAMES[1:]
PERIOD_FILTERS = ("year", "month")
FILTERS_OF_THE_API = dict.fromkeys(("date_from", "date_to"), PERIOD_FILTERS)
SHORT_FILTERS_OF_THE_API = ("date", "from", "to")
"""Other sites add parameters with these names to links, too (`from=newsletter`). With a date, they are meant for us."""
OPTIONS_BY_FILTER = {
    "configuration": "configurations",
    "form": "forms",
    "presidency": "presidencies",
    "status": "statuses",
    "takes_place": "takes_place",
    "topic": "topics",
}
YEARS_AHEAD = 2


def is_listed_year(year: int, today: dt.date) -> bool:
    """Return True if the site has, or may have, meetings in `year`."""
    return FIRST_YEAR <= year <= today.year + YEARS_AHEAD


def get_filter_names() -> dict[str, str]:
    """Return the labels of the filters, by name."""
    return {
        "configuration": _("Council configuration"),
        "form": _("Type of meeting"),
        "presidency": _("Presidency"),
        "place": _("Place"),
        "takes_place": _("Takes place"),
        "status": _("Status"),
        "topic": _("Topic"),
        "procedure": _("Procedure"),
        "document": _("Document"),
    }


@dataclass(frozen=True)
class FilterPart:
    """A filter or a part of the period that is chosen. `path` leads to the same page without it."""

    name: str
    label: str
    language: str
    path: str


class MeetingListFilter(MeetingFilterSet):
    """The API's filters, except that a document may be given by its bare number."""

    document = ReferenceFilter(
        AnyRevisionField,
        label=gettext_lazy("Meetings with an item that has this document in any revision, such as 14996/22."),
    )


@dataclass(frozen=True)
class Month:
    """A month of the calendar; `number` is 1 to 12."""

    year: int
    number: int

    @property
    def first_day(self) -> dt.date:
        return dt.date(self.year, self.number, 1)

    @property
    def last_day(self) -> dt.date:
        return self.add_months(1).first_day - dt.timedelta(days=1)

    @property
    def path(self) -> str:
        return f"{self.year}/{self.number:02}/"

    @property
    def name(self) -> str:
        """The name in the page's language: “September 2017”."""
        return date_formats.format_month(self.first_day, get_page_language())

    @property
    def name_in_sentence(self) -> str:
        """The name in the language of the interface, for the middle of its sentences."""
        return date_formats.format_month(self.first_day, get_interface_language())

    def is_shown(self, today: dt.date) -> bool:
        """Return True if the month has a page."""
        return is_listed_year(self.year, today)

    def add_months(self, months: int) -> "Month":
        year, month = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, month + 1)


class MeetingSelection:
    """The meetings that a request's query selects.

    A filter with an invalid value is ignored, and `error_messages` says so. `month` is that of a calendar. With
    `accepts_any_place`, a place without a meeting is valid: a subscriber may wait for one.
    """

    def __init__(self, request: HttpRequest, month: Month | None = None, *, accepts_any_place: bool = False) -> None:
        self.request = request
        self.accepts_any_place = accepts_any_place
        self.is_calendar = month is not None
        self.today = get_today(request)
        self.last_year = self.today.year + YEARS_AHEAD
        year = str(month.year) if month else self.get_number("year", FIRST_YEAR, self.last_year)
        self.month = month or self.get_month_from_query(year)
        self.year = str(self.month.year) if self.month else year

    def get_number(self, name: str, minimum: int, maximum: int) -> str:
        """Return the parameter as it was typed if it is a number in the range, else an empty string."""
        value = get_single_value(self.request, name)
        return value if re.fullmatch("[0-9]{1,4}", value, re.ASCII) and minimum <= int(value) <= maximum else ""

    def get_month_from_query(self, year: str) -> Month | None:
        """Return the chosen month of the year; of this year if none is chosen."""
        number = self.get_number("month", 1, 12)
        return Month(int(year or self.today.year), int(number)) if number else None

    @cached_property
    def raw_filters(self) -> dict[str, str]:
        """The filters that are set, as they were typed, by name. Those whose capitals do not matter have none."""
        typed = {name: value for name in FILTER_NAMES if (value := get_single_value(self.request, name))}
        return {name: value.casefold() if name in FOLDED_FILTERS else value for name, value in typed.items()}

    @property
    def form_values(self) -> dict[str, str]:
        """These filters as form values: cut to the maximum length, without null characters, which HTML forbids."""
        return {name: value.replace("\0", "")[:MAX_VALUE_LENGTH] for name, value in self.raw_filters.items()}

    @cached_property
    def valid_filters(self) -> dict[str, str]:
        """The filters that are valid. Only these are passed on in links to other pages."""
        return {name: value for name, value in self.raw_filters.items() if name not in self.filter_errors}

    @cached_property
    def filterset(self) -> MeetingListFilter:
        """The filters that are set. Only the valid ones are applied."""
        filterset = self.build_filterset(self.raw_filters)
        place = filterset.form.cleaned_data.get("place")
        if place and not self.accepts_any_place and self.is_unknown_place(place):
            params = {"nearest": find_nearest(place, list_place_names(get_page_language()))}
            filterset.form.add_error("place", ValidationError(_("we do not know “%(value)s”."), "unknown", params))
        return filterset

    def is_unknown_place(self, place: str) -> bool:
        """Return True if the place is not in the reference data, and no published meeting is there."""
        return not find_place_names(place) and not self.find_by_filters({"place": place}).exists()

    def build_filterset(self, filters: Mapping[str, str]) -> MeetingListFilter:
        nothing = EditionDocument.objects.none()
        filterset = MeetingListFilter(QueryDict(urlencode(filters)), queryset=nothing, request=self.request)
        filterset.at, filterset.language = get_instant(self.request), get_page_language()
        filterset.form.full_clean()
        if filterset.form.cleaned_data.get("topic") and self.has_unknown_topic:
            message = filterset.form.fields["topic"].error_messages["invalid"]
            filterset.form.add_error("topic", ValidationError(message, "unknown", {"value": filters["topic"]}))
        return filterset

    @cached_property
    def has_unknown_topic(self) -> bool:
        return not is_known_topic(self.raw_filters["topic"], get_instant(self.request))

    @cached_property
    def filter_errors(self) -> dict[str, str]:
        """The first error of each invalid filter, by the filter's name."""
        if not self.raw_filters:
            return {}
        errors = self.filterset.form.errors.as_data()
        return {
            name: describe_error(first, self.raw_filters[name], for_page=True)[0]
            for name, [first, *_others] in errors.items()
        }

    @property
    def period(self) -> tuple[dt.date, ...]:
        """The values of `filter_by_period` for the chosen month or year; nothing if none is chosen."""
        if self.month:
            return build_period(self.month.first_day, self.month.last_day)
        return build_period(dt.date(int(self.year), 1, 1), dt.date(int(self.year), 12, 31)) if self.year else ()

    def find_documents(self, select: Selection, *values: Any) -> Sequence[EditionDocument]:
        """Return some of the meetings that match, in the page's language where there is a text in it.

        `select` orders and limits them. Without filters, the query is prepared.
        """
        period = self.period
        if self.raw_filters:
            live = self.apply_filters(find_live_documents(self.request, SubjectType.MEETING))
            return list(select(filter_by_period(live, *period) if period else live, *values))
        select = build_period_selection(select) if period else select
        return select_live_documents(self.request, SubjectType.MEETING, select, *period, *values)

    def apply_filters(self, documents: QuerySet[EditionDocument]) -> QuerySet[EditionDocument]:
        """Return the documents that match the valid filters. The period is not applied."""
        if not self.raw_filters:
            return documents
        matching: QuerySet[EditionDocument] = self.filterset.filter_queryset(documents)
        return matching

    @cached_property
    def counts(self) -> MeetingCounts:
        """The numbers of meetings that match the filters but for configuration and period."""
        others = {name: value for name, value in self.valid_filters.items() if name != "configuration"}
        if not others:
            return self.all_counts
        return count_meetings(self.find_by_filters(others))

    def find_by_filters(self, filters: Mapping[str, str]) -> QuerySet[EditionDocument]:
        """Return the live documents of meetings that match filters, one of each."""
        matching: QuerySet[EditionDocument] = self.build_filterset(filters).filter_queryset(
            self.find_counted_documents()
        )
        return matching

    @cached_property
    def all_counts(self) -> MeetingCounts:
        """The numbers of all meetings."""
        return keep_while_published(self.request, "counts", lambda: count_meetings(self.find_counted_documents()))

    def find_counted_documents(self) -> QuerySet[EditionDocument]:
        """Return the live documents of meetings, one of each."""
        live = exclude_suppressed(self.request, EditionDocument.objects.live(get_instant(self.request)))
        return live.filter(edition__subject_type=SubjectType.MEETING, language=F("edition__source_language"))

    @property
    def options_digest(self) -> str:
        """The hash of the options, as it was computed once for everything published."""
        return keep_while_published(self.request, ("options", get_page_language()), self.compute_options_digest)

    def compute_options_digest(self) -> str:
        """Return a hash of all that the form without filters offers in this request.

        It stays the same when only texts of meetings change.
        """
        offered = self.options.configurations, self.options.presidencies, self.options.topics
        content = repr((offered, sorted(self.all_counts.items())))
        return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()

    @property
    def count(self) -> int:
        """The number of meetings that match."""
        return self.counts[self.options.configuration, self.options.year, self.options.month]

    @property
    def calendar_path(self) -> str:
        """Path of the iCalendar file of the meetings that match the filters, in any period."""
        return self.get_subscription_path("calendar")

    @property
    def feed_path(self) -> str:
        return self.get_subscription_path("feed")

    @property
    def is_by_status(self) -> bool:
        """True if the filters say whether cancelled meetings are included."""
        return not self.valid_filters.keys().isdisjoint(("status", "takes_place"))

    @property
    def configuration_name(self) -> str:
        """The name of the chosen configuration, or an empty string."""
        return self.chosen_configuration.label if self.chosen_configuration else ""

    @property
    def chosen_configuration(self) -> FilterOption | None:
        return next((option for option in self.options.configurations if option.is_chosen), None)

    @property
    def configuration_slugs(self) -> list[str]:
        """The slug of the chosen configuration; empty if none is chosen."""
        return [self.chosen_configuration.value] if self.chosen_configuration else []

    @cached_property
    def parts(self) -> list[FilterPart]:
        """What is chosen: the configuration, the period of a list, then the other filters."""
        parts = [self.build_part(name) for name in ("configuration",) if name in self.valid_filters]
        if self.year and not self.is_calendar:
            parts.append(FilterPart(_("Year"), self.year, "", self.get_path_without("year", "month")))
        if self.month and not self.is_calendar:
            language = get_page_language()
            name = date_formats.format_month_name(self.month.first_day, language)
            parts.append(FilterPart(_("Month"), name, language, self.get_path_without("month")))
        return [*parts, *(self.build_part(name) for name in EXTRA_FILTER_NAMES if name in self.valid_filters)]

    def build_part(self, name: str) -> FilterPart:
        option = self.get_option(name)
        return FilterPart(get_filter_names()[name], option.label, option.language, self.get_path_without(name))

    def get_path_without(self, *names: str) -> str:
        """Return the path of this list or calendar without some of the parameters."""
        chosen = self.valid_filters if self.is_calendar else self.list_parameters
        parameters = {name: value for name, value in chosen.items() if name not in names}
        path = reverse("meetings") + (self.month.path if self.month and self.is_calendar else "")
        return f"{path}?{urlencode(parameters)}" if parameters else path

    @property
    def labels(self) -> list[tuple[str, str]]:
        """What is chosen, for the title of the page: the configuration, the period, then the other filters.

        Each has its language, if it is not the interface language.
        """
        period = [(self.month.name, get_page_language())] if self.month else [(self.year, "")] if self.year else []
        chosen = {name: self.get_label(name) for name in FILTER_NAMES if name in self.valid_filters}
        first = [chosen.pop("configuration")] if "configuration" in chosen else []
        return [*first, *period, *chosen.values()]

    @property
    def filter_labels(self) -> list[str]:
        """The labels of the chosen options of the filters that are set."""
        return [self.get_label(name)[0] for name in FILTER_NAMES if name in self.valid_filters]

    def get_label(self, name: str) -> tuple[str, str]:
        """Return what the title says of a filter, with its language."""
        option = self.get_option(name)
        if name == "takes_place":
            return _("Takes place") if option.value == "true" else _("Does not take place"), ""
        return option.label, option.language

    def get_option(self, name: str) -> FilterOption:
        """Return the chosen option of a filter, or an option of its value if it is typed."""
        options = getattr(self.options, OPTIONS_BY_FILTER[name]) if name in OPTIONS_BY_FILTER else []
        typed = FilterOption("", self.form_values[name], is_chosen=True)
        return next((option for option in options if option.is_chosen), typed)

    def get_subscription_path(self, kind: str) -> str:
        chosen = self.chosen_configuration
        if chosen and self.valid_filters.keys() == {"configuration"}:
            return reverse(f"configuration-{kind}", args=[chosen.value])
        return reverse(kind) + self.filter_query

    @property
    def is_unfiltered(self) -> bool:
        return not (self.raw_filters or self.year or self.month)

    @property
    def has_extra_filters(self) -> bool:
        """True if a filter is set that is in the part of the form that is closed by default."""
        return any(name in self.raw_filters for name in EXTRA_FILTER_NAMES)

    @property
    def filter_query(self) -> str:
        """The filters without the period as a query string, such as `?configuration=jha`; or an empty string."""
        return f"?{urlencode(self.valid_filters)}" if self.valid_filters else ""

    @property
    def list_parameters(self) -> dict[str, str]:
        """The filters and the period as query parameters of the list."""
        period = {"year": self.year, "month": str(self.month.number) if self.month else ""}
        return {**self.valid_filters, **{name: value for name, value in period.items() if value}}

    @property
    def list_query(self) -> str:
        """The filters and the period as the query string of the list."""
        return f"?{urlencode(self.list_parameters)}" if self.list_parameters else ""

    @property
    def calendar_month(self) -> Month:
        """The month that the calendar of this selection opens at."""
        if self.month:
            return self.month
        year = int(self.year or self.today.year)
        return Month(year, self.today.month if year == self.today.year else 1)

    @cached_property
    def options(self) -> FilterOptions:
        return FilterOptions(
            self.request,
            {name: self.form_values[name] for name in self.valid_filters},
            year=int(self.year or 0),
            month=self.month.number if self.month else 0,
            years=range(FIRST_YEAR, self.last_year + 1),
            get_counts=lambda: self.counts,
            get_all_counts=lambda: self.all_counts,
        )

    @property
    def error_messages(self) -> list[str]:
        """One sentence for each filter or period that was ignored."""
        names = get_filter_names()
        messages = [f"{names[name]}: {error}" for name, error in self.filter_errors.items()]
        periods = {"year": (_("Year"), FIRST_YEAR, self.last_year), "month": (_("Month"), 1, 12)}
        for parameter, (name, minimum, maximum) in periods.items():
            if get_single_value(self.request, parameter) and not self.get_number(parameter, minimum, maximum):
                limits = {"name": name, "minimum": minimum, "maximum": maximum}
                messages.append(_("%(name)s: enter a number from %(minimum)d to %(maximum)d.") % limits)
        parameter_names = names | {parameter: name for parameter, (name, *_limits) in periods.items()}
        others = dict(FILTERS_OF_THE_API)
        for parameter in SHORT_FILTERS_OF_THE_API:
            if re.match(r"\d{4}", get_single_value(self.request, parameter)):
                others[parameter] = PERIOD_FILTERS
        unknown = describe_unknown_parameters(self.request, list(parameter_names), others)
        return [*messages, *describe_repeated_parameters(self.request, parameter_names), *unknown]


def build_period(first: dt.date, last: dt.date) -> tuple[dt.date, dt.date, dt.date]:
    """Return the values of `filter_by_period` for the days from `first` to `last`, both included."""
    return first, last, first - min(MAX_MEETING_DURATION, first - dt.date.min)


def filter_by_period(
    documents: QuerySet[EditionDocument], first: dt.date, last: dt.date, earliest: dt.date
) -> QuerySet[EditionDocument]:
    """Return the meetings that have a day in the period, from `build_period`.

    A meeting without a date is returned if it lost a day in the period. The condition on `listed_on` adds nothing but
    lets the database use its index.
    """
    has_a_day = Q(edition__start_date__lte=last, edition__end_date__gte=first)
    lost_a_day = Q(edition__start_date=None, edition__listed_on__gte=first)
    return documents.filter(has_a_day | lost_a_day, edition__listed_on__range=(earliest, last))


@cache
def build_period_selection(select: Selection) -> Selection:
    """Return the selection within a period, whose values come before those of `select`."""

    def select_in_period(live: Any, first: Any, last: Any, earliest: Any, *values: Any) -> Any:
        return select(filter_by_period(live, first, last, earliest), *values)

    return select_in_period
