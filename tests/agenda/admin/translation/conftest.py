"""A translator into French, one into Greek, and the meeting that they translate."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from meetings.models import Meeting
from tests.admin_forms import create_user, give_role, sign_in
from tests.agenda.admin.translation.editor import create_meeting
from tests.worlds import share_world


@share_world
def translators(clock: Any) -> None:
    """The reference data and the translators ines (French) and eleni (Greek, for JHA only)."""
    call_command("load_reference", verbosity=0)
    give_role(create_user("ines"), "Translators", language="fr")
    give_role(create_user("eleni"), "Translators", "jha", "el")


@pytest.fixture
def ines(translators: None) -> Client:
    return sign_in("ines")


@pytest.fixture
def eleni(translators: None) -> Client:
    return sign_in("eleni")


@pytest.fixture
def meeting(translators: None) -> Meeting:
    return create_meeting()
