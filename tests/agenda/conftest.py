"""Fixtures: an author and two publishers, since nobody approves their own text."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.admin_forms import EMERGENCY, continue_session, create_user, sign_in
from tests.worlds import share_world


@share_world
def press_office(clock: Any) -> dict[str, Any]:
    """The reference data, the author anna, and the publisher petra, who revises too; the cookies of their sessions."""
    call_command("load_reference", verbosity=0)
    create_user("anna", "Authors")
    create_user("petra", "Publishers", "Revisers", EMERGENCY)
    return {name: sign_in(name).cookies for name in ("anna", "petra")}


@pytest.fixture
def anna(press_office: dict[str, Any]) -> Client:
    return continue_session(press_office["anna"])


@pytest.fixture
def petra(press_office: dict[str, Any]) -> Client:
    return continue_session(press_office["petra"])


@pytest.fixture
def piet(press_office: dict[str, Any]) -> Client:
    """Another publisher, who revises too."""
    create_user("piet", "Publishers", "Revisers", EMERGENCY)
    return sign_in("piet")
