"""The version number of everything published; it is part of every ETag.

It changes when an edition appears (including a withdrawal), when a past edition is suppressed or the suppression is
lifted, and when a configuration or presidency changes. It does not depend on scheduled editions. Together with the
address and the version of the code, it determines every response about published subjects.
"""

import datetime as dt
import hashlib
import time
from typing import NamedTuple

from meetings.models import Configuration, Edition, Presidency, Suppression

MAX_AGE = 1.0  # seconds for which a process uses a version that it has read
MAX_COMMIT_DELAY = dt.timedelta(minutes=1)
"""More than the longest delay until a commit is visible after its instant (decision 36). A process that reads within it
sees only one of two editions, so the recent editions are counted as well."""
MAX_CACHED_INSTANTS = 8  # the present second, the margin before it, and requests that take long


class PublishedVersion(NamedTuple):
    """A version of everything published: the instant of the newest edition (None before the first), and a hash."""

    instant: dt.datetime | None
    tag: str


known_versions: dict[dt.datetime, tuple[float, PublishedVersion]] = {}
"""The versions that this process has read, by instant, each with the time of the reading."""


def get_published_version(at: dt.datetime) -> PublishedVersion:
    """Return the version as of the whole second of `at`. Each process reads it at most once a second.

    Call this before you read the data of a response, never afterwards. An edition that appears in between makes the
    response newer than its tag, which costs one unnecessary response. The other way round, an old response would be
    confirmed for ever.
    """
    second = at.replace(microsecond=0)
    now = time.monotonic()
    known = known_versions.get(second)
    if known is not None and now - known[0] < MAX_AGE:
        return known[1]
    version = compute_published_version(second)
    if len(known_versions) >= MAX_CACHED_INSTANTS:
        known_versions.clear()
    known_versions[second] = (now, version)
    return version


def compute_published_version(at: dt.datetime) -> PublishedVersion:
    visible = Edition.objects.visible(at)
    newest = visible.order_by("-available_from").values_list("available_from", flat=True).first()
    recent = visible.filter(available_from__gt=newest - MAX_COMMIT_DELAY).count() if newest else 0
    return PublishedVersion(newest, compute_tag(newest, recent))


def compute_closed_version(since: dt.datetime, at: dt.datetime) -> str:
    """Return the version of what has been withdrawn from `since` to `at`, of what is suppressed, and of reference data.

    As long as it stays the same, everything that was public at `since` still is.
    """
    closing = Edition.objects.visible(at).filter(is_tombstone=True, available_from__gt=since - MAX_COMMIT_DELAY)
    return compute_tag(*closing.order_by("id").values_list("id", flat=True))


def compute_tag(*content: object) -> str:
    """Return a hash of the content, of what is suppressed, and of reference data."""
    suppressions = Suppression.objects.active().order_by("id").values_list("id", flat=True)
    reference = [list(model._default_manager.order_by("pk").values_list()) for model in (Configuration, Presidency)]
    text = repr((*content, list(suppressions), reference))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
