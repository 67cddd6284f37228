"""A translator into French, one into Greek, and what they translate."""

from typing import Any

import pytest
from django.test import Client

from meetings.models import Meeting
from tests.agenda.filling import member_of
from tests.agenda.translators.desk import a_meeting, translator


@pytest.fixture
def ines(db: None, clock: Any) -> Client:
    """Into French."""
    return member_of("Translators", "ines", language="fr")


@pytest.fixture
def eleni(ines: Client) -> Client:
    """Into Greek, for JHA only."""
    return translator("eleni", "el", of="jha")


@pytest.fixture
def meeting(ines: Client) -> Meeting:
    return a_meeting()
