"""Whoever reads the database finds nothing there that signs them in."""

import zlib
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.core.signing import b64_decode
from django.db import connection
from django.test import Client

from meetings.models import User, UserSession
from meetings.sign_in.password_links import build_password_path
from tests.meetings.sign_in.conftest import PASSWORD

SessionStore: Any = import_module(settings.SESSION_ENGINE).SessionStore


@pytest.fixture
def client(anna: User) -> Client:
    client = Client()
    client.post("/admin/login/", {"username": "anna", "password": PASSWORD})
    return client


def get_cookie(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def is_signed_in(cookie: Any) -> bool:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    return client.get("/admin/your-sign-in/").status_code == 200


def read_database() -> str:
    """Return all values of all tables."""
    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += cursor.fetchall()
    return repr(rows)


def read_contents() -> list[dict[str, Any]]:
    """Return the contents of all sessions, as the site reads them."""
    return [SessionStore().decode(row.session_data) for row in Session.objects.all()]


def read_signed_text(text: str) -> bytes:
    """Return what anybody reads in a text that is only signed."""
    content = b64_decode(text.partition(":")[0].removeprefix(".").encode())
    return zlib.decompress(content) if text.startswith(".") else content


class TestKeys:
    def test_cookie_is_nowhere_in_the_database(self, client: Client) -> None:
        assert is_signed_in(get_cookie(client))
        assert get_cookie(client) not in read_database()

    def test_key_from_the_database_signs_nobody_in(self, client: Client) -> None:
        for key in (Session.objects.get().session_key, UserSession.objects.get().session_key):
            assert not is_signed_in(key)

    def test_signing_out_deletes_the_session(self, client: Client) -> None:
        cookie = get_cookie(client)
        client.post("/admin/logout/")
        assert not is_signed_in(cookie)
        assert not UserSession.objects.exists()
        assert not any("_auth_user_id" in contents for contents in read_contents())

    def test_new_key_replaces_the_old_one(self, client: Client) -> None:
        session = client.session
        session.cycle_key()
        assert not is_signed_in(get_cookie(client))
        assert is_signed_in(session.session_key)
        assert Session.objects.count() == 1

    def test_key_that_somebody_made_up_is_not_taken_over(self, client: Client) -> None:
        session = SessionStore("a-key-that-somebody-made-up")
        assert session.get("anything") is None
        assert session.session_key is None

    def test_asynchronous_calls_are_those_of_the_methods_above(self) -> None:
        """Django's database store has queries of its own there, with the key that the browser sends."""
        calls = [name for name in vars(db.SessionStore) if name.startswith("a") and name in vars(SessionBase)]
        assert len(calls) == 6
        assert [name for name in calls if getattr(SessionStore, name) is not getattr(SessionBase, name)] == [
            "aclear_expired"
        ]


class TestContents:
    def test_contents_cannot_be_read(self, client: Client) -> None:
        assert b"_auth_user" not in read_signed_text(Session.objects.get().session_data)

    def test_link_that_was_opened_cannot_be_read(self, anna: User) -> None:
        """Whoever read its token could set the password before the person did."""
        path = build_password_path(anna)
        token = path.split("/")[-2]
        assert Client().get(path, follow=True).status_code == 200
        assert token in str(read_contents())
        assert token.encode() not in read_signed_text(Session.objects.get().session_data)


class TestUpgrade:
    def test_sessions_of_before_have_ended(self, client: Client) -> None:
        migration = import_module("meetings.migrations.0049_end_sessions")
        migration.end_sessions(apps, connection.SchemaEditorClass(connection))
        assert not is_signed_in(get_cookie(client))
        assert not UserSession.objects.exists()
        assert not Session.objects.exists()
