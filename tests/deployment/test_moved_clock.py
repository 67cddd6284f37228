"""Move the clock of a running site past an embargo and past a withdrawal: all pages, feeds and files change with it.

The web process, its commands and PostgreSQL run under libfaketime, which reads the time from a file. nginx does not
need it. What readers see changes within a second, and not before. `make soak` also does it on SQLite.
"""

import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import external_tools
from tests.deployment.deployment_files import SAMPLE_ENVIRONMENT
from tests.deployment.stack import Stack, start_stack
from tests.leaks.names import HIDDEN, HIDDEN_WORD, PUBLIC_PAGES

pytestmark = pytest.mark.browser
MEETING = f"/en/meetings/jha/{HIDDEN['dates'][0]}/"
HOUR = 3600.0
PAUSE_SECONDS = 0.05  # between two requests
MAX_ROUND_SECONDS = 60  # for one request to each address, on a busy machine
# The month calendar, which is last, and that of press conferences do not go so far ahead. The search page repeats the
# words of the query.
WATCHED_PATHS = [
    path.replace(HIDDEN_WORD, HIDDEN_WORD.lower()) for path in PUBLIC_PAGES[:-1] if "press-conferences" not in path
]


class MovedClock:
    """A clock that can be moved forward. It continues from there."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "clock"
        self.ahead = 0.0
        self.move_forward_to(time.time())
        self.environment = {
            "LD_PRELOAD": external_tools.find_faketime(),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",  # so that waiting takes real time
            "NO_FAKE_STAT": "1",
        }

    def now(self) -> float:
        return time.time() + self.ahead

    def move_forward_to(self, moment: float) -> None:
        self.ahead = max(self.ahead, moment - time.time())
        new = self.file.with_suffix(".new")
        new.write_text(f"{self.ahead:+.6f}")
        new.chmod(0o644)  # PostgreSQL runs as another user
        new.replace(self.file)


@dataclass
class ClockedSite:
    stack: Stack
    clock: MovedClock


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
def watch_surfaces(site: ClockedSite, *surfaces: str) -> Iterator[SurfaceWatch]:
    watch, stopping = SurfaceWatch({path: [] for path in surfaces}), threading.Event()

    def keep_asking() -> None:
        while not stopping.is_set():
            for path in surfaces:
                asked = site.clock.now()
                answer = site.stack.ask(path)
                watch.looks[path].append((asked, site.clock.now(), HIDDEN_WORD in answer.body))
                time.sleep(PAUSE_SECONDS)

    reader = threading.Thread(target=keep_asking)
    reader.start()
    try:
        yield watch
    finally:
        stopping.set()
        reader.join()


@pytest.fixture(params=["postgresql", *["sqlite"] * bool(os.environ.get("SOAK"))])
def site(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ClockedSite]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        clock = MovedClock(Path(folder))
        alone = {"DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3", "SITE_ROLE": "all"}
        alone["SECRET_KEY"] = SAMPLE_ENVIRONMENT["SECRET_KEY"]  # a process that only reads has none
        database = alone if request.param == "sqlite" else {}
        for name, value in clock.environment.items() if request.param == "postgresql" else ():
            monkeypatch.setenv(name, value)  # for the server, which is started with what stands here
        with start_stack(tmp_path, GRANIAN_WORKERS="1", **clock.environment, **database) as stack:
            for name in clock.environment:
                monkeypatch.delenv(name, raising=False)
            yield ClockedSite(stack, clock)


def test_all_pages_and_feeds_change_with_the_clock(site: ClockedSite) -> None:
    embargo = float(int(site.clock.now() + HOUR))
    at = f"dt.datetime.fromtimestamp({embargo}, dt.UTC)"
    site.stack.editor.run_code(
        "import datetime as dt; from tests import actions; from tests.leaks.subjects import create_hidden_subjects; "
        f"actions.schedule(*create_hidden_subjects(), at={at})"
    )
    with watch_surfaces(site, *WATCHED_PATHS) as watch:
        watch.wait_for_full_round()
        site.clock.move_forward_to(embargo - 2)
        watch.assert_changed(embargo, to=True)

    site.clock.move_forward_to(site.clock.now() + HOUR)
    with watch_surfaces(
        site, *(path for path in WATCHED_PATHS if "topics" not in path and "search" not in path)
    ) as watch:
        watch.wait_for_full_round()
        withdrawal = float(
            site.stack.editor.run_code(
                "from meetings.models import Meeting; from tests import actions; "
                "from tests.leaks.names import build_id; "
                "meeting = Meeting.objects.get(pk=build_id('hidden', 'meeting')); "
                "print(actions.withdraw(meeting).available_from.timestamp())"
            )
        )
        site.clock.move_forward_to(withdrawal - 0.5)
        watch.assert_changed(withdrawal, to=False)
    assert site.stack.ask(MEETING).status == 410
