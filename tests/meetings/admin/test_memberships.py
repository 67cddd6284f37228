"""Roles in the admin: limits of administrators, error messages, and who has which role."""

from collections.abc import Callable
from io import StringIO
from typing import Any
from unittest.mock import Mock

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from meetings.documents.choices import Language
from meetings.models import Act, AuditEntry, Configuration, SecondFactor, User
from tests.admin_forms import (
    create_user,
    get_change_url,
    get_form_errors,
    give_role,
    post_form,
    post_invalid_form,
    read_form_data,
    read_messages,
    save_form,
    sign_in,
    skip_rendering,
)

pytestmark = pytest.mark.once

USERS = "/admin/meetings/user/"
ROLES = "/admin/auth/group/"


@pytest.fixture
def of_jha(site: None) -> Client:
    """Administers JHA, and nothing else."""
    create_user("jane", "Administrators", of="jha")
    return sign_in("jane")


def create_account(name: str = "petra") -> User:
    return User.objects.create_user(name, is_staff=True)


def build_row_data(role: str, place: str = "", language: str = "", number: int = 0) -> dict[str, str]:
    """Return the data of a row of the form, added to `number` existing ones."""
    values = {"role": str(Group.objects.get(name=role).pk), "language": language}
    values["configuration"] = str(Configuration.objects.get(slug=place).pk) if place else ""
    filled_in = {f"memberships-{number}-{name}": value for name, value in values.items()}
    return filled_in | {"memberships-TOTAL_FORMS": str(number + 1)}


def roles_of(user: User) -> list[str]:
    return [str(membership) for membership in user.memberships.all()]


class TestRightsThatEndAtThisMoment:
    """A colleague takes or gives a right while a request of the person waits, after its user was read."""

    @pytest.fixture
    def overtake(self, site: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[User, str, bool], None]:
        def overtake(account: User, name: str, value: bool) -> None:
            def change(_request: Any) -> None:
                User.objects.filter(pk=account.pk).update(**{name: value})

            for module in ("base", "users"):
                monkeypatch.setattr(f"meetings.admin.{module}.ask_to_confirm", change)

        return overtake

    @pytest.mark.parametrize(
        ("role", "name"),
        [("", "is_superuser"), ("", "is_active"), ("Administrators", "is_active"), ("Administrators", "is_staff")],
    )
    def test_nobody_keeps_one_that_is_taken(self, overtake: Any, role: str, name: str) -> None:
        """Whoever saved their own account again and again undid it."""
        mark = create_user("mark", role) if role else User.objects.create_superuser("mark")
        client, own = sign_in("mark"), get_change_url(mark)
        fields = read_form_data(client, own) | {name: "on"}
        del fields[f"initial-{name}"]
        overtake(mark, name, False)
        client.post(own, fields)
        mark.refresh_from_db()
        assert not getattr(mark, name)

    @pytest.mark.parametrize(("page", "sent"), [("password", {"remove": "1"}), ("delete", {"post": "yes"})])
    def test_nobody_touches_the_account_of_a_new_superuser(
        self, overtake: Any, page: str, sent: dict[str, str]
    ) -> None:
        create_user("mark", "Administrators")
        petra, client = create_account(), sign_in("mark")
        SecondFactor.objects.create(user=petra, kind=SecondFactor.Kind.APP, name="Phone", created_at=timezone.now())
        overtake(petra, "is_superuser", True)
        assert client.post(f"{USERS}{petra.pk}/{page}/", sent).status_code == 403
        assert SecondFactor.objects.filter(user=petra).exists()

    def test_password_by_command_saves_nothing_else(self, site: None, monkeypatch: pytest.MonkeyPatch) -> None:
        petra = User.objects.create_superuser("petra")

        def type_slowly(prompt: str = "") -> str:
            User.objects.filter(pk=petra.pk).update(is_superuser=False)
            return "a long word of mine"

        monkeypatch.setattr("getpass.getpass", type_slowly)
        call_command("changepassword", "petra", stdout=StringIO())
        petra.refresh_from_db()
        assert petra.check_password("a long word of mine")
        assert not petra.is_superuser


