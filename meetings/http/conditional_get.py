"""Compute ETag and Last-Modified before a response is built, so that a 304 costs almost nothing.

A response is never older than its ETag, and two different responses never have the same ETag. It is made of the version
of the code, the full address with its host, everything else that the response depends on (language, format), and the
version of what is published.
"""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import http_date, parse_etags, parse_http_date_safe

from meetings.clock import BRUSSELS, get_instant, limit_lifetime
from meetings.editions.published_version import MAX_COMMIT_DELAY, get_published_version
from meetings.http.code_version import get_code_version
from meetings.http.links import get_site_url
from meetings.http.time_travel import get_time_travel

CACHE_VALIDATION_HEADERS = ("If-None-Match", "If-Modified-Since")
PRECONDITION_HEADERS = ("If-Match", "If-Unmodified-Since")  # left to Django's ConditionalGetMiddleware


@dataclass(frozen=True)
class Validator:
    """The ETag, in its quotes, and Last-Modified of a response.

    `modified` is None where no date can tell whether the response has changed.
    """

    etag: str
    modified: dt.datetime | None = None

    def add_headers(self, response: HttpResponse) -> None:
        response.headers["ETag"] = self.etag
        if self.modified:
            response.headers["Last-Modified"] = http_date(self.modified.timestamp())


def build_validator(request: HttpRequest, *state: object, modified: dt.datetime | None = None) -> Validator:
    """Return the validator of a response. `state` is all that it depends on, besides its address and the code.

    `modified` is dropped for a minute, because another edition of the same second may become visible a moment later.
    """
    if modified and get_instant(request) - modified <= MAX_COMMIT_DELAY:
        limit_lifetime(request, modified + MAX_COMMIT_DELAY)
        modified = None
    text = "\0".join([get_code_version(), get_site_url(request) + request.get_full_path(), *map(str, state)])
    return Validator(f'"{hashlib.blake2b(text.encode(), digest_size=16).hexdigest()}"', modified)


def build_published_validator(request: HttpRequest, at: dt.datetime, *state: object, by_date: bool = True) -> Validator:
    """Return the validator of a response that depends on everything published at `at`.

    For lists, `at` is the instant of the request; for readers in order (decision 36), that minus the margin. Set
    `by_date` to False for responses that show past editions: when a suppressed text becomes readable again, no date
    changes.
    """
    now = get_published_version(at)
    return build_validator(request, now.tag, *state, modified=now.instant if by_date else None)


def build_daily_validator(request: HttpRequest, *state: object, by_date: bool = True) -> Validator:
    """Return the validator of a response that depends on everything published and on today's date in Brussels."""
    midnight = get_instant(request).astimezone(BRUSSELS).replace(hour=0, minute=0, second=0, microsecond=0)
    published = build_published_validator(request, get_instant(request), midnight.date(), *state, by_date=by_date)
    return replace(published, modified=published.modified and max(published.modified, midnight))


def is_conditional(request: HttpRequest) -> bool:
    """Return True if a 304 is possible: the request is conditional, and its user is not travelling in time."""
    if request.method not in ("GET", "HEAD") or get_time_travel(request):
        return False
    has_validator = any(name in request.headers for name in CACHE_VALIDATION_HEADERS)
    return has_validator and not any(name in request.headers for name in PRECONDITION_HEADERS)


def matches_etag(request: HttpRequest, validator: Validator) -> bool:
    """Return True if the client sent this ETag. It got it from this very address, so the request must be valid.

    That is not so for `*`, which is left to Django's middleware. Compression makes an ETag weak; that still matches.
    """
    tags = parse_etags(request.headers.get("If-None-Match", ""))
    return is_conditional(request) and validator.etag in {tag.removeprefix("W/") for tag in tags}


def matches_date(request: HttpRequest, validator: Validator) -> bool:
    """Return True if nothing is newer than If-Modified-Since.

    Anyone can make up a date, so call this only after the request has been found valid.
    """
    if validator.modified is None or "If-None-Match" in request.headers or not is_conditional(request):
        return False
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    return since is not None and int(validator.modified.timestamp()) <= since


View = Callable[..., HttpResponse]


def conditional(view: View, *, by_date: bool = True) -> View:
    """Decorate a plain view whose response depends only on its address and on everything published, not on the clock.

    Dates are only compared afterwards, by ConditionalGetMiddleware, because the address may not exist. For `by_date`,
    see `build_published_validator`.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        current = build_published_validator(request, get_instant(request), by_date=by_date)
        return confirm_unchanged(request, current) or add_validator_headers(view(request, *args, **kwargs), current)

    return answer


def confirm_unchanged(request: HttpRequest, validator: Validator, *, is_valid: bool = False) -> HttpResponse | None:
    """Return a 304 if the client has the current response already, or None.

    Dates are compared only if the request has been found valid, since anyone can make up a date.
    """
    if matches_etag(request, validator) or (is_valid and matches_date(request, validator)):
        return add_validator_headers(HttpResponseNotModified(), validator)
    return None


def add_validator_headers(response: HttpResponse, validator: Validator) -> HttpResponse:
    """Add the headers of the validator to a 200 or 304, and return the response."""
    if response.status_code in (200, 304):
        validator.add_headers(response)
    return response
