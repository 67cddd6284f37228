"""A cache of rendered calendars. As long as nothing changes, no calendar is rendered twice."""

import hashlib
from collections.abc import Callable

from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpRequest

from meetings.conditional import Validator
from meetings.models import Suppression
from meetings.travel import get_time_travel

MAX_CALENDARS = 16  # per process, of up to two megabytes each
CACHE_SECONDS = 3600  # seconds

_cache = LocMemCache("calendars", {"TIMEOUT": CACHE_SECONDS, "OPTIONS": {"MAX_ENTRIES": MAX_CALENDARS}})


def get_cached_calendar(
    request: HttpRequest, validator: Validator, build: Callable[[], bytes], *, includes_past: bool
) -> bytes:
    """Return the calendar with this ETag from the cache, or build it. During time travel it is always built.

    A text must be unreadable from the moment it is suppressed, but a process may use an ETag that is a second old. So
    for calendars that show past editions (`includes_past`), the key includes what is suppressed now.
    """
    if get_time_travel(request):
        return build()
    suppressed_ids = Suppression.objects.active().order_by("id").values_list("id", flat=True) if includes_past else ()
    key = hashlib.blake2b(repr((validator.etag, list(suppressed_ids))).encode(), digest_size=16).hexdigest()
    text = _cache.get_or_set(key, build)
    assert isinstance(text, bytes)
    return text


def clear_cache() -> None:
    """Empty the cache. Tests need it: their clock does not move, but their database starts empty each time."""
    _cache.clear()
