"""What the form above the meetings offers, each as value and label, with what is chosen of it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest

from meetings import dates
from meetings.browsing.topics import offered_topics
from meetings.languages import page_language
from meetings.models import Configuration, Presidency
from meetings.reference.configurations import FIRST_YEAR
from meetings.reference.delegations import country_name
from meetings.vocabulary import Form, MeetingStatus


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    is_chosen: bool
    language: str = ""


class Options:
    """`given` are the filters as they were typed; `year` and `month` are the period that is chosen, if any is."""

    def __init__(
        self, request: HttpRequest, given: Mapping[str, str], *, year: str, month: int, years: Iterable[int]
    ) -> None:
        self.request, self.given = request, given
        self.year, self.month, self.all_years = year, month, years

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
        last = max(self.all_years, default=FIRST_YEAR)
        known = Presidency.objects.filter(year__lte=last).order_by("-year", "-half")
        halves = [(f"{one.year}-{one.half}", country_name(one.country, language)) for one in known]
        return [Option(half, f"{half}: {country}", half == chosen) for half, country in halves]

    @cached_property
    def topics(self) -> list[Option]:
        """By title; and the one that the address names in another way, as by a slug that it had once."""
        chosen = self.given.get("topic", "").strip().replace("\0", "")
        found = [
            Option(one.slug, one.title, chosen.casefold() in (one.slug.casefold(), one.id), one.language)
            for one in offered_topics(self.request)
        ]
        if chosen and not any(option.is_chosen for option in found):
            found.append(Option(chosen, chosen, is_chosen=True))
        return found

    @property
    def forms(self) -> list[Option]:
        return [Option(one.value, str(one.label).capitalize(), one.value == self.given.get("form")) for one in Form]

    @property
    def statuses(self) -> list[Option]:
        chosen = self.given.get("status")
        return [Option(one.value, str(one.label).capitalize(), one.value == chosen) for one in MeetingStatus]

    @property
    def years(self) -> list[Option]:
        return [Option(str(year), str(year), str(year) == self.year) for year in self.all_years]

    @property
    def months(self) -> list[Option]:
        return [
            Option(str(one), dates.month_alone(dt.date(2001, one, 1), page_language()), one == self.month)
            for one in range(1, 13)
        ]
