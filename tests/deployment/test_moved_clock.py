"""Move the clock of a running site past an embargo and past a withdrawal: all pages, feeds and files change with it.

The web process, its commands and PostgreSQL run under libfaketime, which reads the time from a file. nginx does not
need it. What readers see changes within a second, and not before. `make soak` also does it on SQLite.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import external_tools
from tests.deployment.deployment_files import SAMPLE_ENVIRONMENT
from tests.deployment.stack import Stack, start_stack
from tests.deployment.surface_watch import MEETING_PATHS, WATCHED_PATHS, watch_surfaces
from tests.leaks.names import HIDDEN

pytestmark = pytest.mark.browser
MEETING = f"/en/meetings/jha/{HIDDEN['dates'][0]}/"
HOUR = 3600.0


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


@pytest.fixture(params=["postgresql", "sqlite"] if os.environ.get("SOAK") else ["postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ClockedSite]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        clock = MovedClock(Path(folder))
        alone = {"DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3", "SITE_ROLE": "all"}
        # A process that only reads has none of these.
        alone |= {name: SAMPLE_ENVIRONMENT[name] for name in ("SECRET_KEY", "EDITORS_HOST")}
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
    with watch_surfaces(site.stack, WATCHED_PATHS, site.clock.now) as watch:
        watch.wait_for_full_round()
        site.clock.move_forward_to(embargo - 2)
        watch.assert_changed(embargo, to=True)

    site.clock.move_forward_to(site.clock.now() + HOUR)
    with watch_surfaces(site.stack, MEETING_PATHS, site.clock.now) as watch:
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
