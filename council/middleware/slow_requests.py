"""The requests that Django answers at this moment in this process, of which slow ones may not occupy all threads."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum

SLOW_SECONDS = 0.25  # from which a request counts as slow; searches, files and calendars do from the start
SUSPECT_SECONDS = 10  # after a slow request, those of its network for the same view count as slow from the start
MAX_COSTLY_SECONDS = 2  # of searches and files, after which a network leaves the last of their threads to others
COSTLY_SHARE = 0.1  # of the time that has passed since then is forgotten
STUCK_SECONDS = 1  # if three requests take longer, no more begin of those that may be slow
MAX_SLOW_THREADS = 2  # half of the four that each process has (docs/operations.md, “Connections”)
MAX_SEARCH_WAIT_SECONDS = 1  # that a search or a file waits until another has ended
one_waiting_thread = threading.Lock()
"""Held by the one thread of this process that may wait for a search, a file or a calendar of others."""


class Occupied(Enum):
    """Why a request finds no thread: the slow requests of its own network have them, or those of all together."""

    BY_NETWORK, BY_ALL = "network", "all"


@dataclass(eq=False)
class RunningRequest:
    network: str
    view: str
    is_costly: bool
    is_calendar: bool
    is_suspect: bool  # it will probably be slow, as another one of its network and view was
    begun: float

    def is_slow(self, now: float) -> bool:
        return self.is_costly or self.is_calendar or now - self.begun > SLOW_SECONDS


class RunningRequests:
    """The requests that are answered at this moment.

    One network has up to half of the threads with slow requests, and up to one with searches and files. Those of all
    networks together have up to half, too, and leave one thread free. Networks that search all the time do not get the
    last thread for searches and files, so that two of them do not keep out everybody. If all of these are occupied, one
    more request waits for a second. What the process has kept is sent before.

    Requests that are only suspected of being slow keep out others that are, but no page of another view. While three
    threads are stuck, whatever their networks, calendars and views that were slow are refused, so that one is free.
    """

    def __init__(self) -> None:
        self.ended = threading.Condition()
        self.running: set[RunningRequest] = set()
        self.suspects: dict[tuple[str, str], float] = {}  # networks and views with slow requests, and until when
        self.costly: dict[str, tuple[float, float]] = {}  # seconds of searches and files by network, and as of when

    @contextmanager
    def add(self, network: str, view: str, *, is_costly: bool, is_calendar: bool) -> Iterator[Occupied | None]:
        """Count a request for a view while the block runs; or yield why it must be refused."""
        now = time.monotonic()
        with self.ended:
            is_suspect = self.suspects.get((network, view), now) > now
            request = RunningRequest(network, view, is_costly, is_calendar, is_suspect, now)
            occupied = self.find_occupied(request)
            if is_costly and occupied is Occupied.BY_ALL and one_waiting_thread.acquire(blocking=False):
                try:
                    occupied = self.wait(request)
                finally:
                    one_waiting_thread.release()
            if not occupied:
                self.running.add(request)
        try:
            yield occupied
        finally:
            with self.ended:
                self.running.discard(request)
                self.ended.notify()
                if not occupied:
                    self.remember(request)

    def wait(self, request: RunningRequest) -> Occupied | None:
        """Wait for a thread, for a second at most. If another request has ended, give up if none is free for pages."""
        until = request.begun + MAX_SEARCH_WAIT_SECONDS
        while True:
            request.begun = time.monotonic()
            occupied = self.find_occupied(request)
            is_full = len(self.find_slow(request.begun)) > MAX_SLOW_THREADS
            if occupied is not Occupied.BY_ALL or is_full or not self.ended.wait(until - request.begun):
                return occupied

    def remember(self, request: RunningRequest) -> None:
        """Remember the network and view if the request was slow, so that it cannot begin many at once again.

        Of searches and files, remember how long they took.
        """
        now = time.monotonic()
        self.suspects = {each: until for each, until in self.suspects.items() if until > now}
        if request.is_costly:
            seconds = self.count_costly_seconds(request.network, now) + now - request.begun
            self.costly[request.network] = min(seconds, 2 * MAX_COSTLY_SECONDS), now
            self.costly = {each: used for each, used in self.costly.items() if self.count_costly_seconds(each, now)}
        if now - request.begun > SLOW_SECONDS:
            self.suspects[request.network, request.view] = now + SUSPECT_SECONDS

    def find_slow(self, now: float) -> list[RunningRequest]:
        return [each for each in self.running if each.is_suspect or each.is_slow(now)]

    def find_occupied(self, request: RunningRequest) -> Occupied | None:
        slow = self.find_slow(request.begun)
        counted = slow if request.is_suspect else [each for each in slow if each.is_slow(request.begun)]
        own = sum(each.network == request.network for each in counted)
        if own >= (1 if request.is_costly else MAX_SLOW_THREADS):
            return Occupied.BY_NETWORK
        if request.is_costly:
            costly = sum(each.is_costly for each in slow)
            if costly and self.count_costly_seconds(request.network, request.begun) > MAX_COSTLY_SECONDS:
                return Occupied.BY_NETWORK
            return Occupied.BY_ALL if costly >= MAX_SLOW_THREADS or len(slow) > MAX_SLOW_THREADS else None
        may_be_slow = request.is_calendar or request.view in {view for _network, view in self.suspects}
        stuck = sum(request.begun - each.begun > STUCK_SECONDS for each in self.running)
        return Occupied.BY_ALL if may_be_slow and stuck > MAX_SLOW_THREADS else None

    def count_costly_seconds(self, network: str, now: float) -> float:
        """Return how long searches and files of the network have lately occupied threads."""
        seconds, counted = self.costly.get(network, (0.0, now))
        return max(0.0, seconds - (now - counted) * COSTLY_SHARE)
