"""Fixtures of the dashboard's tests: the same users as in the tests of the admin."""

from tests.agenda.admin.conftest import anna, petra, piet, skip_waiting_for_publication

__all__ = ("anna", "petra", "piet", "skip_waiting_for_publication")
