"""What holds for every answer of the site, and what its errors say."""

import pytest
from django.db import OperationalError, connection
from django.test import Client

from meetings.models import Edition
from tests.publicity import Visitor


@pytest.mark.django_db
class TestHealth:
    def test_alive(self, visitor: Visitor) -> None:
        assert visitor.get("/healthz").status_code == 200
        assert visitor.statements == []

    def test_ready(self, visitor: Visitor) -> None:
        assert visitor.get("/readyz").status_code == 200

    def test_not_ready_without_a_database(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*args: object) -> None:
            raise OperationalError("secret detail of the database")

        with connection.execute_wrapper(fail):
            response = Client().get("/readyz")
        assert response.status_code == 503
        assert b"secret" not in response.content


@pytest.mark.django_db
class TestPages:
    def test_the_root_leads_to_a_language(self, visitor: Visitor) -> None:
        response = visitor.get("/")
        assert (response.status_code, response["Location"]) == (302, "/en/")

    def test_readers_get_no_cookie_and_a_strict_policy(self, visitor: Visitor) -> None:
        response = visitor.get("/en/")
        assert not response.cookies
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response["Cache-Control"] == "no-cache"
        assert response["X-Content-Type-Options"] == "nosniff"

    def test_an_unknown_address_is_a_page(self, visitor: Visitor) -> None:
        response = visitor.get("/en/nothing/here/")
        assert response.status_code == 404
        assert b"<h1" in response.content

    def test_a_failure_shows_nothing_of_itself(self, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*args: object) -> None:
            raise RuntimeError("secret detail of the code")

        monkeypatch.setattr(Edition.objects.__class__, "exists", fail, raising=False)
        visitor.raise_request_exception = False
        response = visitor.get("/readyz")
        assert response.status_code == 500
        assert b"secret" not in response.content
