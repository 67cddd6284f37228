"""Compare requests per second of this site and of a plain DRF site with nested serializers and the same content.

    python -m tests.postgres python -m tests.benchmarks.peers FOLDER PYTHON [--meetings 2000] [--rounds 5] [--seconds 4]

FOLDER contains the other site and the generator of the content, and PYTHON is the interpreter of its environment;
neither is part of this repository. It needs `wrk`. The same web server serves both sites with the same options, from
two databases of one PostgreSQL. Our site runs as the public process, with row-level security. Nothing is cached between
requests, and each request asks for another page. The runs alternate, and the result is the median of the ratios of
neighbouring runs.
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
WRK_SCRIPT = """
local paths, at = {}, 0
function init(arguments)
  for line in io.lines(arguments[1]) do paths[#paths + 1] = line end
end
function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end
"""
CONNECTIONS = 16  # twice the server's threads, so that both sites use the whole machine
Environment = Mapping[str, str]


def build_database_environment(name: str, user: str = "postgres") -> dict[str, str]:
    """Return the environment variables for a new database of the server."""
    known = dj_database_url.parse(os.environ["DATABASE_URL"])
    host, port = known["HOST"], known["PORT"] or "5432"
    return {
        "DATABASE_URL": f"postgres://{user}@{host.replace('/', '%2F')}:{port}/{name}",
        "PERF_HOST": host,
        "PERF_PORT": str(port),
        "PERF_USER": user,
        "PERF_DB": name,
    }


def create_databases(*names: str) -> None:
    with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as server:
        server.autocommit = True
        for name in names:
            server.cursor().execute(f"CREATE DATABASE {name}")


def load_sites(options: argparse.Namespace, folder: Path) -> tuple[Environment, Environment]:
    """Load the content into both databases and return the environments of the two sites."""
    create_databases("ours", "peer")
    ours = {**os.environ, "VAR_DIR": str(folder), **build_database_environment("ours")}
    lines = folder / "corpus.jsonl"
    source = corpus.load_generator(options.folder / "gen.py")
    lines.write_text("".join(f"{line}\n" for line in corpus.build_lines(source, options.meetings)))
    passwords = {"PUBLIC_ROLE_PASSWORD": "benchmark", "EDITOR_ROLE_PASSWORD": "benchmark"}
    for command in ("migrate -v 0", "load_reference", f"load_meetings {lines} --publish", "database_roles"):
        run = [sys.executable, "manage.py", *command.split()]
        subprocess.run(run, cwd=ROOT, env=ours | passwords, check=True)
    peer = {
        **os.environ,
        **build_database_environment("peer"),
        "PYTHONPATH": "..:.",
        "DJANGO_SETTINGS_MODULE": "dsite.settings",
    }
    loading = [options.python, "drf_site/import_d.py", str(options.meetings)]
    subprocess.run(loading, cwd=options.folder, env=peer, check=True)
    for name in ("ours", "peer"):
        with closing(psycopg2.connect(build_database_environment(name)["DATABASE_URL"])) as connection:
            connection.autocommit = True
            connection.cursor().execute("VACUUM ANALYZE")
    return {**ours, **build_database_environment("ours", "council_public"), "SITE_ROLE": "public", "API_RATE": ""}, peer


@contextmanager
def serve_site(address: str, app: str, *, python: str, folder: Path, environment: Environment) -> Iterator[None]:
    host, port = address.removeprefix("http://").split(":")
    command = [python, *SERVER.split(), "--host", host, "--port", port, app]
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL) as running:
        try:
            wait_until_answering(address, running)
            yield
        finally:
            running.terminate()


def wait_until_answering(address: str, running: "subprocess.Popen[bytes]") -> None:
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


def list_own_paths(meetings: int) -> tuple[list[str], list[str]]:
    """Return the paths of all pages of the list, and the paths of all meetings."""
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


def measure_requests_per_second(address: str, paths: Path, script: Path, seconds: int) -> float:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}", "-s", str(script), address, "--", str(paths)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in output, output
    found = re.search(r"Requests/sec:\s+([0-9.]+)", output)
    assert found, output
    return float(found[1])


def compare_sites(what: str, ours: list[str], peer: list[str], options: argparse.Namespace, folder: Path) -> None:
    script = folder / "each-another.lua"
    script.write_text(WRK_SCRIPT)
    files = {}
    for address, paths in ((OURS, ours), (PEER, peer)):
        files[address] = folder / f"paths-{address[-4:]}"
        files[address].write_text("\n".join(random.Random(1).sample(paths, len(paths))))  # noqa: S311
        measure_requests_per_second(address, files[address], script, 1)  # warms up
    runs = [
        tuple(measure_requests_per_second(address, files[address], script, options.seconds) for address in (OURS, PEER))
        for _ in range(options.rounds)
    ]
    ratios = [ours / peer for ours, peer in runs]
    rates = ", ".join(f"{ours:.0f} : {peer:.0f}" for ours, peer in runs)
    median = statistics.median(ratios)
    sys.stdout.write(f"{what}: {median:.2f} times (from {min(ratios):.2f} to {max(ratios):.2f}); {rates}\n")


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
        ours, peer = load_sites(options, folder)
        for address, app, python, place, environment in (
            (OURS, "council.wsgi:application", sys.executable, ROOT, ours),
            (PEER, "dsite.wsgi:application", options.python, options.folder / "drf_site", peer),
        ):
            stack.enter_context(serve_site(address, app, python=python, folder=place, environment=environment))
        pages, details = list_own_paths(options.meetings)
        numbers = range(options.meetings)
        compare_sites(
            "a list of 20", pages, [f"/api/meetings/?page={n + 1}" for n in range(len(pages))], options, folder
        )
        compare_sites("a detail", details, [f"/api/meetings/meeting-{n:05}/" for n in numbers], options, folder)


if __name__ == "__main__":
    main()