class TestNobodyExtendsOwnRights:
    def test_administrator_cannot_change_own_roles(self, administrator: Client) -> None:
        own = User.objects.get(username="administrator")
        page = administrator.get(get_change_url(own)).content.decode()
        assert "You cannot change your own roles. Ask another administrator." in page
        assert 'name="memberships-0-role"' not in page
        administrator.post(
            get_change_url(own),
            read_form_data(administrator, get_change_url(own)) | build_row_data("Publishers", number=1),
        )
        assert roles_of(own) == ["Administrators: all configurations"]

    def test_only_superusers_appoint_administrators(self, administrator: Client) -> None:
        user = create_account()
        expected = get_form_errors(administrator, get_change_url(user), **build_row_data("Administrators"))
        assert expected == {"memberships-0-role": "Only superusers can assign this role."}
        assert "Administrators" not in str(administrator.get(f"{USERS}add/").context["inline_admin_formsets"][0].forms)

    def test_accounts_of_other_administrators_are_read_only(self, administrator: Client) -> None:
        other = create_account("second")
        give_role(other, "Administrators")
        word = {"password1": "a long word of mine", "password2": "a long word of mine"}
        assert (
            "You cannot change the account of anyone who has a role that you may not assign"
            in administrator.get(get_change_url(other)).content.decode()
        )
        assert administrator.post(get_change_url(other), build_row_data("Authors")).status_code == 403
        assert administrator.post(f"{USERS}{other.pk}/password/", word).status_code == 403
        assert administrator.post(f"{USERS}{other.pk}/delete/", {"post": "yes"}).status_code == 403
        administrator.post(USERS, {"action": "delete_selected", "_selected_action": [other.pk], "post": "yes"})
        other.refresh_from_db()
        assert not other.has_usable_password() or not other.check_password(word["password1"])
        assert roles_of(other) == ["Administrators: all configurations"]

    def test_jha_administrator_assigns_roles_for_jha(self, of_jha: Client) -> None:
        user = create_account()
        address = get_change_url(user)
        expected = get_form_errors(of_jha, address, **build_row_data("Authors"))
        assert expected == {
            "memberships-0-configuration": "Choose a Council configuration. You cannot assign roles for all "
            "configurations."
        }
        expected = get_form_errors(of_jha, address, **build_row_data("Authors", "env"))
        assert expected == {"memberships-0-configuration": "You cannot assign roles for this configuration."}
        save_form(of_jha, address, **build_row_data("Publishers", "jha"))
        assert roles_of(user) == ["Publishers: JHA"]
        save_form(of_jha, address, **{"memberships-0-DELETE": "on"})
        assert roles_of(user) == []

    def test_jha_administrator_changes_only_jha(self, of_jha: Client) -> None:
        own, other = (Configuration.objects.get(slug=slug) for slug in ("jha", "env"))
        assert of_jha.post(get_change_url(own), {}).status_code == 200  # refused for what it lacks
        assert of_jha.post(get_change_url(other), {}).status_code == 403
        assert of_jha.post(get_change_url(other).replace("change", "delete"), {"post": "yes"}).status_code == 403

    def test_roles_are_read_only_for_administrators_of_one_configuration(self, of_jha: Client) -> None:
        role = Group.objects.create(name="Guests")
        assert of_jha.post(get_change_url(role), {"name": "Nobodies"}).status_code == 403
        assert of_jha.post(f"{ROLES}add/", {"name": "Nobodies"}).status_code == 403
        assert of_jha.post(f"{ROLES}{role.pk}/delete/", {"post": "yes"}).status_code == 403
        of_jha.post(ROLES, {"action": "delete_selected", "_selected_action": [role.pk], "post": "yes"})
        assert Group.objects.filter(name="Guests").exists()
        assert (
            "Only administrators of all configurations can change" in of_jha.get(get_change_url(role)).content.decode()
        )

    def test_account_with_wider_roles_is_read_only(self, of_jha: Client) -> None:
        word = {"password1": "a long word of mine", "password2": "a long word of mine"}
        for name, place in (("petra", "env"), ("paul", "jha env"), ("piet", "")):
            user = create_account(name)
            give_role(user, "Authors", of=place)
            assert of_jha.get(get_change_url(user)).status_code == 200
            assert of_jha.post(get_change_url(user), build_row_data("Authors", "jha")).status_code == 403
            assert of_jha.post(f"{USERS}{user.pk}/password/", word).status_code == 403

    def test_superuser_can_assign_every_role_to_anyone(self, site: None) -> None:
        create_user("anna", "Authors")
        root = User.objects.create_superuser("root")
        client = Client()
        client.force_login(root)
        save_form(
            client, get_change_url(User.objects.get(username="anna")), **build_row_data("Administrators", number=1)
        )
        save_form(client, get_change_url(root), **build_row_data("Duty", "jha"))
        assert roles_of(User.objects.get(username="anna")) == [
            "Administrators: all configurations",
            "Authors: all configurations",
        ]
        assert roles_of(root) == ["Duty: JHA"]


