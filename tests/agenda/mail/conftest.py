from typing import Any

import pytest

from tests.agenda.mail.people import create_people_with_addresses
from tests.agenda.workflow.translations import People
from tests.agenda.workflow.users import get_people
from tests.worlds import share_world


@share_world
def press_office(clock: Any) -> People:
    return create_people_with_addresses()


@pytest.fixture
def people(press_office: People, clock: Any) -> People:
    """The users by name, read again for each test, because they remember their rights."""
    return get_people()
