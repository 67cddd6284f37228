"""Fixtures: an author and two publishers, since nobody approves their own text."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.admin_forms import EMERGENCY, create_user, sign_in
from tests.worlds import share_world


@share_world
def press_office(clock: Any) -> None:
    """The reference data, the author anna, and the publisher petra, who revises too."""
    call_command("load_reference", verbosity=0)
    create_user("anna", "Authors")
    create_user("petra", "Publishers", "Revisers", EMERGENCY)


@pytest.fixture
def anna(press_office: None) -> Client:
    return sign_in("anna")


@pytest.fixture
def petra(press_office: None) -> Client:
    return sign_in("petra")


@pytest.fixture
def piet(press_office: None) -> Client:
    """Another publisher, who revises too."""
    create_user("piet", "Publishers", "Revisers", EMERGENCY)
    return sign_in("piet")
