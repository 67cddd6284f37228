"""Test that every error of the API is a helpful problem."""

import datetime as dt
from typing import Any

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection
from django.test import Client

from tests.factories import DAY, PRESS_DAY, make_meeting, make_uuid, publish, publish_now, withdraw
from tests.public_requests import Visitor


@pytest.mark.django_db
class TestBadParameters:
    def test_unknown_parameter_suggests_the_nearest(self, visitor: Visitor) -> None:
        body = visitor.get_problem("meetings/?configuraton=jha", 400)
        assert (body["parameter"], body["nearest"]) == ("configuraton", "configuration")

    def test_without_a_similar_name_all_are_listed(self, visitor: Visitor) -> None:
        body = visitor.get_problem("meetings/?zz=migration", 400)
        assert "nearest" not in body
        assert body["detail"] == f"There is no parameter “zz”. Use one of: {', '.join(body['known'])}."

    def test_address_without_parameters_says_so(self, visitor: Visitor) -> None:
        assert visitor.get_problem("?lang=fi", 400)["known"] == []

    @pytest.mark.parametrize("address", ["", "schema/", "configurations/jha/", f"agenda-items/{make_uuid('nobody')}/"])
    def test_detail_has_no_filters(self, visitor: Visitor, address: str) -> None:
        assert visitor.get_problem(f"{address}?status=confirmed", 400)["parameter"] == "status"

    @pytest.mark.parametrize("address", ["configurations/", "presidencies/2017-2/", f"topics/{make_uuid('nobody')}/"])
    def test_unknown_language_is_refused_everywhere(self, visitor: Visitor, address: str) -> None:
        call_command("load_reference", verbosity=0)
        assert visitor.get_problem(f"{address}?lang=xx", 400)["parameter"] == "lang"

    def test_repeated_parameter_is_refused(self, visitor: Visitor) -> None:
        body = visitor.get_problem("meetings/?form=formal&form=informal", 400)
        assert body["parameter"] == "form"
        assert "2 times" in body["detail"]

    @pytest.mark.parametrize(
        ("query", "parameter"),
        [
            ("limit=0", "limit"),
            ("limit=", "limit"),
            ("cursor=nonsense", "cursor"),
            ("cursor=", "cursor"),
            ("cursor=%F0%9F%98%80", "cursor"),
            ("lang=xx", "lang"),
            ("lang=", "lang"),
            ("date_from=2017-9-1", "date_from"),
            ("date_from=2060-09-15&date_to=2060-09-14", "date_from"),
            ("status=", "status"),
            ("topic=a%20topic", "topic"),
            ("place=%20", "place"),
            ("procedure=%7F", "procedure"),
            ("configuration=jha%00", "configuration"),
        ],
    )
    def test_wrong_value_names_its_parameter(self, visitor: Visitor, query: str, parameter: str) -> None:
        body = visitor.get_problem(f"meetings/?{query}", 400)
        assert (body["type"], body["parameter"]) == ("/api/problems/bad-parameter/", parameter)

    def test_unknown_value_lists_the_values(self, visitor: Visitor) -> None:
        body = visitor.get_problem("meetings/?status=confirmd", 400)
        assert body["allowed"] == ["provisional", "confirmed", "postponed", "cancelled"]
        assert body["nearest"] == "confirmed"
        assert "“confirmed”" in body["detail"]

    def test_cursor_of_a_future_instant_is_refused(self, visitor: Visitor, clock: Any) -> None:
        for month in range(1, 4):
            publish(make_meeting(start_date=dt.date(2060, month, 1)))
        clock.move_to(PRESS_DAY + DAY)
        following = visitor.get_json("meetings/?limit=1")["next"]
        assert visitor.get(following).status_code == 200
        clock.move_to(PRESS_DAY)
        assert visitor.get(following).status_code == 400


