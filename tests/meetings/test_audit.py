"""The audit log: only ever added to, read by those with the right, taken away as lines of JSON."""

import json
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client, RequestFactory

from meetings.audit import Actor, record, remote_address
from meetings.models import Act, AuditEntry, User
from tests.agenda.filling import member_of
from tests.cast import COMMAND

pytestmark = pytest.mark.django_db
LOG = "/admin/meetings/auditentry/"


class TestOnlyEverAddedTo:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE meetings_auditentry SET actor = 'somebody else'",
            "DELETE FROM meetings_auditentry",
            "INSERT INTO meetings_auditentry SELECT * FROM meetings_auditentry",
        ],
    )
    def test_not_even_by_hand(self, clock: Any, statement: str) -> None:
        record(COMMAND, Act.SAVED)
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert AuditEntry.objects.get().actor == "a test"


class TestReading:
    @pytest.mark.parametrize("role", ["Authors", "Translators", "Duty"])
    def test_not_for_everybody(self, clock: Any, role: str) -> None:
        client = member_of(role)
        assert client.get(LOG).status_code == 403
        assert client.get(f"{LOG}export/").status_code == 403

    @pytest.fixture
    def auditor(self, clock: Any) -> Client:
        return member_of("Administrators")

    def test_the_list_and_one_entry(self, auditor: Client) -> None:
        entry = record(COMMAND, Act.WITHDRAWN, title="JHA", reason="Sent too early.", address="meetings/jha/")
        page = auditor.get(LOG).content.decode()
        assert "withdrawn" in page
        assert "JHA – Sent too early." in page
        assert auditor.get(f"{LOG}{entry.pk}/change/").status_code == 200

    def test_nobody_changes_it_here(self, auditor: Client) -> None:
        entry = record(COMMAND, Act.WITHDRAWN)
        assert auditor.post(f"{LOG}{entry.pk}/change/", {"actor": "x"}).status_code == 403
        assert auditor.post(f"{LOG}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
        assert auditor.get(f"{LOG}add/").status_code == 403

    def test_export_takes_what_the_list_shows(self, auditor: Client) -> None:
        record(COMMAND, Act.WITHDRAWN, title="Δικαιοσύνη")
        record(COMMAND, Act.SAVED)
        response: Any = auditor.get(f"{LOG}export/?act=withdrawn")
        [line] = b"".join(response.streaming_content).decode().splitlines()
        assert json.loads(line)["details"] == {"title": "Δικαιοσύνη"}
        assert "no-store" in response["Cache-Control"]

    def test_the_same_queries_for_few_and_for_many(self, auditor: Client, django_assert_num_queries: Any) -> None:
        record(COMMAND, Act.SAVED)
        auditor.get(LOG)
        with django_assert_num_queries(7):
            auditor.get(LOG)
        for _n in range(60):
            record(COMMAND, Act.SAVED)
        with django_assert_num_queries(7):
            auditor.get(LOG)


class TestSigningIn:
    @pytest.fixture
    def anna(self, clock: Any) -> User:
        member_of("Authors", "anna")
        user = User.objects.get(username="anna")
        user.set_password("a long word of mine")
        user.save()
        return user

    def sign_in(self, password: str) -> None:
        Client().post("/admin/login/", {"username": "anna", "password": password}, REMOTE_ADDR="192.0.2.7")

    def test_refused(self, anna: User) -> None:
        self.sign_in("a wrong word")
        entry = AuditEntry.objects.get()
        assert (entry.act, entry.actor, entry.actor_id, entry.remote) == ("sign_in_refused", "anna", None, "192.0.2.7")

    def test_done(self, anna: User) -> None:
        self.sign_in("a long word of mine")
        entry = AuditEntry.objects.get()
        assert (entry.act, entry.actor, entry.actor_id, entry.remote) == ("signed_in", "anna", anna.pk, "192.0.2.7")


def test_where_somebody_comes_from(settings: Any) -> None:
    """The header counts only behind a front server, which overwrites it; else anybody could write anything."""
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "198.51.100.1, 192.0.2.7"})
    assert remote_address(request) == "127.0.0.1"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert remote_address(request) == "192.0.2.7"


def test_a_command_has_the_name_of_who_runs_it() -> None:
    assert Actor.command("withdraw").name.startswith("manage.py withdraw (")