class TestErrors:
    @pytest.mark.parametrize("place", ["", "jha"])
    def test_duplicate_role_is_refused(self, administrator: Client, place: str) -> None:
        user = create_account()
        twice = build_row_data("Authors", place) | build_row_data("Authors", place, number=1)
        expected = get_form_errors(administrator, get_change_url(user), **twice)
        assert expected["memberships-1-role"] == "This person already has this role there."
        save_form(administrator, get_change_url(user), **build_row_data("Authors", place))
        expected = get_form_errors(administrator, get_change_url(user), **build_row_data("Authors", place, number=1))
        assert "This person already has this role there." in expected["memberships-1-role"]
        assert len(roles_of(user)) == 1

    def test_language_is_only_for_translators(self, administrator: Client) -> None:
        expected = get_form_errors(
            administrator, get_change_url(create_account()), **build_row_data("Authors", "jha", "fr")
        )
        assert expected == {
            "memberships-0-language": "The role “Authors” does not include translating or revising. "
            "Leave the language blank."
        }

    def test_manipulated_form_is_refused(self, administrator: Client) -> None:
        user = create_account()
        shown = read_form_data(administrator, get_change_url(user))
        for wrong in ("nonsense", "999999", "Ευρώπη", "1" * 400):
            rows = {"role": wrong, "configuration": wrong, "language": wrong}
            data = dict(shown)
            for number, (name, role) in enumerate(zip(rows, ("Authors", "Publishers", "Duty"), strict=True)):
                data |= build_row_data(role, "jha", number=number) | {f"memberships-{number}-{name}": wrong}
            expected = post_invalid_form(administrator, get_change_url(user), data)
            assert {*expected} == {"memberships-0-role", "memberships-1-configuration", "memberships-2-language"}, wrong
        assert roles_of(user) == []

    @pytest.mark.parametrize("wrong", ["999999", "1" * 30, "-" + "9" * 30, "x" * 400])
    def test_unknown_permission(self, site: None, wrong: str) -> None:
        client = Client()
        client.force_login(User.objects.create_superuser("root"))
        page = client.post(f"{ROLES}add/", {"name": "Wrong", "permissions": wrong})
        assert "permissions" in page.context["adminform"].form.errors

    def test_unknown_account(self, administrator: Client) -> None:
        for key in ("nonsense", "999999", "1" * 30):
            assert administrator.post(f"{USERS}{key}/change/", {}).status_code in (302, 404)

    @pytest.mark.parametrize("listed", [USERS, ROLES, "/admin/meetings/presidency/"])
    @pytest.mark.parametrize("marked", ["x", "1" * 30, "", "\0"])
    def test_mark_that_is_no_key(self, site: None, listed: str, marked: str) -> None:
        User.objects.create_superuser("root")
        sent = {"action": "delete_selected", "index": "0", "_selected_action": marked}
        answer = sign_in("root").post(listed, sent)
        assert answer.status_code == 302
        assert "Items must be selected" in read_messages(answer)


