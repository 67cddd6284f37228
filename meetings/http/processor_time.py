"""The processor time that other processes spend on a request, for the limit of requests.

PDF and Word files are written in a process of their own, whose time no clock of the web process shows.
"""

from contextvars import ContextVar

OTHER_SECONDS: ContextVar[float] = ContextVar("OTHER_SECONDS", default=0.0)


def add_seconds(seconds: float) -> None:
    OTHER_SECONDS.set(OTHER_SECONDS.get() + seconds)
