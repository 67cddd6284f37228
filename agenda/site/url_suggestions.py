"""Suggest an address for one that does not exist. Used only if the answer would otherwise be a 404.

Only live editions are considered, so that a meeting that is not public cannot be told from one that does not exist.
"""

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import is_valid_path, resolve, reverse
from django.utils.text import slugify

from agenda.site.views import NeighbouringMeeting
from meetings.clock import BRUSSELS
from meetings.documents.document_numbers import SEARCHED_PROCEDURE, ProcedureCode, parse_procedure_code
from meetings.i18n.date_parsing import DateParts, parse_period
from meetings.i18n.languages import LANGUAGES, get_page_language
from meetings.i18n.text_folding import fold_words
from meetings.models import Configuration, Edition, IndexedFile
from meetings.models.edition import BY_DATE
from meetings.reference.delegations import (
    CODES_BY_ISO_CODE,
    DEFAULT_LANGUAGE,
    DELEGATIONS_BY_CODE,
    get_delegations_by_name,
)
from meetings.site.meeting_list.selection import is_listed_year

MAX_NEAREST_MEETINGS = 2  # before and after a day, each
PERIOD = r"(?P<period>[0-9]+(?:[-/.][0-9]+){0,2})"
CONFIGURATION = r"(?P<configuration>[^/]{1,200})"
MORE = r"(?P<more>-[-a-z0-9]{1,60})"  # a second day or a word

SITE_WORDS = LANGUAGES | {
    "meetings",
    "topics",
    "files",
    "delegations",
    "search",
    "day",
    "editions",
    "about",
    "note",
    "meeting",
    "media",
}

# Addresses that people type or that old links have, after the language. The first match is used.
ADDRESS_PATTERNS = tuple(
    re.compile(rf"meetings/{pattern}/?", re.ASCII | re.IGNORECASE)
    for pattern in (PERIOD, f"{CONFIGURATION}/{PERIOD}{MORE}?", CONFIGURATION)
)

# Pages whose addresses never have capital letters, typed with them.
CAPITALS_PATTERN = re.compile(r"(?=.*[A-Z])(?i:files/[-a-z0-9/]*|delegations/[a-z]{2}/[-a-z0-9/]*)", re.ASCII)
OTHER_NAMES = {
    "press": "press-conferences",
    "meeting": "meetings",
    "topic": "topics",
    "file": "files",
    "delegation": "delegations",
}
"""The first part of addresses as some people type it, and what it is here."""
FILE_PATTERN = re.compile(r"files/(?P<code>.{1,40})", re.IGNORECASE)
DELEGATION_PATTERN = re.compile(r"delegations/(?P<name>[^/]{1,80})/?", re.IGNORECASE)


@dataclass(frozen=True)
class UrlSuggestion:
    """A suggestion: an address of the site, or else what is nearest to the typed address, a year or meetings."""

    path: str = ""
    year: int = 0
    configuration: Configuration | None = None
    nearest: list[NeighbouringMeeting] = field(default_factory=list)


class TypedAddress(NamedTuple):
    """The parts of an address: a configuration, a year, month or day, and what follows the day."""

    configuration: str
    period: DateParts
    more: str


def parse_address(below: str) -> TypedAddress | None:
    """Return what the address after the language names, or None if it is nothing that has a suggestion."""
    for match in filter(None, (pattern.fullmatch(below) for pattern in ADDRESS_PATTERNS)):
        parts = {"configuration": "", "more": "", "period": ""} | match.groupdict("")
        period = parse_period(parts["period"]) if parts["period"] else DateParts()
        if period and (period.day or not parts["more"]):
            return TypedAddress(parts["configuration"], period, parts["more"])
    return None


def suggest_url(below: str, at: dt.datetime) -> UrlSuggestion:
    """Return a suggestion for `below`, the address after the language.

    Runs at most three database queries: for the configuration, and for the nearest meetings before and after a day.
    """
    paths = get_renamed_path(below), find_file_path(below, at), find_delegation_path(below), get_lower_case_path(below)
    path = next(filter(None, paths), "")
    address = parse_address(below)
    period = address.period if address else DateParts()
    if address is None or (period.year and not is_listed_year(period.year, at.astimezone(BRUSSELS).date())):
        return UrlSuggestion(path)
    if (period.day and not period.date) or period.month > 12:
        return UrlSuggestion(year=period.year)
    if not address.configuration:
        return UrlSuggestion(get_period_path(period))
    configuration = find_configuration(address.configuration)
    if configuration is None:
        return UrlSuggestion(path)
    if period.date is None:
        return UrlSuggestion(get_configuration_path(configuration, period))
    return suggest_meeting(configuration, period.date, at, may_redirect=not address.more)


