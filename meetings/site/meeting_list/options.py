"""The options of the select fields in the form above the meetings."""

import datetime as dt
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import NamedTuple

from django.db.models import TextChoices
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from meetings.documents.choices import Form, MeetingStatus
from meetings.i18n import date_formats
from meetings.i18n.languages import get_page_language
from meetings.models import Presidency
from meetings.reference.delegations import get_country_name
from meetings.site.meeting_list.counts import MeetingCounts
from meetings.site.meeting_list.topics import TopicSummary, find_offered_topics
from meetings.site.published_cache import keep_while_published, list_configurations


class FilterOption(NamedTuple):
    """An option of a select field. `language` is that of the label, if it is not the interface language."""

    value: str
    label: str
    is_chosen: bool
    language: str = ""


class FilterOptions:
    """The options of all select fields.

    `values` are the valid filters, by name. `year` and `month` are the chosen period: 0 if none is.
    `years` are those that can be chosen. `get_counts` returns the counts of the meetings that match the filters but for
    configuration and period, and `get_all_counts` those of all; a title needs no counts.
    """

    def __init__(
        self,
        request: HttpRequest,
        values: Mapping[str, str],
        *,
        year: int,
        month: int,
        years: range,
        get_counts: Callable[[], MeetingCounts],
        get_all_counts: Callable[[], MeetingCounts],
    ) -> None:
        self.request, self.values = request, values
        self.year, self.month, self.all_years = year, month, years
        self.get_counts, self.get_all_counts = get_counts, get_all_counts

    @cached_property
    def configurations(self) -> list[FilterOption]:
        chosen = self.values.get("configuration", "")
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

    @property
    def counted_configurations(self) -> list[FilterOption]:
        counts = self.get_counts()
        return [
            each._replace(label=f"{each.label} – {counts[each.value, self.year, self.month]}")
            for each in self.configurations
        ]

    @property
    def configuration(self) -> str:
        """The slug of the chosen configuration, or an empty text."""
        return next((option.value for option in self.configurations if option.is_chosen), "")

    @cached_property
    def presidencies(self) -> list[FilterOption]:
        """Half-years in which a meeting is, with the country that presides, the latest first."""
        chosen, language = self.values.get("presidency", ""), get_page_language()
        presidencies = keep_while_published(
            self.request, "presidencies", lambda: list(Presidency.objects.order_by("-year", "-half"))
        )
        options = []
        for presidency in presidencies:
            half, last_month = f"{presidency.year}-{presidency.half}", 6 * presidency.half
            months = range(last_month - 5, last_month + 1)
            if half == chosen or any(self.get_all_counts()["", presidency.year, month] for month in months):
                label = f"{half}: {get_country_name(presidency.country, language)}"
                options.append(FilterOption(half, label, half == chosen, language))
        return options

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
        chosen = self.values.get("takes_place", "")
        labels = {"true": pgettext("takes place", "Yes"), "false": _("No: cancelled, or postponed without a new date")}
        return [FilterOption(value, label, value == chosen) for value, label in labels.items()]

    @property
    def statuses(self) -> list[FilterOption]:
        return self.build_options("status", MeetingStatus)

    def build_options(self, name: str, choices: type[TextChoices]) -> list[FilterOption]:
        chosen = self.values.get(name)
        return [FilterOption(value, str(label).capitalize(), value == chosen) for value, label in choices.choices]

    @property
    def counted_years(self) -> dict[int, int]:
        """The years with meetings that match the other filters, and the chosen one, with the number of these meetings;
        the latest first.
        """
        configuration, counts = self.configuration, self.get_counts()
        found = {year for year in self.all_years if counts[configuration, year, 0]}
        shown = sorted(found | ({self.year} if self.year else set()), reverse=True)
        return {year: counts[configuration, year, 0] for year in shown}

    @property
    def years(self) -> list[FilterOption]:
        return [
            FilterOption(str(year), f"{year} ({count})", year == self.year)
            for year, count in self.counted_years.items()
        ]

    @property
    def months(self) -> list[FilterOption]:
        language = get_page_language()
        return [
            FilterOption(
                str(month),
                date_formats.format_month_name(dt.date(2001, month, 1), language),
                month == self.month,
                language,
            )
            for month in range(1, 13)
        ]
