"""The audit log: entries are only ever added, read by those with the right, and exported as lines of JSON."""

import json
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from meetings.access.audit import Actor, record_act
from meetings.admin import audit
from meetings.models import Act, AuditEntry, Configuration, Presidency, User
from tests.admin_forms import create_client_with_role, create_user_with_role, get_change_url, save_form
from tests.factories import COMMAND
from tests.worlds import share_world

pytestmark = pytest.mark.usefixtures("users", "clock")
AUDIT_LOG = "/admin/meetings/auditentry/"
PASSWORD = "a long word of mine"


@share_world
def users(clock: Any) -> None:
    """Create an administrator, and an author with a password."""
    create_user_with_role("Administrators")
    create_user_with_role("Authors", "anna")
    anna = User.objects.get(username="anna")
    anna.set_password(PASSWORD)
    anna.save()


@pytest.fixture
def auditor() -> Client:
    client = Client()
    client.force_login(User.objects.get(username="administrator"))
    return client


class TestAppendOnly:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE meetings_auditentry SET actor = 'somebody else'",
            "DELETE FROM meetings_auditentry",
            "INSERT INTO meetings_auditentry SELECT * FROM meetings_auditentry",
        ],
    )
    def test_entries_cannot_be_changed_or_deleted(self, clock: Any, statement: str) -> None:
        record_act(COMMAND, Act.SAVED)
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert AuditEntry.objects.get().actor == "a test"


@pytest.mark.once
def test_whoever_has_no_name_is_recorded(clock: Any) -> None:
    assert record_act(Actor(), Act.SIGN_IN_REFUSED).actor == "?"


def test_details_without_a_value_are_left_out(clock: Any) -> None:
    entry = record_act(COMMAND, Act.SAVED, title="JHA", remark="", number=None, languages=[], changes={}, places=0)
    assert entry.details == {"title": "JHA", "places": 0}


