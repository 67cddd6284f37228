"""The admin locks accounts and roles before it judges and changes them, however a request spells their keys.

Django takes “+5” for 5. Accounts with such a key were not locked: what a colleague changed at that moment came back.
"""

from contextlib import closing
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import OperationalError, connection
from django.http import HttpRequest

from meetings.admin import users
from meetings.admin.users import GroupAdmin
from meetings.models import User
from tests.admin_forms import read_form_data, sign_in

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("committed")]
USERS, ROLES = "/admin/meetings/user/", "/admin/auth/group/"
DELETE = {"action": "delete_selected", "index": "0", "post": "yes"}


def is_locked(row: Any) -> bool:
    """Return whether another session could not change the row now."""
    with closing(connection.copy()) as other, other.cursor() as cursor:
        try:
            cursor.execute(f"SELECT FROM {row._meta.db_table} WHERE id = %s FOR NO KEY UPDATE NOWAIT", [row.pk])
        except OperationalError:
            return True
    return False


@pytest.fixture
def petra() -> User:
    User.objects.create_superuser("root")
    return User.objects.create_user("petra")


@pytest.mark.parametrize("spelled", ["{}", "+{}", "%20{}"])
@pytest.mark.parametrize("page", ["change", "delete", "password"])
def test_account(petra: User, monkeypatch: pytest.MonkeyPatch, page: str, spelled: str) -> None:
    address = f"{USERS}{spelled.format(petra.pk)}/{page}/"
    check_that_it_is_locked(petra, monkeypatch, address, {"post": "yes", "end": "1"})


@pytest.mark.parametrize(
    "marked", [{"_selected_action": "{}"}, {"_selected_action": "+{}"}, {"_selected_action": "0", "select_across": "1"}]
)
def test_marked_accounts(petra: User, monkeypatch: pytest.MonkeyPatch, marked: dict[str, str]) -> None:
    sent = {name: value.format(petra.pk) for name, value in marked.items()}
    check_that_it_is_locked(petra, monkeypatch, USERS, DELETE | sent)


def check_that_it_is_locked(account: User, monkeypatch: pytest.MonkeyPatch, address: str, sent: dict[str, str]) -> None:
    judge, seen = users.can_change_account, list[bool]()

    def look(by: Any, judged: Any = None) -> bool:
        if judged and judged.pk == account.pk:
            seen.append(is_locked(account))
        return judge(by, judged)

    client = sign_in("root")
    monkeypatch.setattr(users, "can_change_account", look)
    assert client.post(address, sent).status_code in {200, 302}
    assert seen
    assert all(seen)


@pytest.mark.parametrize("spelled", ["{}", "+{}", "%20{}"])
def test_role(petra: User, monkeypatch: pytest.MonkeyPatch, spelled: str) -> None:
    role, client, seen = Group.objects.create(name="Guests"), sign_in("root"), list[bool]()
    read = GroupAdmin.get_readonly_fields
    address = f"{ROLES}{spelled.format(role.pk)}/change/"
    fields = read_form_data(client, address)

    def look(self: GroupAdmin, request: HttpRequest, shown: Any = None) -> tuple[str, ...]:
        seen.append(is_locked(shown))
        return read(self, request, shown)

    monkeypatch.setattr(GroupAdmin, "get_readonly_fields", look)
    assert client.post(address, fields).status_code == 302
    assert seen
    assert all(seen)
