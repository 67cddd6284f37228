"""Fixtures for all tests.

tests/external_tools.py has those for external tools; tests/report.py reports skipped tests.
"""

import gc

pytest_plugins = [
    "tests.worlds",
    "tests.database_roles",
    "tests.external_tools",
    "tests.public_requests",
    "tests.report",
]


def pytest_collection_finish() -> None:
    """Collect garbage less often, because Django creates many short-lived objects. This saves a seventh of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 50)
