"""Compare this site with other sites of the same content: a plain DRF site, and the page editor of a Wagtail site.

    python -m tests.postgres python manage.py compare_peers FOLDER PYTHON [--only editors] [--rounds 5]

FOLDER contains the other sites and the generator of the content, and PYTHON is the interpreter of their environment;
neither is part of this repository.

The first part needs `wrk` and compares requests per second with a DRF site with nested serializers. The same web server
serves both sites with the same options, from two databases of one PostgreSQL. Our site runs as the public process, with
row-level security. Nothing is cached between requests, and each request asks for another page. The runs alternate, and
the result is the median of the ratios of neighbouring runs.

The second part needs Chromium and compares the editing screens (`tests.benchmarks.editors`). `--only requests` and
`--only editors` run one of the two.
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
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from urllib.request import urlopen

from tests.benchmarks import corpus
from tests.benchmarks.editors import compare_editors
from tests.benchmarks.sites import (
    Environment,
    analyze_databases,
    build_database_environment,
    create_databases,
    serve_site,
)
from tests.paths import ROOT

OURS, PEER = "http://127.0.0.1:8491", "http://127.0.0.1:8492"
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
    analyze_databases("ours", "peer")
    return {**ours, **build_database_environment("ours", "council_public"), "SITE_ROLE": "public", "API_RATE": ""}, peer


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


def compare_requests(options: argparse.Namespace, folder: Path) -> None:
    ours, peer = load_sites(options, folder)
    with ExitStack() as stack:
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


COMPARISONS: Mapping[str, Callable[[argparse.Namespace, Path], None]] = {
    "requests": compare_requests,
    "editors": compare_editors,
}


def compare_peers(options: argparse.Namespace) -> None:
    for name, compare in COMPARISONS.items():
        if options.only in {None, name}:
            with tempfile.TemporaryDirectory() as folder:
                compare(options, Path(folder))
