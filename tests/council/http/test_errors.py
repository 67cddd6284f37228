"""When something fails: an answer in every case, and one that says nothing of the inside."""

import logging
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.template import TemplateSyntaxError, engines
from django.test import Client

from tests.cast import make_meeting, published
from tests.publicity import Visitor

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


@pytest.mark.django_db
@pytest.mark.usefixtures("quiet")
class TestTheDatabaseIsAway:
    @pytest.fixture
    def stranger(self, clock: Any) -> Any:
        def fail(*args: object) -> None:
            raise OperationalError("could not connect to server: secret")

        with connection.execute_wrapper(fail):
            yield Client(raise_request_exception=False)

    @pytest.mark.parametrize("path", PAGES)
    def test_every_page_says_so_and_when_to_come_again(self, stranger: Client, path: str) -> None:
        response = stranger.get(path)
        assert (response.status_code, response["Retry-After"]) == (503, "30")
        assert response["Cache-Control"] == "no-store"
        assert "Temporarily unavailable" in response.content.decode()
        assert "secret" not in response.content.decode()
        assert response["Content-Type"] == "text/html; charset=utf-8"

    @pytest.mark.parametrize(
        ("path", "status"), [("/en/nothing/", 404), ("/en/about/", 200), ("/en/about/accessibility/", 200)]
    )
    def test_what_asks_it_nothing_is_answered(self, stranger: Client, path: str, status: int) -> None:
        assert stranger.get(path).status_code == status


@pytest.mark.django_db
@pytest.mark.usefixtures("quiet")
class TestATemplateFails:
    @pytest.fixture
    def broken(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*args: object) -> None:
            raise TemplateSyntaxError("secret")

        monkeypatch.setattr(engines["django"], "get_template", fail)

    @pytest.mark.usefixtures("broken")
    @pytest.mark.parametrize(
        ("path", "status", "told"),
        [("/en/", 500, "Something went wrong"), ("/en/nothing/", 404, "There is no page at this address.")],
    )
    def test_it_is_told_in_plain_words(self, path: str, status: int, told: str) -> None:
        response = Client(raise_request_exception=False).get(path)
        assert (response.status_code, response["Content-Type"]) == (status, "text/plain; charset=utf-8")
        assert told in response.content.decode()
        assert "secret" not in response.content.decode()

    @pytest.mark.usefixtures("broken")
    def test_the_database_being_away_as_well(self) -> None:
        def fail(*args: object) -> None:
            raise OperationalError("secret")

        with connection.execute_wrapper(fail):
            response = Client(raise_request_exception=False).get("/en/")
        assert (response.status_code, response["Retry-After"]) == (503, "30")
        assert response["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.django_db
def test_a_page_that_is_there_is_no_error(visitor: Visitor, clock: Any) -> None:
    published(clock, make_meeting())
    assert visitor.get("/en/meetings/jha/2060/09/14/").status_code == 200
