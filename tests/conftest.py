"""Fixtures for all tests. Those with outside tools are in tests/outside.py; tests/report.py tells what was not run."""

pytest_plugins = ["tests.law", "tests.outside", "tests.publicity", "tests.report"]
