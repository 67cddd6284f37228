"""Requests to many addresses of a running site, before and after an instant at which all of them must change."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.deployment.stack import Stack
from tests.leaks.names import HIDDEN_WORD, PUBLIC_PAGES

PAUSE_SECONDS = 0.05  # between two requests
MAX_ROUND_SECONDS = 60  # for one request to each address, on a busy machine
# The month calendar, which is last, and that of press conferences do not go so far ahead. The search page repeats the
# words of the query.
WATCHED_PATHS = [
    path.replace(HIDDEN_WORD, HIDDEN_WORD.lower()) for path in PUBLIC_PAGES[:-1] if "press-conferences" not in path
]
# Where a withdrawn meeting, and no topic, stood.
MEETING_PATHS = [path for path in WATCHED_PATHS if "topics" not in path and "search" not in path]


@dataclass
class SurfaceWatch:
    """Repeated requests to several addresses."""

    # For each request: the time of the request, the time of the answer, and whether the answer contained the secret.
    looks: dict[str, list[tuple[float, float, bool]]]

    def wait_for_full_round(self, since: float = 0) -> None:
        deadline = time.monotonic() + MAX_ROUND_SECONDS
        while not all(any(asked >= since for asked, _answered, _shown in looks) for looks in self.looks.values()):
            assert time.monotonic() < deadline, "the site does not answer"
            time.sleep(0.05)

    def assert_changed(self, instant: float, *, to: bool) -> None:
        """Check that no address changed before the instant, and that all had changed a second later."""
        self.wait_for_full_round(since=instant + 1)
        for path, looks in self.looks.items():
            before = {shown for _asked, answered, shown in looks if answered < instant}
            after = {shown for asked, _answered, shown in looks if asked >= instant + 1}
            assert (before, after) == ({not to}, {to}), path


@contextmanager
def watch_surfaces(stack: Stack, surfaces: list[str], now: Callable[[], float] = time.time) -> Iterator[SurfaceWatch]:
    """Keep requesting the addresses. `now` is the clock of the site."""
    watch, stopping = SurfaceWatch({path: [] for path in surfaces}), threading.Event()

    def keep_asking() -> None:
        while not stopping.is_set():
            for path in surfaces:
                asked = now()
                answer = stack.ask(path)
                watch.looks[path].append((asked, now(), HIDDEN_WORD in answer.body))
                time.sleep(PAUSE_SECONDS)

    reader = threading.Thread(target=keep_asking)
    reader.start()
    try:
        yield watch
    finally:
        stopping.set()
        reader.join()
