"""The requests that Django answers at this moment in this process, of which slow ones may not occupy all threads."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum

SLOW_SECONDS = 0.25  # from which a request counts as slow; searches and files do from the start
MAX_SLOW_THREADS = 2  # half of the four that each process has (docs/operations.md, “Connections”)


class Occupied(Enum):
    """Why a request finds no thread: the slow requests of its own network have them, or those of all together."""

    BY_NETWORK, BY_ALL = "network", "all"


@dataclass(eq=False)
class RunningRequest:
    network: str
    is_costly: bool
    begun: float = field(default_factory=time.monotonic)

    def is_slow(self, now: float) -> bool:
        return self.is_costly or now - self.begun > SLOW_SECONDS


class RunningRequests:
    """The requests that are answered at this moment.

    One network has up to half of the threads with slow requests, and up to one with searches and files. Those of all
    networks together have up to half, too. What the process has kept is sent before, so it always finds a thread.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.running: set[RunningRequest] = set()

    @contextmanager
    def add(self, network: str, *, is_costly: bool) -> Iterator[Occupied | None]:
        """Count a request while the block runs; or yield why it must be refused."""
        request = RunningRequest(network, is_costly)
        with self.lock:
            occupied = self.find_occupied(request)
            if not occupied:
                self.running.add(request)
        try:
            yield occupied
        finally:
            with self.lock:
                self.running.discard(request)

    def find_occupied(self, request: RunningRequest) -> Occupied | None:
        slow = [each for each in self.running if each.is_slow(request.begun)]
        own = sum(each.network == request.network for each in slow)
        if own >= (1 if request.is_costly else MAX_SLOW_THREADS):
            return Occupied.BY_NETWORK
        return Occupied.BY_ALL if request.is_costly and len(slow) >= MAX_SLOW_THREADS else None
