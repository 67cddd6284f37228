"""A pytest plugin that lets the workers of `make test` begin with the long tests, so that all of them end together.

Workers that have finished take short tests from the others (`--dist worksteal`), but nobody can share one long test.
"""

import os
from functools import cache
from itertools import islice
from pathlib import Path

import pytest

from tests.paths import ROOT

# About how many seconds a worker needs. Tests of one entry run on one worker, and so not at the same time.
LONG_TESTS = {
    "tests/atomicity": 90,
    "tests/browser/test_demo.py": 90,
    "tests/leaks/test_no_leak.py": 35,
    "tests/deployment/test_stack.py": 45,
    "tests/council/api/test_fuzzing.py": 45,
    "tests/browser/test_note_editor.py": 40,
    "tests/browser/test_publishing.py": 40,
    "tests/browser": 100,
    "tests/council/demo": 15,
}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Reorder the tests, in each worker in the same way."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers > 1:
        items[:] = deal_tests(items, workers)


@cache
def find_unit(path: Path) -> str | None:
    """Return the entry of `LONG_TESTS` to which the tests of this file belong."""
    return next((unit for unit in LONG_TESTS if path.is_relative_to(ROOT / unit)), None)


def deal_tests(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """Return the tests in such an order that each of the equal parts that xdist makes begins with long tests."""
    units: dict[str, list[pytest.Item]] = {path: [] for path in LONG_TESTS}
    others: list[pytest.Item] = []
    for item in items:
        unit = find_unit(item.path)
        (units[unit] if unit else others).append(item)
    parts: list[list[pytest.Item]] = [[] for _worker in range(workers)]
    seconds = [0] * workers
    for path, tests in units.items():
        if tests:
            idlest = seconds.index(min(seconds))
            parts[idlest] += tests
            seconds[idlest] += LONG_TESTS[path]
    short, left = iter(others), len(items)
    for number, part in enumerate(parts):
        size = left // (workers - number)
        part.extend(islice(short, max(0, size - len(part))))
        left -= len(part)
    return [item for part in parts for item in part]
