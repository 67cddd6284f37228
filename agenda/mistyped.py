"""What somebody meant by an address that nothing stands at: asked only where the answer would be a 404.

Of meetings, live editions alone are looked at, so that what is not public is answered as what nobody ever wrote.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Self
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.text import slugify

from agenda.pages import Neighbour
from meetings.browsing.choice import has_meetings
from meetings.clock import BRUSSELS
from meetings.languages import LANGUAGES, page_language
from meetings.models import Configuration, Edition
from meetings.reference.delegations import DEFAULT_LANGUAGE

NEAREST = 2  # meetings on either side of a day
WHO = r"(?P<who>[^/]{1,200})"
YEAR, MONTH, DAY = r"(?P<year>[0-9]{4})", r"(?P<month>[0-9]{1,2})", r"(?P<day>[0-9]{1,2})"
MORE = r"(?P<more>-[-a-z0-9]{1,60})?"  # a second day, a word

OF_THE_SITE = LANGUAGES | {"meetings", "topics", "search", "day", "editions", "about", "note", "meeting", "media"}

# What people type and old links say, below the language; the first that fits.
FORMS = tuple(
    re.compile(rf"meetings/{form}/?", re.ASCII | re.IGNORECASE)
    for form in (
        f"{YEAR}",
        f"{YEAR}[-/.]{MONTH}",
        f"{YEAR}[-/.]{MONTH}[-/.]{DAY}",
        f"{YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})",
        f"{YEAR}(?P<month>[0-9]{{2}})",
        f"{DAY}[-/.]{MONTH}[-/.]{YEAR}",
        f"{MONTH}[-/.]{YEAR}",
        f"{WHO}/{YEAR}[-/.]{MONTH}[-/.]{DAY}{MORE}",
        f"{WHO}/{YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})",
        f"{WHO}/{DAY}[-/.]{MONTH}[-/.]{YEAR}",
        f"{WHO}/{YEAR}[-/.]{MONTH}",
        f"{WHO}/{YEAR}",
        f"{WHO}",
    )
)


@dataclass(frozen=True)
class Meant:
    """Where to: an address of the site; or, where it is none, what is nearest to what was typed: a year, meetings."""

    path: str = ""
    year: int = 0
    configuration: Configuration | None = None
    nearest: list[Neighbour] = field(default_factory=list)


class Period(NamedTuple):
    """A year, a month of it, or a day, as typed; 0 for what was not."""

    year: int = 0
    month: int = 0
    day: int = 0

    @classmethod
    def typed(cls, parts: Mapping[str, str | None]) -> Self:
        return cls(*(int(parts.get(name) or 0) for name in cls._fields))

    @property
    def date(self) -> dt.date | None:
        try:
            return dt.date(*self)
        except ValueError:
            return None

    @property
    def is_one(self) -> bool:
        """Whether there is such a month, and such a day of it."""
        return self.date is not None if self.day else self.month <= 12


def is_nearly_an_address(below: str) -> bool:
    """Whether the address below the language has a form that `meant_by` may know more of."""
    return any(form.fullmatch(below) for form in FORMS)


def meant_by(below: str, at: dt.datetime) -> Meant:
    """`below` is the address below the language. At most three queries: who meets, and a day's nearest meetings."""
    parts = next((typed.groupdict() for form in FORMS if (typed := form.fullmatch(below))), None)
    period = Period.typed(parts or {})
    if parts is None or (parts.get("year") and not has_meetings(period.year, at.astimezone(BRUSSELS).date())):
        return Meant()
    if not period.is_one:
        return Meant(year=period.year)
    if not parts.get("who"):
        return Meant(path_of_all(period))
    configuration = configuration_called(parts["who"])
    if configuration is None:
        return Meant()
    if period.date is None:
        return Meant(path_of(configuration, period))
    return meeting_near(configuration, period.date, at, may_lead=not parts.get("more"))


def path_of_all(period: Period) -> str:
    """The day-sheet, the calendar of the month, or the list of the year."""
    if period.date:
        return reverse("day", args=[period.date.isoformat()])
    if period.month:
        return reverse("month", kwargs={"year": period.year, "month": f"{period.month:02}"})
    return f"{reverse('meetings')}?{urlencode({'year': period.year})}"


def path_of(configuration: Configuration, period: Period) -> str:
    """The configuration's page, or its meetings of the year or month as a list."""
    if not period.year:
        return reverse("configuration", args=[configuration.slug])
    asked = {"configuration": configuration.slug, "year": period.year}
    return f"{reverse('meetings')}?{urlencode(asked | ({'month': period.month} if period.month else {}))}"


def configuration_called(word: str) -> Configuration | None:
    """By its code, its word in addresses, or its name in English or in the page's language, in any case."""
    wanted = spellings(word)
    for one in Configuration.objects.all():
        names = (one.code, one.slug, one.name_in(page_language()), one.name_in(DEFAULT_LANGUAGE))
        if any(wanted & spellings(name) for name in names):
            return one
    return None


def spellings(name: str) -> set[str]:
    """As addresses write a name: with accents and without."""
    return {slugify(name), slugify(name, allow_unicode=True)} - {""}


def meeting_near(configuration: Configuration, day: dt.date, at: dt.datetime, *, may_lead: bool) -> Meant:
    """The way to the meeting that has the day, where it is the only one; else those before and after."""
    live = Edition.objects.live(at).filter(configuration=configuration.slug, end_date__isnull=False)
    told = live.values_list(*Neighbour._fields)
    before = told.filter(listed_on__lte=day).order_by("-listed_on", "subject_id")[:NEAREST]
    after = told.filter(listed_on__gt=day).order_by("listed_on", "subject_id")[:NEAREST]
    nearest = [*reversed([Neighbour(*row) for row in before]), *(Neighbour(*row) for row in after)]
    that_day = [one for one in nearest if one.start_date <= day <= one.end_date]
    if may_lead and len(that_day) == 1:
        return Meant(that_day[0].path)
    return Meant(configuration=configuration, nearest=nearest)


def words_in(path: str) -> str:
    """The last part of an address that says something in words, as one would search for them; at most 80 characters.

    Ids and digests are no words.
    """
    for part in reversed(path.split("/")[1:]):
        bare = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", part)
        words = " ".join(re.sub(r"[\W_]+", " ", bare).split())[:80].strip()
        is_id = re.fullmatch("[0-9a-f-]{32,}", bare, re.IGNORECASE)
        if re.search(r"[^\W\d_]{2}", words) and not is_id and words.casefold() not in OF_THE_SITE:
            return words
    return ""
