from typing import Any

import pytest

from meetings.models import User, UserSession
from meetings.sign_in.sessions import end_sessions
from tests.admin_forms import create_client_with_role
from tests.worlds import share_world

PASSWORD = "a long word of mine"


@share_world
def anna_account(clock: Any) -> None:
    """Create an author with a password."""
    create_client_with_role("Authors", "anna")
    account = User.objects.get(username="anna")
    account.set_password(PASSWORD)
    account.save()
    end_sessions(UserSession.objects.all())


@pytest.fixture
def anna(anna_account: None, clock: Any) -> User:
    return User.objects.get(username="anna")