def find_file_path(below: str, at: dt.datetime) -> str:
    """Return the path of the file whose code the address has in another spelling, or an empty text.

    A code without letters is completed if only one live file has it. Several lead to a search.
    """
    typed = FILE_PATTERN.fullmatch(below)
    if typed is None:
        return ""
    text = re.sub(r"[\W_]+", "-", typed["code"]).strip("-")
    found = SEARCHED_PROCEDURE.search(text)
    code = parse_procedure_code(text) or (
        ProcedureCode(found["year"], found["number"], (found["kind"] or "").upper()) if found else None
    )
    if code is None or not re.fullmatch("[0-9]{4}", code.number):
        return ""
    slugs = [code.slug]
    if not code.kind:
        live = IndexedFile.objects.live(at).filter(year=int(code.year), number=int(code.number))
        slugs = list(live.order_by("slug").values_list("slug", flat=True).distinct()[:2])
    if len(slugs) > 1:
        return f"{reverse('search')}?{urlencode({'q': f'{code.year}/{code.number}'})}"
    return reverse("file", args=slugs) if slugs else ""


def find_delegation_path(below: str) -> str:
    """Return the path of the delegation that the address names in any language or by ISO code, or an empty text.

    A name in the page's language or in English comes first.
    """
    typed = DELEGATION_PATTERN.fullmatch(below)
    if typed is None:
        return ""
    name = typed["name"]
    code = CODES_BY_ISO_CODE.get(name.upper(), name.upper())
    if code in DELEGATIONS_BY_CODE:
        return reverse("delegation", args=[code.lower()])
    words = fold_words(name.replace("_", " "))
    words = words[1:] if words[0:1] == ["the"] else words
    for language in dict.fromkeys((get_page_language(), DEFAULT_LANGUAGE, *sorted(LANGUAGES))):
        for known, delegation in get_delegations_by_name(language).items():
            if fold_words(known) == words:
                return reverse("delegation", args=[delegation.code.lower()])
    return ""


def get_renamed_path(below: str) -> str:
    """Return the path if its first part has another name here, or an empty text."""
    first, slash, rest = below.partition("/")
    name = OTHER_NAMES.get(first.casefold())
    return f"/{get_page_language()}/{name}{slash}{rest}" if name else ""


def get_lower_case_path(below: str) -> str:
    """Return the path of a page with a fixed address, of a file or of a delegation, typed with capitals; or nothing."""
    path = f"/{get_page_language()}/{below.lower()}"
    is_fixed = below != below.lower() and is_valid_path(path) and not resolve(path).kwargs
    return path if is_fixed or CAPITALS_PATTERN.fullmatch(below) else ""


def get_period_path(period: DateParts) -> str:
    """Return the path of the daily schedule, of the month's calendar, or of the list of the year's meetings."""
    if period.date:
        return reverse("day", args=[period.date.isoformat()])
    if period.month:
        return reverse("month", kwargs={"year": period.year, "month": f"{period.month:02}"})
    return f"{reverse('meetings')}?{urlencode({'year': period.year})}"


def get_configuration_path(configuration: Configuration, period: DateParts) -> str:
    """Return the path of the configuration's page, or of the list of its meetings in the year or month."""
    if not period.year:
        return reverse("configuration", args=[configuration.slug])
    query = {"configuration": configuration.slug, "year": period.year}
    return f"{reverse('meetings')}?{urlencode(query | ({'month': period.month} if period.month else {}))}"


def find_configuration(word: str) -> Configuration | None:
    """Find a configuration by its code, its slug, or its name in English or the page's language, ignoring case."""
    typed = get_slug_variants(word)
    for configuration in Configuration.objects.all():
        names = map(configuration.get_name, (get_page_language(), DEFAULT_LANGUAGE))
        if any(typed & get_slug_variants(name) for name in (configuration.code, configuration.slug, *names)):
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
    before = rows.filter(listed_on__lte=day).order_by(*BY_DATE)[:MAX_NEAREST_MEETINGS]
    after = rows.filter(listed_on__gt=day).order_by("listed_on", "sorted_at", "subject_id")[:MAX_NEAREST_MEETINGS]
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
