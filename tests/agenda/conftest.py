"""Fixtures: an author and two publishers, since nobody approves their own text."""

from typing import Any

import pytest
from django.test import Client

from meetings.models import User
from tests.admin_forms import create_client_with_role, give_role
from tests.agenda.admin.screens import create_client


@pytest.fixture
def anna(db: None, clock: Any) -> Client:
    """An author."""
    return create_client_with_role("Authors", "anna")


@pytest.fixture
def petra(anna: Client) -> Client:
    """A publisher, who revises too."""
    return add_reviser_role(create_client("petra", "Publishers"), "petra")


@pytest.fixture
def piet(anna: Client) -> Client:
    """Another publisher, who revises too."""
    return add_reviser_role(create_client("piet", "Publishers"), "piet")


def add_reviser_role(client: Client, name: str) -> Client:
    give_role(User.objects.get(username=name), "Revisers")
    return client
