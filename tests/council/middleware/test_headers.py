"""Test CORS and the headers on versions."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from council.urls import api
from meetings.api.deprecation import Deprecation
from meetings.api.description import EndpointSchema, describe_parameter
from meetings.api.meetings import MeetingResource
from meetings.api.pagination import KeysetPagination
from meetings.api.views import get_operation
from tests.public_requests import Visitor

ORIGIN = {"origin": "https://desk.example"}
FOR_PEOPLE = ["/en/", "/admin/login/", "/api/docs/", "/api/problems/too-many-requests/"]
GONE = Deprecation(dt.date(2061, 1, 1), "https://agenda.example/news/1", dt.date(2062, 1, 1))


@pytest.mark.django_db
class TestCors:
    @pytest.mark.parametrize("method", ["get", "head"])
    @pytest.mark.parametrize(("path", "status"), [("/api/v1/", 200), ("/api/v1/meetings/?x=1", 400), ("/api/x", 404)])
    def test_other_sites_may_read_answers_and_problems(
        self, visitor: Visitor, method: str, path: str, status: int
    ) -> None:
        answer = getattr(visitor, method)(path, headers=ORIGIN)
        assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (status, "*")
        exposed = set(answer["Access-Control-Expose-Headers"].lower().split(", "))
        assert {"etag", "link", "content-language", "retry-after", "x-request-id", "last-modified"} <= exposed
        assert {"deprecation", "sunset"} <= exposed
        assert "Access-Control-Allow-Credentials" not in answer

    def test_other_sites_may_read_a_304(self, visitor: Visitor) -> None:
        tag = visitor.get("/api/v1/")["ETag"]
        answer = visitor.get("/api/v1/", headers={**ORIGIN, "if-none-match": tag})
        assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (304, "*")

    def test_preflight_request_is_cached(self, visitor: Visitor) -> None:
        preflight_headers = {"access-control-request-method": "GET", "access-control-request-headers": "if-none-match"}
        answer = visitor.options("/api/v1/meetings/", headers={**ORIGIN, **preflight_headers})
        assert (answer.status_code, answer["Access-Control-Max-Age"]) == (200, "86400")
        assert answer["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
        assert "if-none-match" in answer["Access-Control-Allow-Headers"]
        assert visitor.statements == []

    @pytest.mark.parametrize("path", FOR_PEOPLE)
    def test_other_sites_may_not_read_pages(self, visitor: Visitor, path: str) -> None:
        assert "Access-Control-Allow-Origin" not in visitor.get(path, headers=ORIGIN)


@pytest.mark.django_db
class TestVersions:
    @pytest.mark.parametrize("path", ["/api/v1/", "/api/v1/meetings/", "/api/v1/meetings/?x=1", "/api/nothing/"])
    def test_answers_have_version_and_documentation_links(self, visitor: Visitor, path: str) -> None:
        answer = visitor.get(path)
        assert answer["API-Version"] == "1"
        assert '</api/v1/schema/>; rel="service-desc"' in answer["Link"]
        assert '</api/docs/>; rel="service-doc"' in answer["Link"]
        assert not {"Deprecation", "Sunset"} & set(answer.headers)

    @pytest.fixture(autouse=True)
    def clear_operation_cache(self) -> Iterator[None]:
        get_operation.cache_clear()
        yield
        get_operation.cache_clear()

    @pytest.fixture
    def deprecated_parameter(self, monkeypatch: pytest.MonkeyPatch) -> None:
        limit, *others = KeysetPagination.parameters
        monkeypatch.setattr(KeysetPagination, "parameters", (replace(limit, deprecated=GONE), *others))

    @pytest.mark.usefixtures("deprecated_parameter")
    @pytest.mark.parametrize(("query", "status"), [("limit=1", 200), ("limit=0", 400)])
    def test_deprecated_parameter_adds_headers(self, visitor: Visitor, query: str, status: int) -> None:
        answer = visitor.get(f"/api/v1/meetings/?{query}")
        assert (answer.status_code, answer["Deprecation"]) == (status, "@2871763200")
        assert answer["Sunset"] == "Sun, 01 Jan 2062 00:00:00 GMT"
        for rel in ("deprecation", "sunset", "service-desc"):
            assert f'rel="{rel}"' in answer["Link"]
        assert "https://agenda.example/news/1" in answer["Link"]

    @pytest.mark.usefixtures("deprecated_parameter")
    def test_other_requests_have_no_deprecation_headers(self, visitor: Visitor) -> None:
        assert "Deprecation" not in visitor.get("/api/v1/meetings/?lang=fr")

    @pytest.mark.usefixtures("deprecated_parameter")
    def test_304_has_deprecation_headers(self, visitor: Visitor) -> None:
        request_headers = {"if-none-match": visitor.get("/api/v1/meetings/?limit=1")["ETag"]}
        answer = visitor.get("/api/v1/meetings/?limit=1", headers=request_headers)
        assert (answer.status_code, answer["Deprecation"]) == (304, "@2871763200")

    def test_deprecated_address_adds_headers(self, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
        operation = api.RootView().build_operation()
        monkeypatch.setattr(
            api.RootView, "build_operation", lambda view: replace(operation, deprecated=replace(GONE, sunset=None))
        )
        answer = visitor.get("/api/v1/")
        assert answer["Deprecation"] == "@2871763200"
        assert "Sunset" not in answer

    @pytest.mark.usefixtures("deprecated_parameter")
    def test_description_marks_deprecations(self, monkeypatch: pytest.MonkeyPatch) -> None:
        [limit] = [
            describe_parameter(parameter) for parameter in KeysetPagination.parameters if parameter.name == "limit"
        ]
        assert limit["deprecated"] is True
        assert limit["description"].endswith("will be removed after 2062-01-01: https://agenda.example/news/1.")
        view = MeetingResource()
        view.action = "list"
        schema: Any = EndpointSchema()
        monkeypatch.setattr(
            view, "build_operation", lambda: replace(MeetingResource.build_operation(view), deprecated=GONE)
        )
        schema.view = view
        operation = schema.get_operation("/", "/", "/", "get", Registry())
        assert operation["deprecated"] is True


class Registry:
    def register_on_missing(self, component: Any) -> None:
        pass


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/admin/nothing/", "/admin/password_change/", "/admin/login/"])
def test_no_answer_of_the_admin_is_stored(address: str) -> None:
    """An error page may repeat what was typed."""
    assert "no-store" in Client().get(address)["Cache-Control"]
