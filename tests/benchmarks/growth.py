"""Compare our site with itself, with ten times and a hundred times as many meetings, and measure memory and start.

Each site has a database of its own, and two workers without a cache of responses. The runs alternate, as in
`tests.benchmarks.peers`. The memory is that of both workers after all runs: what each has alone, and its part of what
they share. The start is from a cold process to the first page of a meeting.
"""

import argparse
import re
import statistics
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.request import urlopen

from tests.benchmarks.own_site import COMMON, RARE, list_list_pages, list_own_paths, list_search_pages, load_own_site
from tests.benchmarks.sites import serve_site
from tests.benchmarks.tables import print_comparisons
from tests.benchmarks.works import Work, measure_work
from tests.paths import ROOT

SIZES = {200: "http://127.0.0.1:8501", 2_000: "http://127.0.0.1:8502", 20_000: "http://127.0.0.1:8503"}
STARTED = "http://127.0.0.1:8504"
STARTS = 5
MOST_SLOWER = 1.2  # with a hundred times as many meetings
APP = "council.wsgi:application"


def compare_growth(options: argparse.Namespace, folder: Path) -> None:
    names = {address: f"with {size:,} meetings" for size, address in SIZES.items()}
    least, *_, most = SIZES
    public: dict[str, str] = {}
    with ExitStack() as stack:
        for size, address in SIZES.items():
            public, seconds = load_own_site(f"ours_{size}", size, options, folder)
            sys.stderr.write(f"{size:,} meetings were loaded in {seconds:.0f} s.\n")
            environment = {**public, "RESPONSE_CACHE_MB": "0"}
            server = stack.enter_context(
                serve_site(address, APP, python=options.own_python, folder=ROOT, environment=environment)
            )
        works = list_works({SIZES[least]: 1 / MOST_SLOWER}, SIZES[most])
        print_comparisons([measure_work(work, names, options, folder) for work in works])
        memory = sum(read_memory(process) for process in find_workers(server))
    page = works[0].paths[SIZES[most]][0]
    starts = [measure_start(page, public, options.own_python) for _ in range(STARTS)]
    sys.stdout.write(
        f"\nMemory of two workers after all runs with {most:,} meetings: {memory / 1024:.0f} MB.\n"
        f"From a cold process to the first page of a meeting: {statistics.median(starts):.2f} s.\n"
    )


def list_works(goals: dict[str, float], ours: str) -> list[Work]:
    """Return what is asked for: at each site the same number of addresses, from all of its meetings."""
    lists, details, pages = {}, {}, {}
    for size, address in SIZES.items():
        found = list_own_paths(address, size)
        lists[address], details[address], pages[address] = (paths[:: max(1, len(paths) // 200)] for paths in found)
    list_pages = {address: list_list_pages(address, 9) for address in SIZES.values()}
    searches = {word: dict.fromkeys(SIZES.values(), list_search_pages(word)[:1]) for word in (RARE, COMMON)}
    return [
        Work("page of a meeting", ours, pages, goals),
        Work("list page of 20", ours, list_pages, goals),
        Work("detail of the API", ours, details, goals),
        Work("list of 20 of the API", ours, lists, goals),
        Work("search, word of one in a hundred", ours, searches[RARE], goals),
        Work("search, word of thirty in a hundred", ours, searches[COMMON], {}),  # it has to rank all of them
    ]


def find_workers(server: int) -> list[Path]:
    """Return the folders in /proc of the processes that the server has started."""
    return [Path(f"/proc/{worker}") for worker in Path(f"/proc/{server}/task/{server}/children").read_text().split()]


def read_memory(process: Path) -> int:
    """Return the kilobytes that the process has alone, with its part of what it shares with others."""
    [size] = re.findall(r"^Pss:\s+(\d+) kB", (process / "smaps_rollup").read_text(), re.MULTILINE)
    return int(size)


def measure_start(page: str, environment: dict[str, str], python: str) -> float:
    """Start a worker, ask for a page, and return how many seconds both took."""
    begun = time.monotonic()
    with (
        serve_site(STARTED, APP, python=python, folder=ROOT, environment=environment, workers=1),
        urlopen(STARTED + page) as answer,
    ):
        answer.read()
        return time.monotonic() - begun
