"""Fixtures: an author and two publishers, since nobody approves their own text."""

from typing import Any

import pytest
from django.test import Client

from agenda.admin import releases
from agenda.admin.steps import releasing, withdrawing
from meetings.models import User
from tests.agenda.desk.screens import person
from tests.agenda.filling import give, member_of


@pytest.fixture(autouse=True)
def skip_waiting_for_publication(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for publication: the clock of these tests stands still."""
    for module in (releasing, withdrawing, releases):
        monkeypatch.setattr(module, "wait_until_live", lambda edition: None)


@pytest.fixture
def anna(db: None, clock: Any) -> Client:
    """An author."""
    return member_of("Authors", "anna")


@pytest.fixture
def petra(anna: Client) -> Client:
    """A publisher, who revises too."""
    return add_reviser_role(person("petra", "Publishers"), "petra")


@pytest.fixture
def piet(anna: Client) -> Client:
    """Another publisher, who revises too."""
    return add_reviser_role(person("piet", "Publishers"), "piet")


def add_reviser_role(client: Client, name: str) -> Client:
    give(User.objects.get(username=name), "Revisers")
    return client
