"""Test that every error of the API is a helpful problem."""

import base64
import datetime as dt
from typing import Any

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection
from django.test import Client

from tests.cast import DAY, PRESS_DAY, make_meeting, make_uuid, publish, publish_now, withdraw
from tests.publicity import Visitor


def cursor(instant: str) -> str:
    written = f'["{instant}",false,"2020-01-01","{make_uuid("somebody")}"]'
    return base64.urlsafe_b64encode(written.encode()).decode()


@pytest.mark.django_db
class TestBadParameters:
    def test_unknown_parameter_suggests_the_nearest(self, visitor: Visitor) -> None:
        body = visitor.get_problem("meetings/?configuraton=jha", 400)
        assert (body["parameter"], body["nearest"]) == ("configuraton", "configuration")

    @pytest.mark.parametrize(
        ("address", "suggestion"),
        [
            ("meetings/?CONFIGURATION=jha", "configuration"),
            ("meetings/?country=EE", "presidency"),
            ("meetings/?From=2017-09-14", "date_from"),
            ("meetings/?until=2017-09-14", "date_to"),
            ("meetings/?city=Brussels", "place"),
            ("agenda-items/?page=2", "cursor"),
            ("agenda-items/?per_page=50", "limit"),
            ("agenda-items/?type=meal", "kind"),
            ("meetings/?type=formal", "form"),
            ("configurations/?date=2017-09-14", "valid_on"),
            ("topics/?language=fi", "lang"),
            ("meetings/?sort=title", "ordering"),
            ("meetings/?updated_since=2017-09-14T00:00:00Z", "modified_since"),
            ("meetings/?since=2017-09-14", "modified_since"),
            ("meetings/?snapshot=2017-09-14T00:00:00Z", "as_of"),
            ("meetings/?select=title", "fields"),
            ("presidencies/?as_of=2017-09-14T00:00:00Z", None),
            ("meetings/?q=migration", None),
            ("topics/?country=EE", None),
        ],
    )
    def test_common_aliases_are_suggested(self, visitor: Visitor, address: str, suggestion: str | None) -> None:
        body = visitor.get_problem(address, 400)
        assert body.get("nearest") == suggestion
        assert {"lang", "limit", "cursor", suggestion or "lang"} <= set(body["known"])
        assert (suggestion or "The parameters are: ") in body["detail"]

    def test_address_without_parameters_says_so(self, visitor: Visitor) -> None:
        assert visitor.get_problem("?lang=fi", 400)["known"] == []

    @pytest.mark.parametrize("address", ["", "schema/", "configurations/jha/", f"agenda-items/{make_uuid('nobody')}/"])
    def test_detail_has_no_filters(self, visitor: Visitor, address: str) -> None:
        assert visitor.get_problem(f"{address}?status=confirmed", 400)["parameter"] == "status"

    @pytest.mark.parametrize("address", ["configurations/", "presidencies/2017-2/", f"topics/{make_uuid('nobody')}/"])
    def test_unknown_language_is_refused_everywhere(self, visitor: Visitor, address: str) -> None:
        call_command("load_reference", verbosity=0)
        assert visitor.get_problem(f"{address}?lang=xx", 400)["parameter"] == "lang"

    @pytest.mark.parametrize(("written", "suggestion"), [("gr", "el"), ("CZ", "cs"), ("en-GB", "en"), ("fre", "fr")])
    def test_country_code_suggests_its_language(self, visitor: Visitor, written: str, suggestion: str) -> None:
        body = visitor.get_problem(f"meetings/?lang={written}", 400)
        assert (body["nearest"], f"Did you mean “{suggestion}”?" in body["detail"]) == (suggestion, True)

    def test_repeated_parameter_is_refused(self, visitor: Visitor) -> None:
        body = visitor.get_problem("meetings/?status=confirmed&status=cancelled", 400)
        assert body["parameter"] == "status"
        assert "2 times" in body["detail"]

    @pytest.mark.parametrize(
        ("query", "parameter"),
        [
            ("limit=0", "limit"),
            ("limit=101", "limit"),
            ("limit=0001000", "limit"),
            ("limit=000020999999999999999999999999", "limit"),
            ("limit=٣", "limit"),
            ("limit=", "limit"),
            ("cursor=nonsense", "cursor"),
            ("cursor=", "cursor"),
            ("cursor=%F0%9F%98%80", "cursor"),
            (f"cursor={cursor('0001-01-01T00:00:00+14:00')}", "cursor"),
            (f"cursor={cursor('0001-01-01T00:00:00Z')}", "cursor"),
            (f"cursor={cursor('2026-01-01T00:00:00')}", "cursor"),
            (f"cursor={cursor('9999-12-31T23:59:59Z')}", "cursor"),
            ("lang=xx", "lang"),
            ("lang=", "lang"),
            ("date_from=yesterday", "date_from"),
            ("date_from=", "date_from"),
            ("date_to=2060-02-30", "date_to"),
            ("date_from=01/02/2017", "date_from"),
            ("date_from=20170914", "date_from"),
            ("date_from=2017-9-1", "date_from"),
            ("date_from=٢٠١٧-٠٩-١٤", "date_from"),
            ("date_from=2060-09-15&date_to=2060-09-14", "date_from"),
            ("status=", "status"),
            ("status=Confirmed%20", "status"),
            ("topic=a%20topic", "topic"),
            ("topic=", "topic"),
            ("place=%20", "place"),
            ("place=" + "x" * 201, "place"),
            ("document=%00", "document"),
            ("document=1%0A", "document"),
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
        ("path", "nearest"),
        [
            ("meetings", "/api/v1/meetings/"),
            ("meetings//", "/api/v1/meetings/"),
            ("configurations/jha", "/api/v1/configurations/jha/"),
            ("configurations/JHA", "/api/v1/configurations/jha/"),
            ("configurations/JHA/", "/api/v1/configurations/jha/"),
            ("configurations/ENVI/", "/api/v1/configurations/env/"),
            ("presidencies/2017-2", "/api/v1/presidencies/2017-2/"),
            (f"topics/{make_uuid('nobody')}", f"/api/v1/topics/{make_uuid('nobody')}/"),
            (f"meetings/{str(make_uuid('nobody')).upper()}/", f"/api/v1/meetings/{make_uuid('nobody')}/"),
            ("meeting/", "/api/v1/meetings/"),
            ("agenda-item", "/api/v1/agenda-items/"),
        ],
    )
    def test_missing_slash_or_typing_error_suggests_the_address(
        self, visitor: Visitor, path: str, nearest: str
    ) -> None:
        call_command("load_reference", verbosity=0)
        assert visitor.get_problem(path, 404)["nearest"] == nearest

    def test_withdrawn_meeting_is_gone_with_the_reason(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        body = visitor.get_problem(f"meetings/{meeting.pk}/", 410)
        assert (body["detail"], body["id"]) == ("Sent too early.", str(meeting.pk))


REFUSALS = (
    "text/plain",
    "text/csv;q=0",
    "application/problem+json",
    "text/html;q=0.9",
    "nonsense",
    "application/json;q=0",
    "*/*;q=0",
    "application/json; q=0.000, text/html",
    "application/*; charset=utf-8; q=0",
    "application/json;q*=nope''x;q=0",
)


@pytest.mark.django_db
class TestMethodsAndMediaTypes:
    @pytest.mark.parametrize(
        "address", ["", "schema/", "meetings/", f"meetings/{make_uuid('nobody')}/", "presidencies/"]
    )
    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
    def test_other_methods_are_not_allowed(self, visitor: Visitor, address: str, method: str) -> None:
        response = getattr(visitor, method)(f"/api/v1/{address}")
        assert (response.status_code, response["Content-Type"]) == (405, "application/problem+json")
        assert response["Allow"] == "GET, HEAD, OPTIONS"

    @pytest.mark.parametrize("address", ["", "meetings/", "configurations/"])
    def test_options_lists_allowed_methods(self, visitor: Visitor, address: str) -> None:
        response = visitor.options(f"/api/v1/{address}")
        assert (response.status_code, response.content) == (204, b"")
        assert response["Allow"] == "GET, HEAD, OPTIONS"

    @pytest.mark.parametrize("accept", REFUSALS)
    def test_other_media_types_are_not_acceptable(self, visitor: Visitor, accept: str) -> None:
        body = visitor.get_problem("meetings/", 406, accept=accept)
        assert body["type"] == "/api/problems/not-acceptable/"
        assert "application/json" in body["detail"]

    @pytest.mark.parametrize("query", ["configuraton=jha", "status=confirmd", "lang=xx", "cursor=x"])
    def test_other_errors_are_reported_before_406(self, visitor: Visitor, query: str) -> None:
        visitor.get_problem(f"meetings/?{query}", 400, accept="text/plain")

    @pytest.mark.parametrize(
        "accept",
        [
            "",
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/*",
            "*/*",
            "text/csv;q=0.1, application/json;q=0.2",
            "text/csv, application/json",
            "*/*;q=0, application/json",
            "application/json;q=0.001, */*;q=0",
        ],
    )
    def test_json_is_acceptable(self, visitor: Visitor, accept: str) -> None:
        assert visitor.get_json("meetings/", accept=accept)["results"] == []

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
