"""Test errors: there is always an answer, and it shows no internals."""

import logging
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.template import TemplateSyntaxError, engines
from django.test import Client

from council.views.errors import is_database_unavailable
from tests.factories import make_meeting, publish_now
from tests.public_requests import Visitor

PAGES = (
    "/en/",
    "/fr/meetings/",
    "/en/meetings/?configuration=jha&year=2060",
    "/en/meetings/2060/09/",
    "/mt/meetings/jha/",
    "/en/meetings/jha/2060/09/14/",
    "/en/meetings/jha/2060/09/14/editions/",
    "/en/meetings/jha/2060-09-14/",
    "/en/topics/",
    "/en/topics/migration-policy/",
    "/en/topics/migration-policy/editions/1/",
)


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "django.request")


def test_error_of_a_server_that_ends_is_no_fault_of_the_site() -> None:
    """The driver raises `DatabaseError` itself then. Django raises it, too, for a row that is gone."""
    lost = DatabaseError("server closed the connection")
    assert not is_database_unavailable(lost)
    lost.__cause__ = Exception()
    assert is_database_unavailable(lost)


@pytest.mark.django_db
@pytest.mark.usefixtures("quiet")
class TestDatabaseUnavailable:
    @pytest.fixture
    def stranger(self, clock: Any) -> Any:
        def fail(*args: object) -> None:
            raise OperationalError("could not connect to server: secret")

        with connection.execute_wrapper(fail):
            yield Client(raise_request_exception=False)

    @pytest.mark.parametrize("path", PAGES)
    def test_pages_are_503_with_retry_after(self, stranger: Client, path: str) -> None:
        response = stranger.get(path)
        assert (response.status_code, response["Retry-After"]) == (503, "30")
        assert response["Cache-Control"] == "no-store"
        assert "Temporarily unavailable" in response.content.decode()
        assert "secret" not in response.content.decode()
        assert response["Content-Type"] == "text/html; charset=utf-8"

    @pytest.mark.parametrize(
        ("path", "status"), [("/en/nothing/", 404), ("/en/about/", 200), ("/en/about/accessibility/", 200)]
    )
    def test_pages_without_queries_work(self, stranger: Client, path: str, status: int) -> None:
        assert stranger.get(path).status_code == status


@pytest.mark.django_db
@pytest.mark.usefixtures("quiet")
class TestFailingTemplate:
    @pytest.fixture
    def broken(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*args: object) -> None:
            raise TemplateSyntaxError("secret")

        monkeypatch.setattr(engines["django"], "get_template", fail)

    @pytest.mark.usefixtures("broken")
    @pytest.mark.parametrize(
        ("path", "status", "message"),
        [("/en/", 500, "Something went wrong"), ("/en/nothing/", 404, "There is no page at this address.")],
    )
    def test_failing_template_gives_a_plain_error_page(self, path: str, status: int, message: str) -> None:
        response = Client(raise_request_exception=False).get(path)
        assert (response.status_code, response["Content-Type"]) == (status, "text/plain; charset=utf-8")
        assert message in response.content.decode()
        assert "secret" not in response.content.decode()

    @pytest.mark.usefixtures("broken")
    def test_failing_template_and_unavailable_database(self) -> None:
        def fail(*args: object) -> None:
            raise OperationalError("secret")

        with connection.execute_wrapper(fail):
            response = Client(raise_request_exception=False).get("/en/")
        assert (response.status_code, response["Retry-After"]) == (503, "30")
        assert response["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.django_db
def test_existing_page_is_no_error(visitor: Visitor, clock: Any) -> None:
    publish_now(clock, make_meeting())
    assert visitor.get("/en/meetings/jha/2060/09/14/").status_code == 200
