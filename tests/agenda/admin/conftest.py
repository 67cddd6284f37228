"""The screens do not wait for what they publish."""

import pytest

from agenda.admin import releases
from agenda.admin.steps import releasing, withdrawing


@pytest.fixture(autouse=True)
def skip_waiting_for_publication(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for publication: the clock of these tests stands still."""
    for module in (releasing, withdrawing, releases):
        monkeypatch.setattr(module, "wait_until_live", lambda edition: None)
