"""Users, roles and reference data in the admin: permissions by role, URL and method."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.test import Client

from meetings.access import Right, has_right
from meetings.models import Presidency, User
from tests.admin_forms import (
    create_user,
    get_change_url,
    get_form_errors,
    post_form,
    read_form_data,
    save_form,
    sign_in,
    skip_rendering,
    take_messages,
)
from tests.factories import make_meeting, make_topic

ROLES = ("visitor", "Translators", "Authors", "Publishers", "Administrators", "superuser")
# Who gets what, in the order of the roles; S is the way to the sign-in page. A form posted empty is refused with 200, a
# publication with 302 once it is done.
TABLE = """
GET  /admin/your-settings/                      S   200 200 200 200 200
GET  /admin/meetings/meeting/                   S   200 200 200 200 200
GET  /admin/meetings/meeting/add/               S   403 200 200 403 200
POST /admin/meetings/meeting/add/               S   403 200 200 403 200
GET  /admin/meetings/meeting/MEETING/change/    S   200 200 200 200 200
POST /admin/meetings/meeting/MEETING/change/    S   405 405 405 405 405
GET  /admin/meetings/meeting/MEETING/settings/  S   403 200 200 403 200
POST /admin/meetings/meeting/MEETING/settings/  S   403 200 200 403 200
GET  /admin/meetings/meeting/MEETING/history/   S   200 200 200 200 200
GET  /admin/meetings/meeting/MEETING/delete/    S   403 200 200 403 200
GET  /admin/meetings/meeting/MEETING/release/   S   403 403 200 403 200
POST /admin/meetings/meeting/MEETING/release/   S   403 403 200 403 200
GET  /admin/meetings/meeting/MEETING/call-off/  S   403 403 302 403 302
POST /admin/meetings/meeting/MEETING/call-off/  S   403 403 302 403 302
GET  /admin/meetings/meeting/MEETING/withdraw/  S   403 403 200 403 200
POST /admin/meetings/meeting/MEETING/withdraw/  S   403 403 200 403 200
GET  /admin/meetings/meeting/MEETING/preview/   S   200 200 200 200 200
GET  /admin/meetings/meeting/MEETING/history/   S   200 200 200 200 200
GET  /admin/agenda/backgroundtopic/             S   200 200 200 200 200
GET  /admin/agenda/backgroundtopic/TOPIC/change/   S 200 200 200 200 200
GET  /admin/agenda/backgroundtopic/add/            S 403 200 200 403 200
GET  /admin/agenda/backgroundtopic/TOPIC/settings/ S 403 200 200 403 200
GET  /admin/agenda/backgroundtopic/TOPIC/release/  S 403 403 200 403 200
GET  /admin/agenda/backgroundtopic/TOPIC/withdraw/ S 403 403 200 403 200
GET  /admin/agenda/backgroundtopic/TOPIC/preview/  S 200 200 200 200 200
GET  /admin/meetings/configuration/             S   200 200 200 200 200
GET  /admin/meetings/configuration/add/         S   403 403 403 200 200
GET  /admin/meetings/presidency/                S   200 200 200 200 200
GET  /admin/meetings/presidency/add/            S   403 403 403 200 200
GET  /admin/meetings/user/                      S   403 403 403 200 200
GET  /admin/meetings/user/add/                  S   403 403 403 200 200
GET  /admin/meetings/user/OTHER/change/         S   403 403 403 200 200
POST /admin/meetings/user/OTHER/change/         S   403 403 403 200 200
GET  /admin/meetings/user/OTHER/password/       S   403 403 403 200 200
GET  /admin/meetings/user/ROOT/change/          S   403 403 403 200 200
POST /admin/meetings/user/ROOT/change/          S   403 403 403 403 200
GET  /admin/meetings/user/ROOT/password/        S   403 403 403 403 200
GET  /admin/meetings/user/ROOT/delete/          S   403 403 403 403 200
GET  /admin/auth/group/                         S   403 403 403 200 200
GET  /admin/auth/group/GROUP/change/            S   403 403 403 200 200
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]