class TestAuditLogPages:
    @pytest.mark.parametrize("role", ["Authors", "Translators", "Duty"])
    def test_other_roles_cannot_read_the_log(self, clock: Any, role: str) -> None:
        client = create_client_with_role(role, "other")
        assert client.get(AUDIT_LOG).status_code == 403
        assert client.get(f"{AUDIT_LOG}export/").status_code == 403

    def test_list_and_entry_are_shown(self, auditor: Client) -> None:
        entry = record_act(COMMAND, Act.WITHDRAWN, title="JHA", reason="Sent too early.", address="meetings/jha/")
        page = auditor.get(AUDIT_LOG).content.decode()
        assert "withdrawn" in page
        assert "JHA – Sent too early." in page
        assert auditor.get(f"{AUDIT_LOG}{entry.pk}/change/").status_code == 200

    def test_entries_cannot_be_changed_in_the_admin(self, auditor: Client) -> None:
        entry = record_act(COMMAND, Act.WITHDRAWN)
        assert auditor.post(f"{AUDIT_LOG}{entry.pk}/change/", {"actor": "x"}).status_code == 403
        assert auditor.post(f"{AUDIT_LOG}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
        assert auditor.get(f"{AUDIT_LOG}add/").status_code == 403

    def test_export_applies_the_filters_of_the_list(self, auditor: Client) -> None:
        record_act(COMMAND, Act.WITHDRAWN, title="Δικαιοσύνη")
        record_act(COMMAND, Act.SAVED)
        response: Any = auditor.get(f"{AUDIT_LOG}export/?act=withdrawn")
        [line] = b"".join(response.streaming_content).decode().splitlines()
        assert json.loads(line)["details"] == {"title": "Δικαιοσύνη"}
        assert "no-store" in response["Cache-Control"]

    def test_longer_export_is_refused(self, auditor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        """The front server cut the file off, and the answer had been a success."""
        monkeypatch.setattr(audit, "MAX_EXPORTED", 1)
        for name in ("x", "y"):
            record_act(Actor(name=name), Act.WITHDRAWN)
        answer: Any = auditor.get(f"{AUDIT_LOG}export/?act=withdrawn", follow=True)
        assert answer.redirect_chain[0][0] == f"{AUDIT_LOG}?act=withdrawn"
        assert "these are more than 1 entries. Choose a shorter time here." in answer.content.decode()

    @pytest.mark.parametrize("asked", ["nonsense=1", "at__year=2060&at__month=2&at__day=30", "at__year=9999"])
    def test_invalid_filters_lead_back_to_the_list(self, auditor: Client, asked: str) -> None:
        assert auditor.get(f"{AUDIT_LOG}?{asked}")["Location"] == f"{AUDIT_LOG}?e=1"
        answer = auditor.get(f"{AUDIT_LOG}export/?{asked}", follow=True)
        assert answer.redirect_chain == [(AUDIT_LOG, 302)]
        assert "Nothing was exported" in answer.content.decode()

    def test_number_of_queries_does_not_grow(self, auditor: Client, django_assert_num_queries: Any) -> None:
        record_act(COMMAND, Act.SAVED)
        auditor.get(AUDIT_LOG)
        with django_assert_num_queries(8):  # one is the alarms, on every page
            auditor.get(AUDIT_LOG)
        for _n in range(20):
            record_act(COMMAND, Act.SAVED)
        with django_assert_num_queries(8):  # one is the alarms, on every page
            auditor.get(AUDIT_LOG)


class TestSigningIn:
    @pytest.fixture
    def anna(self) -> User:
        return User.objects.get(username="anna")

    def sign_in(self, password: str) -> None:
        Client().post("/admin/login/", {"username": "anna", "password": password}, REMOTE_ADDR="192.0.2.7")

    def test_refused_sign_in_is_recorded(self, anna: User) -> None:
        self.sign_in("a wrong word")
        entry = AuditEntry.objects.get()
        assert (entry.act, entry.actor, entry.actor_id, entry.remote) == ("sign_in_refused", "anna", None, "192.0.2.7")

    @pytest.mark.parametrize("sent", [{"username": "anna", "password": ""}, {"username": "anna"}])
    def test_sign_in_with_empty_password_is_recorded(self, anna: User, sent: dict[str, str]) -> None:
        Client().post("/admin/login/", sent)
        entry = AuditEntry.objects.get()
        assert (entry.act, entry.actor, entry.actor_id) == ("sign_in_refused", "anna", None)

    def test_changing_ones_own_password_is_recorded(self, anna: User) -> None:
        client = Client()
        client.force_login(anna)
        new = {"new_password1": "another word of mine", "new_password2": "another word of mine"}
        client.post("/admin/password_change/", new | {"old_password": "a wrong word"})
        assert AuditEntry.objects.get().act == "sign_in_refused"
        answer = client.post("/admin/password_change/", new | {"old_password": PASSWORD})
        assert answer["Location"] == "/admin/your-sign-in/"
        entry = AuditEntry.objects.latest("pk")
        assert (entry.act, entry.actor_id) == ("password_set", anna.pk)
        assert entry.details == {"account": "anna", "account_id": anna.pk}
        assert client.get("/admin/").status_code == 200  # still signed in

    def test_changing_a_password_requires_signing_in(self, anna: User) -> None:
        assert "/admin/login/" in Client().get("/admin/password_change/")["Location"]

    def test_sign_in_is_recorded(self, anna: User) -> None:
        self.sign_in(PASSWORD)
        entry = AuditEntry.objects.get()
        assert (entry.act, entry.actor, entry.actor_id, entry.remote) == ("signed_in", "anna", anna.pk, "192.0.2.7")


def get_configuration_key(slug: str) -> str:
    return str(Configuration.objects.get(slug=slug).pk)


class TestReferenceDataLog:
    """Changes of reference data, which all later documents contain."""

    def test_changed_values_are_recorded(self, auditor: Client) -> None:
        jha, presidency = Configuration.objects.get(slug="jha"), Presidency.objects.get(year=2030, half=2)
        save_form(auditor, get_change_url(jha), valid_until="2061-01-01", position="7")
        save_form(auditor, get_change_url(jha))
        save_form(auditor, get_change_url(presidency), country="SE")
        entries = [(entry.actor, entry.act, entry.details) for entry in AuditEntry.objects.order_by("pk")]
        configuration = {"kind": "configuration", "key": str(jha.pk), "title": "JHA – Justice and Home Affairs"}
        words = ["Last day in force: – → 1 January 2061", "Protocol order: 3 → 7"]
        waiting = {"valid_until": [None, "2061-01-01"], "position": [3, 7]}
        assert entries == [
            (
                "administrator",
                "reference_changed",
                configuration | {"changed": words, "words": words, "values": waiting},
            ),
            (
                "administrator",
                "reference_changed",
                {"kind": "presidency", "key": str(presidency.pk), "title": "Sweden 2030/2"}
                | {key: ["Country: Malta (MT) → Sweden (SE)"] for key in ("changed", "words")},
            ),
        ]
        page = auditor.get(AUDIT_LOG).content.decode()
        assert "JHA – Justice and Home Affairs – Last day in force: – → 1 January 2061, Protocol order: 3 → 7" in page

    def test_additions_and_deletions_are_recorded(self, auditor: Client) -> None:
        new = {"code": "XYZ", "slug": "xyz", "name": "Novelties", "valid_from": "2060-01-01"}
        save_form(auditor, "/admin/meetings/configuration/add/", **new)
        Configuration.objects.create(**new)  # as when a colleague confirms it
        auditor.post(f"/admin/meetings/configuration/{get_configuration_key('xyz')}/delete/", {"post": "yes"})
        chosen = Presidency.objects.filter(year=2030).values_list("pk", flat=True)
        listed = {"action": "delete_selected", "_selected_action": [*map(str, chosen)], "post": "yes"}
        auditor.post("/admin/meetings/presidency/", listed)
        found = [entry.details for entry in AuditEntry.objects.filter(act="reference_changed").order_by("pk")]
        changes = [(details["title"], *(details.keys() & {"new", "deleted"})) for details in found]
        body = "XYZ – Novelties"
        assert changes[:2] == [(body, "new"), (body, "deleted")]
        assert {change[1:] for change in changes[2:]} == {("deleted",)}
        assert len(changes) == 4


def test_command_actor_names_the_account() -> None:
    assert Actor.for_command("withdraw").name.startswith("manage.py withdraw (")
