"""Finished calendars, kept by what they follow from: as long as nothing changes, none is made twice."""

import hashlib
from collections.abc import Callable

from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpRequest

from meetings.conditional import Validator
from meetings.models import Suppression
from meetings.travel import journey_of

AT_MOST = 16  # of two megabytes each, in a process; those that were asked for last
AN_HOUR = 3600  # seconds

_kept = LocMemCache("calendars", {"TIMEOUT": AN_HOUR, "OPTIONS": {"MAX_ENTRIES": AT_MOST}})


def kept_text(request: HttpRequest, known: Validator, make: Callable[[], bytes], *, tells_of_the_past: bool) -> bytes:
    """The text that the ETag stands for. One of another time is made each time.

    A past text is closed from the moment that it is taken out, and a process may go by an ETag of a second ago: what
    tells of the past asks what is closed by now.
    """
    if journey_of(request):
        return make()
    closed = Suppression.objects.standing().order_by("id").values_list("id", flat=True) if tells_of_the_past else ()
    key = hashlib.blake2b(repr((known.etag, list(closed))).encode(), digest_size=16).hexdigest()
    text = _kept.get_or_set(key, make)
    assert isinstance(text, bytes)
    return text


def forget() -> None:
    """For tests, whose clock stands still while their database begins anew."""
    _kept.clear()
