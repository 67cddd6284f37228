"""Fixtures for all tests. Those with outside tools are in tests/outside.py; tests/report.py tells what was not run."""

import gc

pytest_plugins = ["tests.law", "tests.outside", "tests.publicity", "tests.report"]


def pytest_collection_finish() -> None:
    """Django's queries and templates make many short-lived objects: looking for circles less often saves a seventh."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 50)
