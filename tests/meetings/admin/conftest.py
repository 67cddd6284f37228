"""A site with its reference data and an administrator."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.admin_forms import create_user, sign_in
from tests.worlds import share_world


@share_world
def site(clock: Any) -> None:
    call_command("load_reference", verbosity=0)
    create_user("administrator", "Administrators")


@pytest.fixture
def administrator(site: None) -> Client:
    return sign_in("administrator")
