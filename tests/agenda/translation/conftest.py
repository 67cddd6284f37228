"""Fixtures of the tests of translations: the same users as in the tests of the admin."""

from tests.agenda.admin.conftest import anna, petra, skip_waiting_for_publication
from tests.agenda.admin.translation.conftest import ines

__all__ = ("anna", "ines", "petra", "skip_waiting_for_publication")
