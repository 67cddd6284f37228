"""The screens do not wait for what they publish."""

from tests.agenda.admin.conftest import skip_waiting_for_publication

__all__ = ["skip_waiting_for_publication"]
