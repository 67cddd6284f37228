"""A translator into French, one into Greek, and the meeting that they translate."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from meetings.models import Meeting
from tests.admin_forms import continue_session, create_user, give_role, sign_in
from tests.agenda.admin.translation.editor import create_meeting
from tests.worlds import share_world


@share_world
def translators(clock: Any) -> dict[str, Any]:
    """The reference data, the translators ines (French) and eleni (Greek, for JHA only), and their cookies."""
    call_command("load_reference", verbosity=0)
    give_role(create_user("ines"), "Translators", language="fr")
    give_role(create_user("eleni"), "Translators", "jha", "el")
    return {name: sign_in(name).cookies for name in ("ines", "eleni")}


@pytest.fixture
def ines(translators: dict[str, Any]) -> Client:
    return continue_session(translators["ines"])


@pytest.fixture
def eleni(translators: dict[str, Any]) -> Client:
    return continue_session(translators["eleni"])


@pytest.fixture
def meeting(translators: dict[str, Any]) -> Meeting:
    return create_meeting()