def list_statuses(client: Client, rows: list[list[str]], keys: dict[str, Any]) -> list[tuple[str, str, str]]:
    found = []
    for method, address, *_statuses in rows:
        path = "/".join(str(keys.get(part, part)) for part in address.split("/"))
        with skip_rendering():
            response = client.generic(method, path)
        signs_in = response.status_code == 302 and response["Location"].startswith("/admin/login/")
        found.append((method, address, "S" if signs_in else str(response.status_code)))
    return found


@pytest.mark.parametrize("role", ROLES)
def test_permissions_by_role(site: None, role: str) -> None:
    """Of superusers, only what other administrators may not do."""
    meeting, topic = make_meeting(), make_topic()
    root, other = User.objects.create_superuser("root"), User.objects.create_user("other")
    keys = {"MEETING": meeting.pk, "TOPIC": topic.pk, "ROOT": root.pk}
    keys |= {"OTHER": other.pk, "GROUP": Group.objects.get(name="Authors").pk}
    client = Client()
    if role != "visitor":
        client.force_login(root if role == "superuser" else create_user("somebody", role))
    rows = [row for row in ROWS if row[-1] != row[-2]] if role == "superuser" else ROWS
    expected = [(method, address, statuses[ROLES.index(role)]) for method, address, *statuses in rows]
    assert list_statuses(client, rows, keys) == expected


def test_no_list_is_filtered_by_what_is_none_of_its_filters(rf: Any) -> None:
    """A regular expression in the address can occupy the database for good."""
    request, seen = rf.get("/"), 0
    for model, model_admin in admin.site._registry.items():
        for field in model._meta.get_fields():
            for end in ("regex", "iregex", "icontains", "exact__regex", "id__regex"):
                seen += 1
                assert not model_admin.lookup_allowed(f"{field.name}__{end}", "x", request), (model, field, end)
    assert seen > 500


@pytest.mark.django_db
def test_address_with_another_filter_leads_to_the_list() -> None:
    response = sign_in(create_user("ada", "Authors").username).get("/admin/meetings/meeting/?lead__regex=(")
    assert (response.status_code, response.headers["Location"]) == (302, "/admin/meetings/meeting/?e=1")


class TestAdministratorWithoutSuperuserStatus:
    def test_cannot_make_superusers_or_grant_permissions(self, administrator: Client) -> None:
        permission = Permission.objects.get(codename="delete_permission")
        for user in (User.objects.get(username="administrator"), User.objects.create_user("other")):
            save_form(administrator, get_change_url(user), is_superuser="on", user_permissions=[str(permission.pk)])
            user.refresh_from_db()
            assert not user.is_superuser
            assert not user.user_permissions.exists()

    def test_can_assign_roles(self, administrator: Client) -> None:
        group = Group.objects.get(name="Publishers")
        new = {"username": "petra", "is_staff": "on", "memberships-0-role": str(group.pk)}
        save_form(administrator, "/admin/meetings/user/add/", **new)
        assert has_right(User.objects.get(username="petra"), Right.PUBLISH)
        page = administrator.get("/admin/meetings/user/", {"memberships__role__id__exact": group.pk})
        assert [user.username for user in page.context["cl"].result_list] == ["petra"]
        assert "Publishers: all configurations" in page.content.decode()

    def test_cannot_change_the_permissions_of_roles(self, administrator: Client) -> None:
        group = Group.objects.get(name="Authors")
        before = set(group.permissions.all())
        all_permissions = [str(pk) for pk in Permission.objects.values_list("pk", flat=True)]
        save_form(administrator, get_change_url(group), name="Writers", permissions=all_permissions)
        group.refresh_from_db()
        assert (group.name, set(group.permissions.all())) == ("Writers", before)

    def test_cannot_take_over_a_superuser_account(self, administrator: Client) -> None:
        root = User.objects.create_superuser("root", password="kept")
        passwords = {"password1": "a long word of mine", "password2": "a long word of mine"}
        assert administrator.post(f"/admin/meetings/user/{root.pk}/password/", passwords).status_code == 403
        action = {"action": "delete_selected", "_selected_action": [str(root.pk)], "post": "yes"}
        administrator.post("/admin/meetings/user/", action)
        root.refresh_from_db()
        assert root.check_password("kept")