@pytest.mark.django_db
class TestNotFound:
    @pytest.mark.parametrize(
        "path",
        [
            "meetings/nonsense/",
            f"meetings/{make_uuid('nobody')}/",
            f"topics/{make_uuid('nobody')}/",
            f"agenda-items/{make_uuid('nobody')}/",
            f"media-links/{make_uuid('nobody')}/",
            "configurations/nobody/",
            "presidencies/2060-3/",
            "presidencies/9999-1/",
            "presidencies/٢٠٦٠-1/",
            "nothing/",
            "../",
            "../v2/meetings/",
        ],
    )
    def test_unknown_address_is_a_problem_on_every_level(self, visitor: Visitor, path: str) -> None:
        assert visitor.get_problem(path, 404)["type"] == "/api/problems/not-found/"

    @pytest.mark.parametrize(
        ("path", "meant"),
        [
            ("", "/api/v1/"),
            ("meetings", "/api/v1/meetings/"),
            ("meetings//", "/api/v1/meetings/"),
            ("configurations/jha", "/api/v1/configurations/jha/"),
            ("configurations/JHA", "/api/v1/configurations/jha/"),
            ("presidencies/2017-2", "/api/v1/presidencies/2017-2/"),
            (f"topics/{make_uuid('nobody')}", f"/api/v1/topics/{make_uuid('nobody')}/"),
            (f"meetings/{str(make_uuid('nobody')).upper()}/", f"/api/v1/meetings/{make_uuid('nobody')}/"),
        ],
    )
    def test_missing_slash_or_capitals_redirect_with_the_query(self, visitor: Visitor, path: str, meant: str) -> None:
        address = f"/api/v1/{path}" if path else "/api/v1"
        for send in (visitor.get, visitor.head):
            response = send(f"{address}?lang=fr&limit=2", headers={"Origin": "https://news.example"})
            assert (response.status_code, response["Location"]) == (302, f"{meant}?lang=fr&limit=2")
            assert response["Access-Control-Allow-Origin"] == "*"
        assert visitor.get(address)["Location"] == meant

    @pytest.mark.parametrize(
        ("path", "nearest"),
        [
            ("configurations/JHA/", "/api/v1/configurations/jha/"),
            ("configurations/ENVI/", "/api/v1/configurations/env/"),
            ("meeting/", "/api/v1/meetings/"),
            ("agenda-item", "/api/v1/agenda-items/"),
        ],
    )
    def test_typing_error_suggests_the_address(self, visitor: Visitor, path: str, nearest: str) -> None:
        call_command("load_reference", verbosity=0)
        assert visitor.get_problem(path, 404)["nearest"] == nearest

    def test_withdrawn_meeting_is_gone_with_the_reason(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        clock.move_to(withdraw(meeting, reason="Sent too early.", takes_place=True).available_from)
        body = visitor.get_problem(f"meetings/{meeting.pk}/", 410)
        assert (body["detail"], body["id"], body["takes_place"]) == ("Sent too early.", str(meeting.pk), True)


@pytest.mark.django_db
class TestMethods:
    @pytest.mark.parametrize(
        ("method", "address"),
        [("post", ""), ("put", f"meetings/{make_uuid('nobody')}/"), ("delete", "presidencies/"), ("trace", "schema/")],
    )
    def test_other_methods_are_not_allowed(self, visitor: Visitor, method: str, address: str) -> None:
        response = getattr(visitor, method)(f"/api/v1/{address}")
        assert (response.status_code, response["Content-Type"]) == (405, "application/problem+json")
        assert response["Allow"] == "GET, HEAD, OPTIONS"

    @pytest.mark.parametrize("address", ["", "meetings/", "configurations/"])
    def test_options_lists_allowed_methods(self, visitor: Visitor, address: str) -> None:
        response = visitor.options(f"/api/v1/{address}")
        assert (response.status_code, response.content) == (204, b"")
        assert response["Allow"] == "GET, HEAD, OPTIONS"

    def test_unknown_host_is_a_bad_request(self, visitor: Visitor) -> None:
        visitor.get_problem("meetings/", 400, host="elsewhere.example")

    @pytest.mark.parametrize("address", ["", "meetings/", "schema/", "configurations/"])
    def test_head_is_get_without_a_body(self, visitor: Visitor, clock: Any, address: str) -> None:
        got, head = visitor.get(f"/api/v1/{address}"), visitor.head(f"/api/v1/{address}")
        assert (head.status_code, head.content) == (200, b"")
        assert got["ETag"]
        same = {name: value for name, value in got.headers.items() if name != "X-Request-Id"}
        assert {name: value for name, value in head.headers.items() if name != "X-Request-Id"} == same
        again = visitor.head(f"/api/v1/{address}", headers={"If-None-Match": got["ETag"]})
        assert again.status_code == 304


@pytest.mark.django_db
def test_server_error_shows_no_details() -> None:
    def fail(*args: object) -> None:
        raise ProgrammingError("secret detail of the database")

    with connection.execute_wrapper(fail):
        response = Client(raise_request_exception=False).get("/api/v1/meetings/")
    assert (response.status_code, response["Content-Type"]) == (500, "application/problem+json")
    assert response.json()["type"] == "/api/problems/server-error/"
    assert b"secret" not in response.content


@pytest.mark.django_db
class TestLanguage:
    @pytest.mark.parametrize(
        ("accept", "language"),
        [
            ("", "en"),
            ("fi", "fi"),
            ("de-AT, en;q=0.5", "de"),
            ("no, el;q=0.8, fr;q=0.2", "el"),
            ("fr;q=0, da;q=0.1", "da"),
            ("*", "en"),
            (";;;,=", "en"),
            ("zh" * 300, "en"),
        ],
    )
    def test_accept_language_selects_the_first_official_language(
        self, visitor: Visitor, accept: str, language: str
    ) -> None:
        response = visitor.get("/api/v1/meetings/", headers={"Accept-Language": accept})
        assert response["Content-Language"] == language
        assert "Accept-Language" in response["Vary"]

    @pytest.mark.parametrize("lang", ["fr", "FR"])
    def test_lang_takes_precedence(self, visitor: Visitor, lang: str) -> None:
        response = visitor.get(f"/api/v1/meetings/?lang={lang}", headers={"Accept-Language": "fi"})
        assert response["Content-Language"] == "fr"
