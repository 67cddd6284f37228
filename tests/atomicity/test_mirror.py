"""The example client follows a site through publications, embargoes, withdrawals and kills, and ends with the live set.

These are real processes: several publish the same subjects, the public site is served and killed, and so are the
clients. At the end, each copy is compared with the lists of the API and with the rows. `make test` does that for a few
seconds on PostgreSQL, whose commits can be seen late; `make mirror-soak SOAK=3600` for an hour on each database.
"""

import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from mirror import Mirror, Site, SiteUnavailable, compute_digest

from tests.atomicity.conftest import slow_commits
from tests.atomicity.processes import TIMEOUT_SECONDS, Killed, Stage
from tests.atomicity.web_process import Web
from tests.paths import ROOT

SOAK = int(os.environ.get("SOAK", "0"))
SEED = int(os.environ.get("SEED", "0")) or random.SystemRandom().randrange(10**6)
DAY_SECONDS = 30 if SOAK else 6  # then all rest until the copies are up to date
DAYS = max(1, SOAK // DAY_SECONDS)
WRITERS, MEETINGS, MAX_PAUSE = (3, 11, 0.5) if SOAK else (2, 4, 0.3)
WRITER_LIFETIMES, CLIENT_LIFETIMES = (2, 20), (0.2, 6)  # in seconds: minimum and maximum
pytestmark = [] if SOAK else [pytest.mark.postgresql]
MARGIN = 1.0  # seconds that the feed is behind the clock
# Every second commit of an immediate publication is seen late, by up to half of the margin of readers.
DELAY_SQL = """
CASE WHEN NEW.available_from < clock_timestamp() + interval '2.5 seconds' AND random() < 0.5
     THEN greatest(0, extract(epoch FROM NEW.available_from - clock_timestamp())) + random() * 0.5 ELSE 0 END
"""


@dataclass
class Client:
    """A copy and the process that maintains it. `late` starts it again in the middle of each day; `paged` uses only the
    feed.
    """

    file: Path
    site: str
    languages: tuple[str, ...] = ()
    late: bool = False
    paged: int = 0
    lives: int = 0
    dies: float = 0
    process: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        if self.paged:
            copy = Mirror(Site(self.site), self.file, self.languages)
            with closing(copy.db), copy.db:
                copy.db.execute("UPDATE place SET next = ?", [f"{copy.site.base}changes/?limit={self.paged}"])

    def run(self, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "docs/client/mirror.py", self.site, str(self.file)]
        with self.file.with_suffix(".log").open("ab") as log:
            languages = ["--languages", ",".join(self.languages)]
            return subprocess.Popen([*command, *languages, *options], cwd=ROOT, stdout=log, stderr=log)

    def continue_run(self, chance: random.Random, since: float) -> None:
        """Kill the process when it is due, and restart it. `since` is how much of the day is over (0 to 1)."""
        if self.process and time.time() >= self.dies:
            self.kill()
            assert find_broken_texts(self.file) == []
        if not self.process and (since > 0.5 or not self.late):
            self.process = self.run("--every", "0.3")
            self.lives += 1
            self.dies = time.time() + chance.uniform(*CLIENT_LIFETIMES)

    def kill(self) -> None:
        if self.process:
            assert self.process.poll() is None, self.read_log()  # it must not end by itself
            self.process.kill()
            self.process.wait()
            self.process = None

    def read_log(self) -> str:
        return self.file.with_suffix(".log").read_text()[-3000:]


def select_rows(file: Path, sql: str) -> list[tuple[Any, ...]]:
    """Return the rows, or none if the client was killed before it had created its tables."""
    with closing(sqlite3.connect(file)) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE name = 'reference'").fetchall()
        return database.execute(sql).fetchall() if tables else []


def find_broken_texts(file: Path) -> list[str]:
    """Find texts that no copy may ever have: not genuine, or of another edition."""
    sql = "SELECT id, language, edition, withdrawn, digest, body FROM text LEFT JOIN subject USING (id)"
    broken = []
    for id_, language, edition, withdrawn, digest, body in select_rows(file, sql):
        text = json.loads(body)
        if withdrawn or (text["edition"], text["language"]) != (edition, language) or compute_digest(text) != digest:
            broken.append(f"{id_} in {language}: {edition} {withdrawn} {digest} {body[:300]}")
    return broken


def read_copy(file: Path) -> dict[str, Any]:
    """Return what a copy has, in the format of `list_public_digests`."""
    copy = {
        id_: [edition, {"withdrawn": json.loads(withdrawn)["reason"]} if withdrawn else {}]
        for id_, edition, withdrawn in select_rows(file, "SELECT id, edition, withdrawn FROM subject")
    }
    for id_, language, digest in select_rows(file, "SELECT id, language, digest FROM text"):
        copy[id_][1][language] = digest
    return copy


def select_expected(public: dict[str, Any], languages: Collection[str]) -> dict[str, Any]:
    """Return the part of the public data that a copy in these languages must have."""

    def select_languages(says: dict[str, str]) -> dict[str, str]:
        return {name: digest for name, digest in says.items() if not languages or name in ("withdrawn", *languages)}

    return {id_: [edition, select_languages(says)] for id_, (edition, says) in public.items()}


@pytest.fixture
def web(url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Web]:
    """Start the site; on PostgreSQL with its public role and with commits that are seen late (decision 36)."""
    with ExitStack() as stack:
        if connection.vendor == "postgresql":
            stack.enter_context(slow_commits(DELAY_SQL))
            roles = request.getfixturevalue("roles")
            url = roles.url(roles.public)
        web = Web(url, tmp_path)
        stack.callback(web.kill)
        yield web


@pytest.fixture
def clients(web: Web, tmp_path: Path) -> Iterator[list[Client]]:
    clients = [
        Client(tmp_path / "whole.sqlite3", web.address, paged=3),
        Client(tmp_path / "two.sqlite3", web.address, languages=("fi", "fr")),
        Client(tmp_path / "late.sqlite3", web.address, late=True),
    ]
    yield clients
    for client in clients:
        if client.process:
            client.process.kill()
            client.process.wait()


class Listener:
    """Follows the feed in pages of three, and remembers its editions."""

    def __init__(self, address: str) -> None:
        self.site = Site(address, lambda _pause: time.sleep(0.5))
        self.next = f"{self.site.base}changes/?limit=3"
        self.edition_ids: list[str] = []
        self.ends = False

    def listen(self) -> None:
        while not self.ends:
            with suppress(SiteUnavailable):
                self.read_feed()
            time.sleep(0.1)

    def read_feed(self) -> None:
        up_to_date = False
        while not up_to_date:
            page = self.site.get(self.next).body
            self.edition_ids += [change["id"] for change in page["results"]]
            self.next, up_to_date = page["next"], page["up_to_date"]


def run_writer(writer: Stage, end: float, chance: random.Random) -> None:
    """Write until `end`, with one process after the other, each killed when its time has come."""
    while time.time() < end:
        with suppress(Killed):
            lives = chance.uniform(*WRITER_LIFETIMES)
            writer.run("write_until", end, chance.randrange(10**6), MAX_PAUSE, kill_after=lives)


def test_a_client_ends_each_day_with_the_live_set(
    open_stage: Callable[[], Stage], web: Web, clients: list[Client]
) -> None:
    print(f"SEED={SEED}")  # noqa: T201 (shown where the test fails)
    chance = random.Random(SEED)  # noqa: S311
    stage, watcher, *writers = [open_stage() for _stage in range(2 + WRITERS)]
    stage.run("create_meetings", MEETINGS)
    for client in clients:
        client.begin()
    listener = Listener(web.address)
    for day in range(DAYS):
        watcher.begin("measure_delay", time.time() + DAY_SECONDS + 2)
        run_day(web, writers, clients, listener, chance)
        late = watcher.end()
        assert late < MARGIN, f"This machine is too busy: a commit was seen {late:.1f} s after its instant."
        stage.run("wait_until_all_are_public")
        listener.read_feed()
        assert [one for one in stage.run("list_public_changes") if one not in listener.edition_ids] == [], (
            "not told, or too late"
        )
        assert len(set(listener.edition_ids)) == len(listener.edition_ids)
        public = stage.run("list_public_digests")
        for verifying in [client.run("--verify") for client in clients]:
            assert verifying.wait(TIMEOUT_SECONDS) == 0, (day, [client.read_log() for client in clients])
        for client in clients:
            assert find_broken_texts(client.file) == []
            assert read_copy(client.file) == select_expected(public, client.languages), (day, client.read_log())
            if client.late:
                client.file.unlink()
    assert stage.run("find_incomplete_editions") == []
    happened = stage.run("count_editions")
    print(f"{happened}; starts of the clients: {[client.lives for client in clients]}")  # noqa: T201
    assert happened["publication"]  # on a busy machine, little else


def run_day(web: Web, writers: list[Stage], clients: list[Client], listener: Listener, chance: random.Random) -> None:
    end = time.time() + DAY_SECONDS
    with ThreadPoolExecutor() as pool:
        writing = [pool.submit(run_writer, writer, end, random.Random(chance.random())) for writer in writers]  # noqa: S311
        listener.ends = False
        listening = pool.submit(listener.listen)
        site_dies = end - chance.uniform(0, 2 * DAY_SECONDS)
        while time.time() < end and not any(one.done() and one.exception() for one in writing):
            for client in clients:
                client.continue_run(chance, since=1 - (end - time.time()) / DAY_SECONDS)
            if time.time() >= site_dies:
                web.kill()
                web.start()
                site_dies = end
            time.sleep(0.05)
        listener.ends = True
        for one in (*writing, listening):
            one.result()
    for client in clients:
        client.kill()
