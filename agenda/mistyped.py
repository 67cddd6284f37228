"""Suggest an address for one that does not exist. Used only if the answer would otherwise be a 404.

Only live editions are considered, so that a meeting that is not public cannot be told from one that does not exist.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Self
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.text import slugify

from agenda.pages import NeighbouringMeeting
from meetings.browsing.choice import is_listed_year
from meetings.clock import BRUSSELS
from meetings.languages import LANGUAGES, get_page_language
from meetings.models import Configuration, Edition
from meetings.reference.delegations import DEFAULT_LANGUAGE

MAX_NEAREST_MEETINGS = 2  # before and after a day, each
CONFIGURATION = r"(?P<configuration>[^/]{1,200})"
YEAR, MONTH, DAY = r"(?P<year>[0-9]{4})", r"(?P<month>[0-9]{1,2})", r"(?P<day>[0-9]{1,2})"
MORE = r"(?P<more>-[-a-z0-9]{1,60})?"  # a second day or a word

SITE_WORDS = LANGUAGES | {"meetings", "topics", "search", "day", "editions", "about", "note", "meeting", "media"}

# Addresses that people type or that old links have, after the language. The first match is used.
ADDRESS_PATTERNS = tuple(
    re.compile(rf"meetings/{pattern}/?", re.ASCII | re.IGNORECASE)
    for pattern in (
        f"{YEAR}",
        f"{YEAR}[-/.]{MONTH}",
        f"{YEAR}[-/.]{MONTH}[-/.]{DAY}",
        f"{YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})",
        f"{YEAR}(?P<month>[0-9]{{2}})",
        f"{DAY}[-/.]{MONTH}[-/.]{YEAR}",
        f"{MONTH}[-/.]{YEAR}",
        f"{CONFIGURATION}/{YEAR}[-/.]{MONTH}[-/.]{DAY}{MORE}",
        f"{CONFIGURATION}/{YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})",
        f"{CONFIGURATION}/{DAY}[-/.]{MONTH}[-/.]{YEAR}",
        f"{CONFIGURATION}/{YEAR}[-/.]{MONTH}",
        f"{CONFIGURATION}/{YEAR}",
        f"{CONFIGURATION}",
    )
)


@dataclass(frozen=True)
class UrlSuggestion:
    """A suggestion: an address of the site, or else what is nearest to the typed address, a year or meetings."""

    path: str = ""
    year: int = 0
    configuration: Configuration | None = None
    nearest: list[NeighbouringMeeting] = field(default_factory=list)


class TypedPeriod(NamedTuple):
    """A year, month or day as typed; 0 for a part that was not typed."""

    year: int = 0
    month: int = 0
    day: int = 0

    @classmethod
    def from_match(cls, parts: Mapping[str, str | None]) -> Self:
        return cls(*(int(parts.get(name) or 0) for name in cls._fields))

    @property
    def date(self) -> dt.date | None:
        try:
            return dt.date(*self)
        except ValueError:
            return None

    @property
    def is_valid(self) -> bool:
        """Return whether the month and the day exist."""
        return self.date is not None if self.day else self.month <= 12


def may_have_suggestion(below: str) -> bool:
    """Return whether `suggest_url` may have a suggestion for the address after the language."""
    return any(pattern.fullmatch(below) for pattern in ADDRESS_PATTERNS)


def suggest_url(below: str, at: dt.datetime) -> UrlSuggestion:
    """Return a suggestion for `below`, the address after the language.

    Runs at most three database queries: for the configuration, and for the nearest meetings before and after a day.
    """
    matches = (pattern.fullmatch(below) for pattern in ADDRESS_PATTERNS)
    parts = next((match.groupdict() for match in matches if match), None)
    period = TypedPeriod.from_match(parts or {})
    if parts is None or (parts.get("year") and not is_listed_year(period.year, at.astimezone(BRUSSELS).date())):
        return UrlSuggestion()
    if not period.is_valid:
        return UrlSuggestion(year=period.year)
    if not parts.get("configuration"):
        return UrlSuggestion(get_period_path(period))
    configuration = find_configuration(parts["configuration"])
    if configuration is None:
        return UrlSuggestion()
    if period.date is None:
        return UrlSuggestion(get_configuration_path(configuration, period))
    return suggest_meeting(configuration, period.date, at, may_redirect=not parts.get("more"))


def get_period_path(period: TypedPeriod) -> str:
    """Return the path of the daily schedule, of the month's calendar, or of the list of the year's meetings."""
    if period.date:
        return reverse("day", args=[period.date.isoformat()])
    if period.month:
        return reverse("month", kwargs={"year": period.year, "month": f"{period.month:02}"})
    return f"{reverse('meetings')}?{urlencode({'year': period.year})}"


def get_configuration_path(configuration: Configuration, period: TypedPeriod) -> str:
    """Return the path of the configuration's page, or of the list of its meetings in the year or month."""
    if not period.year:
        return reverse("configuration", args=[configuration.slug])
    query = {"configuration": configuration.slug, "year": period.year}
    return f"{reverse('meetings')}?{urlencode(query | ({'month': period.month} if period.month else {}))}"


def find_configuration(word: str) -> Configuration | None:
    """Find a configuration by its code, its slug, or its name in English or the page's language, ignoring case."""
    typed = get_slug_variants(word)
    for configuration in Configuration.objects.all():
        names = (
            configuration.code,
            configuration.slug,
            configuration.get_name(get_page_language()),
            configuration.get_name(DEFAULT_LANGUAGE),
        )
        if any(typed & get_slug_variants(name) for name in names):
            return configuration
    return None


def get_slug_variants(name: str) -> set[str]:
    """Return the slugs of a name, with accents and without."""
    return {slugify(name), slugify(name, allow_unicode=True)} - {""}


def suggest_meeting(
    configuration: Configuration, day: dt.date, at: dt.datetime, *, may_redirect: bool
) -> UrlSuggestion:
    """Suggest the meeting on this day if it is the only one and `may_redirect`, else the nearest before and after."""
    live = Edition.objects.live(at).filter(configuration=configuration.slug, end_date__isnull=False)
    rows = live.values_list(*NeighbouringMeeting._fields)
    before = rows.filter(listed_on__lte=day).order_by("-listed_on", "subject_id")[:MAX_NEAREST_MEETINGS]
    after = rows.filter(listed_on__gt=day).order_by("listed_on", "subject_id")[:MAX_NEAREST_MEETINGS]
    nearest = [*reversed([NeighbouringMeeting(*row) for row in before]), *(NeighbouringMeeting(*row) for row in after)]
    on_the_day = [meeting for meeting in nearest if meeting.start_date <= day <= meeting.end_date]
    if may_redirect and len(on_the_day) == 1:
        return UrlSuggestion(on_the_day[0].path)
    return UrlSuggestion(configuration=configuration, nearest=nearest)


def extract_search_words(path: str) -> str:
    """Return the last part of a path that contains words, as a search query of at most 80 characters.

    Ids and digests are skipped.
    """
    for part in reversed(path.split("/")[1:]):
        bare = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", part)
        words = " ".join(re.sub(r"[\W_]+", " ", bare).split())[:80].strip()
        is_id = re.fullmatch("[0-9a-f-]{32,}", bare, re.IGNORECASE)
        if re.search(r"[^\W\d_]{2}", words) and not is_id and words.casefold() not in SITE_WORDS:
            return words
    return ""
