"""Conditional answers: what an answer is known by, said before it is built, so that an old copy is confirmed at once.

An answer is never older than its ETag says, and one ETag never stands for two answers: it is made of the version of the
site, the whole address with its host, whatever else the answer follows from (its language, its format), and the state
of what is published.
"""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import http_date, parse_etags, parse_http_date_safe

from meetings.clock import BRUSSELS, instant_of, minute_of
from meetings.deployment import code_version
from meetings.generation import LATE, generation
from meetings.links import site_of
from meetings.travel import journey_of

OF_A_COPY = ("If-None-Match", "If-Modified-Since")
AGAINST_CHANGES = ("If-Match", "If-Unmodified-Since")  # Django's ConditionalGetMiddleware heeds these, at the end


class HasHeaders(Protocol):
    headers: Any


@dataclass(frozen=True)
class Validator:
    """`etag` is in its quotes. `modified` is None where no date tells whether the answer changed."""

    etag: str
    modified: dt.datetime | None = None

    def stamp(self, response: HasHeaders) -> None:
        response.headers["ETag"] = self.etag
        if self.modified:
            response.headers["Last-Modified"] = http_date(self.modified.timestamp())


def validator(request: HttpRequest, *state: object, modified: dt.datetime | None = None) -> Validator:
    """`state`: all that the answer follows from, beside the version of the site and its address.

    For a minute no date tells anything: another edition of the same second may be seen a moment later.
    """
    if modified and instant_of(request) - modified <= LATE:
        modified = None
    told = "\0".join([code_version(), site_of(request) + request.get_full_path(), *map(str, state)])
    return Validator(f'"{hashlib.blake2b(told.encode(), digest_size=16).hexdigest()}"', modified)


def by_generation(request: HttpRequest, at: dt.datetime, *state: object, by_date: bool = True) -> Validator:
    """Of what follows from all that is published at `at`: for a list its request's instant, for who reads in order
    (decision 36) that of the margin.

    `by_date` is False for what shows the past: a past text that is opened again is no newer by any date.
    """
    now = generation(at)
    return validator(request, now.tag, *state, modified=now.instant if by_date else None)


def by_day(request: HttpRequest, *state: object, by_date: bool = True) -> Validator:
    """Of what follows from all that is published and from today's date in Brussels."""
    midnight = instant_of(request).astimezone(BRUSSELS).replace(hour=0, minute=0, second=0, microsecond=0)
    known = by_generation(request, instant_of(request), midnight.date(), *state, by_date=by_date)
    return replace(known, modified=known.modified and max(known.modified, midnight))


def by_minute(request: HttpRequest, *state: object) -> Validator:
    """Of what follows from all that is published and from the minute on the clock (“expected”, “next”)."""
    minute = minute_of(request)
    return by_generation(request, instant_of(request), f"{minute:%Y-%m-%dT%H:%M}", *state, by_date=False)


def is_conditional(request: HttpRequest) -> bool:
    """Whether an old copy may be confirmed: never of another time, and not where nothing is asked."""
    if request.method not in ("GET", "HEAD") or journey_of(request):
        return False
    asked = any(name in request.headers for name in OF_A_COPY)
    return asked and not any(name in request.headers for name in AGAINST_CHANGES)


def matches_tag(request: HttpRequest, known: Validator) -> bool:
    """A tag was given out with an answer to this very address, so nothing about the request needs to be looked at.

    Not so with `*`, which is left to the end. Compression makes a tag weak; it still is the same.
    """
    tags = parse_etags(request.headers.get("If-None-Match", ""))
    return is_conditional(request) and known.etag in {tag.removeprefix("W/") for tag in tags}


def matches_date(request: HttpRequest, known: Validator) -> bool:
    """Anybody may make a date up: ask only where the request is known to be right."""
    if known.modified is None or "If-None-Match" in request.headers or not is_conditional(request):
        return False
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    return since is not None and int(known.modified.timestamp()) <= since


View = Callable[..., HttpResponse]


def conditional(view: View, *, by_date: bool = True) -> View:
    """For plain views whose answers follow from their address and from all that is published, and not from the clock.

    A date is compared at the end only, by ConditionalGetMiddleware: the address may be of nothing. `by_date` is as of
    `by_generation`.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        known = by_generation(request, instant_of(request), by_date=by_date)
        return confirmed(request, known) or stamped(view(request, *args, **kwargs), known)

    return answer


def confirmed(request: HttpRequest, known: Validator) -> HttpResponse | None:
    if not matches_tag(request, known):
        return None
    return stamped(HttpResponseNotModified(), known)


def stamped(response: HttpResponse, known: Validator) -> HttpResponse:
    if response.status_code in (200, 304):
        known.stamp(response)
    return response
