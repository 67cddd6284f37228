"""A translator into French, one into Greek, and the meeting that they translate."""

from typing import Any

import pytest
from django.test import Client

from meetings.models import Meeting
from tests.admin_forms import create_client_with_role
from tests.agenda.admin.translation.editor import create_meeting, create_translator


@pytest.fixture
def ines(db: None, clock: Any) -> Client:
    """Translate into French."""
    return create_client_with_role("Translators", "ines", language="fr")


@pytest.fixture
def eleni(ines: Client) -> Client:
    """Translate into Greek, for JHA only."""
    return create_translator("eleni", "el", of="jha")


@pytest.fixture
def meeting(ines: Client) -> Meeting:
    return create_meeting()
