"""The press office: its users are created once for the tests of a module."""

from typing import Any

import pytest

from meetings.access.audit import Actor
from tests.agenda.workflow.users import create_people, get_people
from tests.worlds import share_world


@share_world
def press_office(clock: Any) -> dict[str, Actor]:
    create_people()
    return get_people()


@pytest.fixture
def people(press_office: dict[str, Actor], clock: Any) -> dict[str, Actor]:
    """The users by name, read again for each test, because they remember their rights."""
    return get_people()
