"""The real clock of a running site is moved across an embargo and across a withdrawal: every surface changes with it.

The web process, its commands and PostgreSQL run under libfaketime, which reads the time from a file; nginx needs none.
What readers see changes within a second, and not before.
"""

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import outside
from tests.deployment.files import ROOT, SAMPLE
from tests.deployment.stack import Stack, started_stack
from tests.leaks.names import HIDDEN, HIDDEN_WORD, PUBLIC_PAGES

pytestmark = pytest.mark.browser
MEETING = f"/en/meetings/jha/{HIDDEN['dates'][0]}/"
HOUR = 3600.0
LONGEST = 60  # seconds for asking all once, on a machine with much else to do
# The calendar, which is last, shows no month so far ahead; a word that is searched for is shown again as typed.
WATCHED = [path.replace(HIDDEN_WORD, HIDDEN_WORD.lower()) for path in PUBLIC_PAGES[:-1]]


class MovedClock:
    """A clock that can be put forward. It goes on from there."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "clock"
        self.ahead = 0.0
        self.put_forward_to(time.time())
        self.environment = {
            "LD_PRELOAD": outside.faketime(),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",  # what waits for a second waits for a real one
            "NO_FAKE_STAT": "1",
        }

    def now(self) -> float:
        return time.time() + self.ahead

    def put_forward_to(self, moment: float) -> None:
        self.ahead = max(self.ahead, moment - time.time())
        new = self.file.with_suffix(".new")
        new.write_text(f"{self.ahead:+.6f}")
        new.chmod(0o644)  # PostgreSQL runs as somebody else
        new.replace(self.file)


@dataclass
class Site:
    stack: Stack
    clock: MovedClock

    def do(self, code: str) -> str:
        """Runs code in a process of the site, as a command would."""
        done = self.stack.editor.run(["python", "manage.py", "shell", "--no-imports", "-c", code], PYTHONPATH=str(ROOT))
        return done.stdout.strip()


@dataclass
class Watch:
    """Somebody asks for surfaces, over and over."""

    # When each was asked for, when it was answered, and whether the secret stood there.
    looks: dict[str, list[tuple[float, float, bool]]]

    def wait_until_all_were_asked(self, since: float = 0) -> None:
        deadline = time.monotonic() + LONGEST
        while not all(any(asked >= since for asked, _answered, _shown in looks) for looks in self.looks.values()):
            assert time.monotonic() < deadline, "the site does not answer"
            time.sleep(0.05)

    def assert_changed(self, instant: float, *, to: bool) -> None:
        """Not before, and a second later everywhere."""
        self.wait_until_all_were_asked(since=instant + 1)
        for path, looks in self.looks.items():
            before = {shown for _asked, answered, shown in looks if answered < instant}
            after = {shown for asked, _answered, shown in looks if asked >= instant + 1}
            assert (before, after) == ({not to}, {to}), path


@contextmanager
def watched(site: Site, *surfaces: str) -> Iterator[Watch]:
    watch, stopping = Watch({path: [] for path in surfaces}), threading.Event()

    def keep_asking() -> None:
        while not stopping.is_set():
            for path in surfaces:
                asked = site.clock.now()
                answer = site.stack.ask(path)
                watch.looks[path].append((asked, site.clock.now(), HIDDEN_WORD in answer.body))

    reader = threading.Thread(target=keep_asking)
    reader.start()
    try:
        yield watch
    finally:
        stopping.set()
        reader.join()


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        clock = MovedClock(Path(folder))
        alone = {"DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3", "SITE_ROLE": "all"}
        alone["SECRET_KEY"] = SAMPLE["SECRET_KEY"]  # a process that only reads has none
        database = alone if request.param == "sqlite" else {}
        for name, value in clock.environment.items() if request.param == "postgresql" else ():
            monkeypatch.setenv(name, value)  # for the server, which is started with what stands here
        with started_stack(tmp_path, **clock.environment, **database) as stack:
            for name in clock.environment:
                monkeypatch.delenv(name, raising=False)
            yield Site(stack, clock)


def test_all_surfaces_change_with_the_clock(site: Site) -> None:
    embargo = float(int(site.clock.now() + HOUR))
    at = f"dt.datetime.fromtimestamp({embargo}, dt.UTC)"
    site.do(
        "import datetime as dt; from tests import acts; from tests.leaks.world import something_new; "
        f"acts.schedule(*something_new(), at={at})"
    )
    with watched(site, *WATCHED) as watch:
        watch.wait_until_all_were_asked()
        site.clock.put_forward_to(embargo - 2)
        watch.assert_changed(embargo, to=True)

    site.clock.put_forward_to(site.clock.now() + HOUR)
    with watched(site, *(path for path in WATCHED if "topics" not in path and "search" not in path)) as watch:
        watch.wait_until_all_were_asked()
        withdrawal = float(
            site.do(
                "from meetings.models import Meeting; from tests import acts; from tests.leaks.names import id_of; "
                "meeting = Meeting.objects.get(pk=id_of('hidden', 'meeting')); "
                "print(acts.withdraw(meeting).available_from.timestamp())"
            )
        )
        site.clock.put_forward_to(withdrawal - 0.5)
        watch.assert_changed(withdrawal, to=False)
    assert site.stack.ask(MEETING).status == 410
