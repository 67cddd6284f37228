"""Measure how many requests of one kind sites answer in a second, side by side, with `wrk`."""

import argparse
import random
import re
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.tables import Comparison

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
CONNECTIONS = 16  # twice the server's threads, so that all sites use the whole machine


@dataclass(frozen=True)
class Work:
    """One kind of request: the paths at our site and at others, and the least ratios that we want."""

    what: str
    ours: str
    paths: Mapping[str, Sequence[str]]
    goals: Mapping[str, float]
    headers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def measure_requests_per_second(
    address: str, paths: Path, script: Path, seconds: int, headers: Mapping[str, str]
) -> float:
    options = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}", "-s", str(script), *options, address, "--", str(paths)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in output, f"{address}: {output}"
    found = re.search(r"Requests/sec:\s+([0-9.]+)", output)
    assert found, output
    return max(float(found[1]), 1 / seconds)  # a site may not have finished one


def wait_until_idle() -> None:
    """Wait until the processors are idle, because a site is still busy with the last requests of `wrk`.

    A slow one would take seconds of the turn of the next site. At most ten seconds, if something else is running.
    """
    for _time in range(50):
        before = read_processor_times()
        time.sleep(0.2)
        idle, whole = (after - earlier for after, earlier in zip(read_processor_times(), before, strict=True))
        if idle > 0.9 * whole:
            return


def read_processor_times() -> tuple[int, int]:
    """Return the idle time and the whole time of all processors since the machine was started, in ticks."""
    times = [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return times[3] + times[4], sum(times)


def measure_work(work: Work, names: Mapping[str, str], options: argparse.Namespace, folder: Path) -> Comparison:
    """Let the sites take turns, after a short run each to warm up. `names` are those of the others, by address."""
    script = folder / "each-another.lua"
    script.write_text(WRK_SCRIPT)
    runs: dict[str, list[float]] = {address: [] for address in work.paths}
    files = {}
    for address, paths in work.paths.items():
        files[address] = folder / f"paths-{address[-4:]}"
        files[address].write_text("\n".join(random.Random(1).sample(paths, len(paths))))  # noqa: S311
    for turn in range(options.rounds + 1):
        for address, found in runs.items():
            seconds = options.seconds if turn else 1
            wait_until_idle()
            rate = measure_requests_per_second(address, files[address], script, seconds, work.headers.get(address, {}))
            if turn:
                found.append(rate)
    others = {names[address]: found for address, found in runs.items() if address != work.ours}
    return Comparison(
        work.what, runs[work.ours], others, {names[address]: goal for address, goal in work.goals.items()}
    )