def test_invalid_time_zone_is_refused(administrator: Client) -> None:
    user = User.objects.get(username="administrator")
    assert (
        "Enter a name such as Europe/Athens"
        in get_form_errors(administrator, get_change_url(user), time_zone="athens")["time_zone"]
    )
    assert '<option value="Europe/Athens">' in administrator.get(get_change_url(user)).content.decode()


def test_translator_sees_a_read_only_meeting(site: None) -> None:
    meeting = make_meeting()
    create_user("ines", "Translators")
    page = sign_in("ines").get(get_change_url(meeting))
    assert "Ministers will discuss" in page.content.decode()
    assert "_save" not in page.content.decode()


def list_warnings(response: Any) -> list[str]:
    return [str(message) for message in take_messages(response) if message.level_tag == "warning"]


class TestUnusableAccount:
    cannot_sign_in = "“petra” cannot sign in yet. Tick “May sign in” as well."
    sees_nothing = "“petra” can sign in but will not see anything. Give them a role as well."

    @pytest.mark.parametrize(
        ("ticked", "expected"),
        [
            ({"role"}, cannot_sign_in),
            ({"is_staff"}, sees_nothing),
            ({"is_staff", "role"}, None),
            (set(), None),
        ],
    )
    def test_warning_when_added_and_when_changed(
        self, administrator: Client, ticked: set[str], expected: str | None
    ) -> None:
        address, role = "/admin/meetings/user/add/", str(Group.objects.get(name="Authors").pk)
        chosen = {"is_staff": "on" if "is_staff" in ticked else "", "memberships-0-role": role * ("role" in ticked)}
        new = {"username": "petra"} | chosen
        assert list_warnings(post_form(administrator, address, **new)) == ([expected] if expected else [])
        changed = post_form(administrator, get_change_url(User.objects.get(username="petra")))
        assert list_warnings(changed) == ([expected] if expected else [])

    def test_no_warning_for_superusers_and_inactive_accounts(self, site: None) -> None:
        client = Client()
        client.force_login(User.objects.create_superuser("root"))
        for name, superuser in (("second", "on"), ("gone", "")):
            user = User.objects.create_user(name, is_active=bool(superuser))
            response = post_form(client, get_change_url(user), is_superuser=superuser, is_staff="on")
            assert response.status_code == 302
            assert list_warnings(response) == []

    def test_list_shows_who_can_sign_in(self, administrator: Client) -> None:
        page = administrator.get("/admin/meetings/user/").content.decode()
        assert "column-is_staff" in page

    def test_unused_language_field_is_not_shown(self, administrator: Client) -> None:
        own = User.objects.get(username="administrator")
        assert "language" not in read_form_data(administrator, get_change_url(own))


def test_shared_rows_are_read_only_for_administrators_of_one_configuration(site: None) -> None:
    create_user("jane", "Administrators", of="jha")
    client = sign_in("jane")
    presidency = Presidency.objects.get(year=2017, half=2)
    address = f"/admin/meetings/presidency/{presidency.pk}/change/"
    assert client.post(address, {"year": "2017", "half": "2", "country": "FR"}).status_code == 403
    assert Presidency.objects.get(pk=presidency.pk).country == "EE"
    assert "This applies to all configurations. Only administrators of all" in client.get(address).content.decode()
    for kind in ("configuration", "presidency"):
        assert client.get(f"/admin/meetings/{kind}/add/").status_code == 403
