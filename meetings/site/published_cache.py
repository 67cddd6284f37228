"""Keep what follows from everything published alone, such as the options of a filter, in each process."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from django.http import HttpRequest

from meetings.clock import get_instant
from meetings.editions.published_version import get_published_version
from meetings.http.time_travel import get_time_travel
from meetings.models import Configuration

MAX_ENTRIES = 100  # the topics are kept in 24 languages, some hundred kilobytes each if there are many
Value = TypeVar("Value")
entries: dict[Hashable, tuple[str, Any]] = {}


def list_configurations(request: HttpRequest) -> list[Configuration]:
    return keep_while_published(request, "configurations", lambda: list(Configuration.objects.all()))


def keep_while_published(request: HttpRequest, key: Hashable, build: Callable[[], Value]) -> Value:
    """Return what `build` returned for this key, until something is published, withdrawn or suppressed.

    The key contains what the value depends on besides, such as the language. Nothing is kept during time travel, where
    scheduled editions can be replaced by others of the same instant. Nobody may change the value.
    """
    if get_time_travel(request):
        return build()
    version = get_published_version(get_instant(request)).tag  # first: what is read later is never older
    known = entries.get(key)
    if known is None or known[0] != version:
        if len(entries) >= MAX_ENTRIES:
            entries.clear()
        known = entries[key] = version, build()
    value: Value = known[1]
    return value
