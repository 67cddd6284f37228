"""Epochs: spans of time in which nothing is published, withdrawn or suppressed."""

import datetime as dt
import threading

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from council.middleware.time_limit import limit_time
from meetings.editions.published_version import PublishedVersion, get_published_version

SECOND = dt.timedelta(seconds=1)


class Epochs:
    """Numbers the epochs of a process. What was built in one epoch must not be shown in another.

    Editions appear on whole seconds, and their rows are there before. So the first request of each second reads what is
    published as of that second, and all other requests wait for it: nobody gets a response as of a second that was not
    confirmed. A reading that takes long is for all who have waited for it. Numbers never come again, but versions of
    what is published do, for example when a suppression is lifted. A clock that is set back begins an epoch, too.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.number = 0
        self.second: dt.datetime | None = None
        self.version: PublishedVersion | None = None

    def confirm(self) -> tuple[dt.datetime, int | None]:
        """Return the instant of a request and its epoch's number; None if the database does not say what is public.

        The instant is in the second of the call or later.
        """
        asked = timezone.now()
        with self.lock:
            now = timezone.now()
            if self.second is None or asked >= self.second + SECOND or now < self.second:
                asked, second = now, now.replace(microsecond=0)
                version = read_version(second)
                if version != self.version or (self.second and second < self.second):
                    self.number += 1
                self.second, self.version = second, version
            return max(asked, self.second), self.number if self.version else None


def read_version(second: dt.datetime) -> PublishedVersion | None:
    """Return the version of what is published, or None if the database does not answer. Django then reports it.

    All requests wait for this, and nothing else ends it if the connection is cut off without a word.
    """
    try:
        with limit_time():
            connection.close_if_unusable_or_obsolete()  # as Django does before each request
            return get_published_version(second)
    except (DatabaseError, InterfaceError):
        connection.close()
        return None
