"""The generation: what all answers about published things follow from, apart from their address and the code.

It changes when an edition appears, a withdrawal included, when a past text is closed or opened again, and when a
configuration is called otherwise, by which lists are filtered, or meets in other years. Nothing of what is still to
come is in it.
"""

import datetime as dt
import hashlib
import time
from typing import NamedTuple

from meetings.models import Configuration, Edition, Suppression

MAX_AGE = 1.0  # seconds that a process may go by what it once read
LATE = dt.timedelta(minutes=1)
"""Longer than a commit may be seen after its instant (decision 36): whoever asked in between has one edition of two."""
CONFIGURATION_COLUMNS = ("code", "slug", "name", "kind", "valid_from", "valid_until")
MAX_CACHED_INSTANTS = 8  # instants at once: the present second, the margin before it, and requests that take long


class PublishedVersion(NamedTuple):
    """`instant` is that of the newest edition, None before the first; `tag` stands for all of it."""

    instant: dt.datetime | None
    tag: str


_known: dict[dt.datetime, tuple[float, PublishedVersion]] = {}


def generation(at: dt.datetime) -> PublishedVersion:
    """The generation as of the whole second of an instant, asked for at most once a second a process.

    Ask before the answer is read from the database, never afterwards: what appears in between makes the answer newer
    than its tag, which costs one needless answer. The other way round an old answer would be confirmed for ever.
    """
    second = at.replace(microsecond=0)
    now = time.monotonic()
    asked, found = _known.get(second, (0.0, None))
    if found is None or not 0 <= now - asked < MAX_AGE:
        found = compute_published_version(second)
        if len(_known) >= MAX_CACHED_INSTANTS:
            _known.clear()
        _known[second] = (now, found)
    return found


def compute_published_version(at: dt.datetime) -> PublishedVersion:
    visible = Edition.objects.visible(at)
    newest = visible.order_by("-available_from").values_list("available_from", flat=True).first()
    together = visible.filter(available_from__gt=newest - LATE).count() if newest else 0
    closed = Suppression.objects.standing().order_by("id").values_list("id", flat=True)
    called = Configuration.objects.order_by("pk").values_list(*CONFIGURATION_COLUMNS)
    told = repr((newest, together, list(closed), list(called)))
    return PublishedVersion(newest, hashlib.blake2b(told.encode(), digest_size=16).hexdigest())


def forget() -> None:
    """For tests, whose clock stands still while their database begins anew."""
    _known.clear()
