"""Test health checks, headers of pages and error pages."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from council.views import health
from council.views.health import get_latest_migrations
from tests.public_requests import Visitor


@pytest.mark.django_db
class TestHealth:
    def test_alive_answers(self, visitor: Visitor) -> None:
        assert visitor.get("/healthz").status_code == 200
        assert visitor.statements == []

    def test_ready_takes_one_query(self, visitor: Visitor) -> None:
        assert visitor.get("/readyz").status_code == 200
        assert len(visitor.statements) == 1

    def test_not_ready_without_a_database(self) -> None:
        def fail(*args: object) -> None:
            raise OperationalError("secret detail of the database")

        with connection.execute_wrapper(fail):
            response = Client().get("/readyz")
        assert response.status_code == 503
        assert b"secret" not in response.content

    def test_not_ready_without_the_newest_migration(self, visitor: Visitor) -> None:
        recorder = MigrationRecorder(connection)
        app, name = next(leaf for leaf in get_latest_migrations() if leaf[0] == "meetings")
        recorder.record_unapplied(app, name)
        response = visitor.get("/readyz")
        assert (response.status_code, response.content) == (503, b"some migrations are missing in the database\n")
        recorder.record_applied(app, name)
        recorder.record_applied(app, "9999_of_the_next_version")
        assert visitor.get("/readyz").status_code == 200

    def test_health_is_read_only(self, visitor: Visitor) -> None:
        assert visitor.post("/readyz").status_code == 405

    @pytest.mark.parametrize("path", ["/healthz", "/readyz"])
    @pytest.mark.parametrize("host", ["10.1.2.3:8000", "evil.example", "a b", ""])
    def test_probe_needs_neither_host_name_nor_tls(self, visitor: Visitor, settings: Any, host: str, path: str) -> None:
        settings.ALLOWED_HOSTS = ["agenda.example.eu"]
        settings.SECURE_SSL_REDIRECT = True
        response = visitor.get(path, headers={"host": host})
        assert response.status_code == 200

    @pytest.mark.parametrize("path", ["/", "/en/", "/api/v1/", "/admin/login/", "/healthz/", "/readyzz", "//readyz"])
    def test_other_addresses_need_host_name_and_tls(self, visitor: Visitor, settings: Any, path: str) -> None:
        settings.ALLOWED_HOSTS = ["agenda.example.eu"]
        settings.SECURE_SSL_REDIRECT = True
        assert visitor.get(path, headers={"host": "evil.example"}).status_code == 400
        answer = visitor.get(path, headers={"host": "agenda.example.eu"})
        assert (answer.status_code, answer["Location"][:25]) == (301, "https://agenda.example.eu")


@pytest.mark.django_db
class TestPages:
    def test_root_redirects_to_a_language(self, visitor: Visitor) -> None:
        response = visitor.get("/")
        assert (response.status_code, response["Location"]) == (302, "/en/")

    def test_pages_set_no_cookie_and_a_strict_policy(self, visitor: Visitor) -> None:
        response = visitor.get("/en/")
        assert not response.cookies
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response["Cache-Control"] == "no-cache"
        assert response["X-Content-Type-Options"] == "nosniff"

    def test_unknown_address_is_a_page(self, visitor: Visitor) -> None:
        response = visitor.get("/en/nothing/here/")
        assert response.status_code == 404
        assert b"<h1" in response.content

    def test_server_error_shows_no_details(self, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*args: object) -> None:
            raise RuntimeError("secret detail of the code")

        monkeypatch.setattr(health, "get_latest_migrations", fail)
        visitor.raise_request_exception = False
        response = visitor.get("/readyz")
        assert response.status_code == 500
        assert b"secret" not in response.content

    def test_null_character_does_not_reach_admin_filters(self, admin_client: Client) -> None:
        response = admin_client.get("/admin/meetings/meeting/?status__exact=%00")
        assert response.status_code == 400
        assert b"We could not understand" in response.content
