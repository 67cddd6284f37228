"""The options of the select fields in the form above the meetings."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import TextChoices
from django.http import HttpRequest
from django.utils.translation import gettext as _

from meetings.documents.choices import Form, MeetingStatus
from meetings.i18n import date_formats
from meetings.i18n.languages import get_page_language
from meetings.models import Presidency
from meetings.reference.configurations import FIRST_YEAR
from meetings.reference.delegations import get_country_name
from meetings.site.meeting_list.topics import TopicSummary, find_offered_topics
from meetings.site.published_cache import keep_while_published, list_configurations


@dataclass(frozen=True)
class FilterOption:
    """An option of a select field. `language` is that of the label, if it is not the interface language."""

    value: str
    label: str
    is_chosen: bool
    language: str = ""


class FilterOptions:
    """The options of all select fields.

    `values` are the filters as they were typed, by name. `year` and `month` are the chosen period: "" and 0 if none is.
    `years` are all years to offer, the latest first.
    """

    def __init__(
        self, request: HttpRequest, values: Mapping[str, str], *, year: str, month: int, years: Iterable[int]
    ) -> None:
        self.request, self.values = request, values
        self.year, self.month, self.all_years = year, month, years

    @cached_property
    def configurations(self) -> list[FilterOption]:
        chosen = self.values.get("configuration", "").casefold()
        language = get_page_language()
        return [
            FilterOption(
                configuration.slug,
                f"{configuration.get_name(language)} ({configuration.code})",
                chosen in (configuration.slug.casefold(), configuration.code.casefold()),
                configuration.get_name_language(language),
            )
            for configuration in list_configurations(self.request)
        ]

    @cached_property
    def presidencies(self) -> list[FilterOption]:
        """Half-years with the country that presides, the latest first."""
        chosen, language = self.values.get("presidency", ""), get_page_language()
        last = max(self.all_years, default=FIRST_YEAR)
        presidencies = keep_while_published(
            self.request, "presidencies", lambda: list(Presidency.objects.order_by("-year", "-half"))
        )
        halves = [
            (f"{presidency.year}-{presidency.half}", get_country_name(presidency.country, language))
            for presidency in presidencies
            if presidency.year <= last
        ]
        return [FilterOption(half, f"{half}: {country}", half == chosen) for half, country in halves]

    @cached_property
    def topics(self) -> list[FilterOption]:
        """Topics by title. A value that matches none of them, such as a former slug, is added as it was typed."""
        chosen = self.values.get("topic", "").strip().replace("\0", "")
        options = [
            FilterOption(
                topic.slug, topic.title, chosen.casefold() in (topic.slug.casefold(), topic.id), topic.title_language
            )
            for topic in self.offered_topics
        ]
        if chosen and not any(option.is_chosen for option in options):
            options.append(FilterOption(chosen, chosen, is_chosen=True))
        return options

    @property
    def offered_topics(self) -> list[TopicSummary]:
        key = "topics", get_page_language()
        return keep_while_published(self.request, key, lambda: find_offered_topics(self.request))

    @property
    def forms(self) -> list[FilterOption]:
        return self.build_options("form", Form)

    @property
    def takes_place(self) -> list[FilterOption]:
        chosen = self.values.get("takes_place", "").casefold()
        labels = {"true": _("Yes"), "false": _("No: cancelled, or postponed without a new date")}
        return [FilterOption(value, label, value == chosen) for value, label in labels.items()]

    @property
    def statuses(self) -> list[FilterOption]:
        return self.build_options("status", MeetingStatus)

    def build_options(self, name: str, choices: type[TextChoices]) -> list[FilterOption]:
        chosen = self.values.get(name)
        return [FilterOption(value, str(label).capitalize(), value == chosen) for value, label in choices.choices]

    @property
    def years(self) -> list[FilterOption]:
        return [FilterOption(str(year), str(year), str(year) == self.year) for year in self.all_years]

    @property
    def months(self) -> list[FilterOption]:
        language = get_page_language()
        return [
            FilterOption(
                str(month), date_formats.format_month_name(dt.date(2001, month, 1), language), month == self.month
            )
            for month in range(1, 13)
        ]