class TestRolesOnScreens:
    def test_user_list_shows_roles_and_configurations(self, administrator: Client) -> None:
        user = create_account()
        give_role(user, "Authors", of="jha env")
        give_role(user, "Translators", language="fr")
        page = administrator.get(USERS).content.decode()
        assert "Authors: JHA, ENVI; Translators: all configurations (fr)" in page

    def test_users_can_be_filtered_by_role_and_configuration(self, administrator: Client) -> None:
        give_role(create_account("anna"), "Authors", of="jha")
        give_role(create_account("tina"), "Translators")
        authors = {"memberships__role__id__exact": str(Group.objects.get(name="Authors").pk)}
        for query, names in (
            ({"configuration": "jha"}, ["administrator", "anna", "tina"]),
            ({"configuration": "env"}, ["administrator", "tina"]),
            (authors, ["anna"]),
            (authors | {"configuration": "env"}, []),
        ):
            with skip_rendering():
                response: Any = administrator.get(USERS, query)
            assert [user.username for user in response.context_data["cl"].result_list] == names

    def test_role_shows_its_first_users(self, administrator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        """Five thousand accounts with all roles made these pages four megabytes long, and took 75 MB of memory."""
        role = Group.objects.get(name="Authors")
        anna = create_account("anna")
        give_role(anna, "Authors", of="jha")
        give_role(create_account("bert"), "Authors")
        page = administrator.get(f"{ROLES}{role.pk}/change/").content.decode()
        assert f'<a href="{get_change_url(anna)}">anna</a>: JHA<br>' in page
        assert "bert</a>: all configurations" in page
        assert "anna: JHA; bert: all configurations" in administrator.get(ROLES).content.decode()
        monkeypatch.setattr("meetings.admin.users.MAX_HOLDERS", 1)
        page = administrator.get(f"{ROLES}{role.pk}/change/").content.decode()
        assert f'<a href="{USERS}?memberships__role__id__exact={role.pk}">and 1 more</a>' in page
        assert "bert" not in page
        assert "anna: JHA; and 1 more" in administrator.get(ROLES).content.decode()

    def test_role_in_use_cannot_be_deleted(self, administrator: Client) -> None:
        role = Group.objects.get(name="Authors")
        give_role(create_account("anna"), "Authors", of="jha")
        administrator.post(f"{ROLES}{role.pk}/delete/", {"post": "yes"})
        administrator.post(ROLES, {"action": "delete_selected", "_selected_action": [role.pk], "post": "yes"})
        assert Group.objects.filter(pk=role.pk).exists()

    def test_pages_take_the_same_queries_for_few_and_many(self, administrator: Client) -> None:
        counts, anna = [], create_account("anna")
        for names in (["a"], [f"a{n}" for n in range(4)]):
            for name in names:
                give_role(create_account(name), "Authors", of="jha env")
                give_role(anna, "Translators", language=Language.values[anna.memberships.count()])
            pages = (USERS, ROLES, get_change_url(anna))
            for page in pages:
                administrator.get(page)
            with CaptureQueriesContext(connection) as queries:
                for page in pages:
                    administrator.get(page)
            counts.append(len(queries))
        # session, user and roles of the request, counts, rows with their roles; roles and configurations to filter by
        assert counts[0] == counts[1]

    def test_role_can_be_removed(self, administrator: Client) -> None:
        create_user("anna", "Authors", of="jha")
        anna = sign_in("anna")
        assert anna.get("/admin/meetings/meeting/").status_code == 200
        user = User.objects.get(username="anna")
        post_form(administrator, get_change_url(user), **{"memberships-0-DELETE": "on"})
        assert roles_of(user) == []
        assert anna.get("/admin/meetings/meeting/").status_code == 403


class TestAuditLog:
    def acts(self) -> list[tuple[str, dict[str, Any]]]:
        entries = AuditEntry.objects.filter(act=Act.ROLE_CHANGED).order_by("pk")
        return [(entry.actor, entry.details) for entry in entries]

    def test_assigned_and_removed_roles_are_recorded(self, administrator: Client) -> None:
        user = create_account()
        about = {"account": "petra", "account_id": user.pk}
        save_form(administrator, get_change_url(user), **build_row_data("Authors", "jha"))
        save_form(administrator, get_change_url(user))
        save_form(administrator, get_change_url(user), **build_row_data("Publishers"))
        save_form(administrator, get_change_url(user), **{"memberships-0-DELETE": "on"}, is_active="")
        assert self.acts() == [
            ("administrator", about | {"given": ["Authors: JHA"]}),
            ("administrator", about | {"given": ["Publishers: all configurations"], "taken": ["Authors: JHA"]}),
            ("administrator", about | {"taken": ["Publishers: all configurations"], "is_active": False}),
        ]
        assert AuditEntry.objects.filter(actor_id=User.objects.get(username="administrator").pk).count() == 3
        page = administrator.get("/admin/meetings/auditentry/").content.decode()
        assert "petra – + Publishers: all configurations – − Authors: JHA" in page

    def test_added_and_deleted_accounts_are_recorded(self, administrator: Client) -> None:
        save_form(administrator, f"{USERS}add/", is_staff="on", username="petra", **build_row_data("Duty"))
        user = User.objects.get(username="petra")
        give_role(create_account("anna"), "Authors")
        administrator.post(f"{USERS}{user.pk}/delete/", {"post": "yes"})
        chosen = {"action": "delete_selected", "_selected_action": [User.objects.get(username="anna").pk]}
        administrator.post(USERS, chosen | {"post": "yes"})
        assert [details | {"account_id": 0} for _actor, details in self.acts()] == [
            {"account": "petra", "account_id": 0, "given": ["Duty: all configurations"], "is_staff": True},
            {"account": "petra", "account_id": 0, "taken": ["Duty: all configurations"], "deleted": True},
            {"account": "anna", "account_id": 0, "taken": ["Authors: all configurations"], "deleted": True},
        ]

    def accounts(self) -> list[tuple[str, str, dict[str, Any]]]:
        entries = AuditEntry.objects.exclude(act=Act.ROLE_CHANGED).order_by("pk")
        return [(entry.actor, entry.act, entry.details) for entry in entries]

    def test_links_to_set_a_password_are_recorded(self, administrator: Client) -> None:
        user = create_account()
        address, about = f"{USERS}{user.pk}/password/", {"account": "petra", "account_id": user.pk}
        administrator.get(address)
        word = {"password1": "a long word of mine", "password2": "a long word of mine"}
        administrator.post(address, word)  # nobody sets the password of another
        assert self.accounts() == []
        administrator.post(address, {"link": "1"})
        assert self.accounts() == [("administrator", "password_linked", about)]
        assert User.objects.get(pk=user.pk).password == user.password
        assert administrator.post(f"{USERS}nonsense/password/", word).status_code == 404

    def test_renamed_accounts_are_recorded(self, administrator: Client) -> None:
        post_form(administrator, f"{USERS}add/", username="petra")
        user = User.objects.get(username="petra")
        save_form(administrator, get_change_url(user), username="petra2", email="petra@example.eu")
        save_form(administrator, get_change_url(user))
        about = {"account_id": user.pk}
        assert self.accounts() == [
            ("administrator", "account_changed", about | {"account": "petra", "new": True}),
            (
                "administrator",
                "account_changed",
                about | {"account": "petra2", "was": "petra", "changed": ["username", "email"]},
            ),
        ]
        page = administrator.get("/admin/meetings/auditentry/").content.decode()
        assert "petra2 – formerly “petra” – username, email" in page

    def test_account_added_by_command_is_recorded(self, site: None) -> None:
        AuditEntry.objects.all().delete()
        call_command("createsuperuser", interactive=False, username="root", email="", verbosity=0)
        root = User.objects.get(username="root")
        about = {"account": "root", "account_id": root.pk}
        entries = AuditEntry.objects.order_by("pk")
        assert all(entry.actor.startswith("manage.py createsuperuser (") for entry in entries)
        assert [(entry.act, entry.details) for entry in entries] == [
            ("account_changed", about | {"new": True}),
            ("role_changed", about | {"is_staff": True, "is_superuser": True}),
        ]
        root.save()
        assert entries.count() == 2

    def test_password_set_by_command_is_recorded(self, site: None, monkeypatch: pytest.MonkeyPatch) -> None:
        petra = create_account()
        monkeypatch.setattr("getpass.getpass", lambda prompt="": "a long word of mine")
        call_command("changepassword", "petra", stdout=StringIO())
        entry = AuditEntry.objects.get()
        assert entry.actor.startswith("manage.py changepassword (")
        assert (entry.act, entry.details) == ("password_set", {"account": "petra", "account_id": petra.pk})
        petra.refresh_from_db()
        assert petra.check_password("a long word of mine")

    def test_account_is_not_saved_if_it_cannot_be_recorded(self, site: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(AuditEntry, "save", Mock(side_effect=DatabaseError))
        with pytest.raises(DatabaseError):
            call_command("createsuperuser", interactive=False, username="root", email="", verbosity=0)
        assert not User.objects.filter(username="root").exists()

    def test_permissions_of_roles_are_recorded(self, site: None) -> None:
        client, role = Client(), Group.objects.get(name="Duty")
        client.force_login(User.objects.create_superuser("root"))
        duty_permissions = [*role.permissions.exclude(codename="duty_note").values_list("pk", flat=True)]
        travel = Permission.objects.get(codename="travel_site").pk
        save_form(
            client, get_change_url(role), name="Press day", permissions=[str(pk) for pk in [*duty_permissions, travel]]
        )
        save_form(client, get_change_url(role))
        save_form(client, f"{ROLES}add/", name="Guests")
        client.post(f"{ROLES}{role.pk}/delete/", {"post": "yes"})
        guests = Group.objects.get(name="Guests").pk
        client.post(ROLES, {"action": "delete_selected", "_selected_action": [guests], "post": "yes"})
        assert self.acts() == [
            (
                "root",
                {
                    "role": "Press day",
                    "was": "Duty",
                    "added": ["meetings.travel_site"],
                    "removed": ["meetings.duty_note"],
                },
            ),
            ("root", {"role": "Guests", "new": True}),
            ("root", {"role": "Press day", "deleted": True}),
            ("root", {"role": "Guests", "deleted": True}),
        ]

    def test_refused_changes_are_not_recorded(self, administrator: Client) -> None:
        get_form_errors(administrator, get_change_url(create_account()), **build_row_data("Administrators"))
        assert self.acts() == []


def test_losing_the_last_role_gives_a_warning(administrator: Client) -> None:
    user = create_account()
    give_role(user, "Authors")
    data = read_form_data(administrator, get_change_url(user)) | {"memberships-0-DELETE": "on"}
    expected = "“petra” can sign in but will not see anything. Give them a role as well."
    assert expected in read_messages(administrator.post(get_change_url(user), data))


class TestTwoAdministrators:
    """One has the page of an account open while the other saves it."""

    @pytest.fixture
    def pages(self, site: None) -> tuple[str, Client, Client, dict[str, Any]]:
        """The address, the clients of Alice and Bob, and what Alice's page sends, since before Bob saves."""
        for name in ("alice", "bob"):
            create_user(name, "Administrators")
        account = create_user("mallory", "Publishers", of="jha")
        alice, bob = sign_in("alice"), sign_in("bob")
        address = get_change_url(account)
        return address, alice, bob, read_form_data(alice, address)

    def test_what_one_took_away_is_not_given_back(self, pages: Any) -> None:
        address, alice, bob, opened = pages
        changed = read_form_data(bob, address) | {"memberships-0-role": str(Group.objects.get(name="Authors").pk)}
        changed.pop("is_active")
        assert bob.post(address, changed).status_code == 302
        assert alice.post(address, opened | {"email": "mallory@example.eu"}).status_code == 302
        account = User.objects.get(username="mallory")
        assert (account.is_active, account.email) == (False, "mallory@example.eu")
        assert [membership.role.name for membership in account.memberships.all()] == ["Authors"]

    def test_role_that_both_change_is_refused(self, pages: Any) -> None:
        """Else, the account would have the role that one chose for the configuration that the other chose."""
        address, alice, bob, opened = pages
        changed = read_form_data(bob, address) | {"memberships-0-role": str(Group.objects.get(name="Authors").pk)}
        assert bob.post(address, changed).status_code == 302
        everywhere = opened | {"memberships-0-configuration": ""}
        assert "Somebody has changed this" in alice.post(address, everywhere).content.decode()
        membership = User.objects.get(username="mallory").memberships.get()
        assert (membership.role.name, membership.configuration) == ("Authors", Configuration.objects.get(slug="jha"))
        assert bob.post(address, changed).status_code == 302  # the same again

    def test_page_from_before_the_upgrade_works(self, pages: Any) -> None:
        address, alice, _bob, opened = pages
        old = {name: value for name, value in opened.items() if not name.startswith("initial-") and name != "is_active"}
        assert alice.post(address, old).status_code == 302
        assert not User.objects.get(username="mallory").is_active
