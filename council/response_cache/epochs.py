"""Epochs: spans of time in which nothing is published, withdrawn or suppressed."""

import datetime as dt
import threading

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from council.middleware.time_limit import limit_time
from meetings.editions.published_version import PublishedVersion, get_published_version


class Epochs:
    """Numbers the epochs of a process. What was built in one epoch must not be shown in another.

    Editions appear on whole seconds, and their rows are there before. So the first request of each second reads what is
    published as of that second, and all other requests wait for it: nobody gets a response in a second that was not
    confirmed. Numbers never come again, but versions of what is published do, for example when a suppression is lifted.
    A clock that is set back begins an epoch, too.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.number = 0
        self.second: dt.datetime | None = None
        self.version: PublishedVersion | None = None

    def confirm(self) -> tuple[dt.datetime, int | None]:
        """Return the present instant and the number of its epoch; None if the database does not say what is public."""
        with self.lock:
            instant = timezone.now()
            second = instant.replace(microsecond=0)
            if second != self.second:
                version = read_version(second)
                if version != self.version or (self.second and second < self.second):
                    self.number += 1
                self.second, self.version = second, version
            return instant, self.number if self.version else None


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
