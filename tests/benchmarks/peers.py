"""Requests a second: ours, and beside it a plain DRF site with nested serializers, in one run on the same content.

    python -m tests.postgres python -m tests.benchmarks.peers FOLDER PYTHON [--meetings 2000] [--rounds 5] [--seconds 4]

FOLDER holds the other site and the generator of the content, PYTHON is the interpreter of its own environment; neither
is part of this repository. Needs `wrk`. The same server serves both with the same options, from two databases of one
PostgreSQL: ours as the public process, whose role reads under row-level security. Nothing is kept between requests, and
each asks for another page. The runs alternate; what counts is the median of the ratios of neighbours.
"""

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import dj_database_url
import psycopg2

from tests.benchmarks import corpus

ROOT = Path(__file__).resolve().parents[2]
OURS, PEER = "http://127.0.0.1:8491", "http://127.0.0.1:8492"
SERVER = "-m granian --interface wsgi --no-ws --workers 2 --blocking-threads 4"
EACH_ANOTHER = """
local paths, at = {}, 0
function init(arguments)
  for line in io.lines(arguments[1]) do paths[#paths + 1] = line end
end
function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end
"""
CONNECTIONS = 16  # twice the server's threads: both sites have all that the machine gives them
Environment = Mapping[str, str]


def at_database(name: str, user: str = "postgres") -> dict[str, str]:
    """Where a new database of the server is, as our settings take it."""
    known = dj_database_url.parse(os.environ["DATABASE_URL"])
    host, port = known["HOST"], known["PORT"] or "5432"
    return {
        "DATABASE_URL": f"postgres://{user}@{host.replace('/', '%2F')}:{port}/{name}",
        "PERF_HOST": host,
        "PERF_PORT": str(port),
        "PERF_USER": user,
        "PERF_DB": name,
    }


def make_databases(*names: str) -> None:
    with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as server:
        server.autocommit = True
        for name in names:
            server.cursor().execute(f"CREATE DATABASE {name}")


def load(options: argparse.Namespace, folder: Path) -> tuple[Environment, Environment]:
    """The environments in which the two sites serve the content."""
    make_databases("ours", "peer")
    ours = {**os.environ, "VAR_DIR": str(folder), **at_database("ours")}
    lines = folder / "corpus.jsonl"
    source = corpus.generator(options.folder / "gen.py")
    lines.write_text("".join(f"{line}\n" for line in corpus.lines(source, options.meetings)))
    passwords = {"PUBLIC_ROLE_PASSWORD": "benchmark", "EDITOR_ROLE_PASSWORD": "benchmark"}
    for command in ("migrate -v 0", "load_reference", f"load_meetings {lines} --publish", "database_roles"):
        run = [sys.executable, "manage.py", *command.split()]
        subprocess.run(run, cwd=ROOT, env=ours | passwords, check=True)
    peer = {**os.environ, **at_database("peer"), "PYTHONPATH": "..:.", "DJANGO_SETTINGS_MODULE": "dsite.settings"}
    loading = [options.python, "drf_site/import_d.py", str(options.meetings)]
    subprocess.run(loading, cwd=options.folder, env=peer, check=True)
    for name in ("ours", "peer"):
        with closing(psycopg2.connect(at_database(name)["DATABASE_URL"])) as made:
            made.autocommit = True
            made.cursor().execute("VACUUM ANALYZE")
    return {**ours, **at_database("ours", "council_public"), "SITE_ROLE": "public", "API_RATE": ""}, peer


@contextmanager
def served(address: str, app: str, *, python: str, folder: Path, environment: Environment) -> Iterator[None]:
    host, port = address.removeprefix("http://").split(":")
    command = [python, *SERVER.split(), "--host", host, "--port", port, app]
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL) as running:
        try:
            wait_for(address, running)
            yield
        finally:
            running.terminate()


def wait_for(address: str, running: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        if running.poll() is not None:
            raise SystemExit(f"What should have served {address} has ended.")
        try:
            urlopen(address).close()
        except URLError as error:
            if getattr(error, "code", 0):
                return
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"{address} does not answer.")


def asked_of_ours(meetings: int) -> tuple[list[str], list[str]]:
    """Each page of the list, and each meeting, by path."""
    pages, details, address = [], [], f"{OURS}/api/v1/meetings/"
    while address:
        with urlopen(address) as answer:
            page = json.load(answer)
        if len(page["results"]) == 20:
            pages.append(address.removeprefix(OURS))
        details += [meeting["url"].removeprefix(OURS) for meeting in page["results"]]
        address = page["next"]
    assert len(details) == meetings
    return pages, details


def requests_a_second(address: str, paths: Path, script: Path, seconds: int) -> float:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}", "-s", str(script), address, "--", str(paths)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in told, told
    found = re.search(r"Requests/sec:\s+([0-9.]+)", told)
    assert found, told
    return float(found[1])


def compare(what: str, ours: list[str], peer: list[str], options: argparse.Namespace, folder: Path) -> None:
    script = folder / "each-another.lua"
    script.write_text(EACH_ANOTHER)
    files = {}
    for address, paths in ((OURS, ours), (PEER, peer)):
        files[address] = folder / f"paths-{address[-4:]}"
        files[address].write_text("\n".join(random.Random(1).sample(paths, len(paths))))  # noqa: S311
        requests_a_second(address, files[address], script, 1)  # warms up
    runs = [
        tuple(requests_a_second(address, files[address], script, options.seconds) for address in (OURS, PEER))
        for _ in range(options.rounds)
    ]
    ratios = [ours / peer for ours, peer in runs]
    told = ", ".join(f"{ours:.0f} : {peer:.0f}" for ours, peer in runs)
    median = statistics.median(ratios)
    sys.stdout.write(f"{what}: {median:.2f} times (from {min(ratios):.2f} to {max(ratios):.2f}); {told}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("python")
    parser.add_argument("--meetings", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        folder = Path(scratch)
        ours, peer = load(options, folder)
        for address, app, python, place, environment in (
            (OURS, "council.wsgi:application", sys.executable, ROOT, ours),
            (PEER, "dsite.wsgi:application", options.python, options.folder / "drf_site", peer),
        ):
            stack.enter_context(served(address, app, python=python, folder=place, environment=environment))
        pages, details = asked_of_ours(options.meetings)
        numbers = range(options.meetings)
        compare("a list of 20", pages, [f"/api/meetings/?page={n + 1}" for n in range(len(pages))], options, folder)
        compare("a detail", details, [f"/api/meetings/meeting-{n:05}/" for n in numbers], options, folder)


if __name__ == "__main__":
    main()
