"""Test request ids in answers, problems and the log."""

import logging
import re
from typing import Any

import pytest
from django.db import OperationalError, ProgrammingError, connection
from django.http import HttpRequest
from django.test import Client

from council.logs import RequestIdFilter
from meetings.api.endpoints import Endpoint
from tests.publicity import Visitor

SENT = "front-server.0123456789"


@pytest.mark.django_db
class TestRequestIds:
    @pytest.mark.parametrize("path", ["/en/", "/api/v1/", "/api/v1/meetings/", "/en/nothing/", "/static/nothing"])
    def test_answers_have_unique_ids(self, visitor: Visitor, path: str) -> None:
        names = {visitor.get(path)["X-Request-Id"] for _ in range(2)}
        assert len(names) == 2
        assert all(re.fullmatch("[0-9a-f]{32}", name) for name in names)

    def test_id_of_the_front_server_is_kept(self, visitor: Visitor) -> None:
        assert visitor.get("/api/v1/", headers={"x-request-id": SENT})["X-Request-Id"] == SENT

    @pytest.mark.parametrize("sent", ["", "short", "x" * 129, "with spaces in it", "ünï-code-0123", "a\tb\tc\td\te\tf"])
    def test_invalid_id_is_replaced(self, visitor: Visitor, sent: str) -> None:
        name = visitor.get("/api/v1/", headers={"x-request-id": sent.encode().decode("latin-1")})["X-Request-Id"]
        assert re.fullmatch("[0-9a-f]{32}", name)

    @pytest.mark.parametrize(
        ("path", "status", "headers"),
        [
            ("/api/v1/meetings/?x=1", 400, {}),
            ("/api/v1/meetings/", 400, {"host": "elsewhere.example"}),
            ("/api/nothing/", 404, {}),
            ("/api/v1/meetings/", 406, {"accept": "image/png"}),
            ("/api/v1/", 412, {"if-match": '"another"'}),
            ("/en/meetings/feed.atom", 412, {"if-match": '"another"'}),
            (f"/api/v1/{'x' * 4001}", 414, {}),
            ("/api/v1/", 431, {"accept-language": "x" * 1001}),
        ],
    )
    def test_problem_has_the_id(self, visitor: Visitor, path: str, status: int, headers: dict[str, str]) -> None:
        answer = visitor.get(path, headers={"x-request-id": SENT, **headers})
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
        assert (answer.json()["request_id"], answer["X-Request-Id"]) == (SENT, SENT)
        assert answer["Cache-Control"] == "no-cache"
        assert "ETag" not in answer

    def test_log_has_the_id(self, caplog: pytest.LogCaptureFixture) -> None:
        def fail(*args: object) -> None:
            raise ProgrammingError("a detail of the database")

        caplog.handler.addFilter(RequestIdFilter())
        with connection.execute_wrapper(fail):
            answer = Client(raise_request_exception=False).get("/api/v1/meetings/", headers={"x-request-id": SENT})
        assert (answer.status_code, answer.json()["request_id"]) == (500, SENT)
        [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
        assert vars(record)["request_id"] == SENT


@pytest.mark.django_db
class TestDatabaseErrors:
    @pytest.mark.parametrize("path", ["/api/v1/meetings/", "/en/meetings/"])
    def test_unavailable_database_is_a_503_without_details(self, path: str) -> None:
        def fail(*args: object) -> None:
            raise OperationalError("canceling statement due to statement timeout: secret")

        with connection.execute_wrapper(fail):
            answer = Client(raise_request_exception=False).get(path)
        assert (answer.status_code, answer["Retry-After"]) == (503, "30")
        assert answer["Cache-Control"] == "no-store"
        assert b"secret" not in answer.content
        if path.startswith("/api/"):
            assert answer["Content-Type"] == "application/problem+json"
            assert answer.json()["type"] == "/api/problems/unavailable/"

    @pytest.mark.sqlite
    def test_wrong_statement_is_a_server_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def wrong(view: Endpoint, *args: Any, **kwargs: Any) -> None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT nothing FROM nowhere")

        monkeypatch.setattr(Endpoint, "initial", wrong)
        assert Client(raise_request_exception=False).get("/api/v1/").status_code == 500

    @pytest.mark.postgresql
    def test_slow_statement_is_cancelled(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def slow(view: Endpoint, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = 20; SELECT pg_sleep(5)")

        monkeypatch.setattr(Endpoint, "initial", slow)
        assert Client(raise_request_exception=False).get("/api/v1/").status_code == 503
