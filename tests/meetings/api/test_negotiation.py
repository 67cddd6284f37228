"""Test how the renderer of an answer is chosen."""

import pytest

from meetings.api.negotiation import get_quality
from tests.public_requests import Visitor


@pytest.mark.once
@pytest.mark.parametrize(
    ("accept", "json", "csv"),
    [
        ("", 1, 1),
        ("*/*", 1, 1),
        ("application/*", 1, 0),
        ("application/json", 1, 0),
        ("Application/JSON; charset=utf-8", 1, 0),
        ("text/csv, application/json", 1, 1),
        ("text/csv;q=0.5", 0, 0.5),
        ("text/csv ; q = 0.5", 0, 0.5),
        ("TEXT/CSV; Q=0.2, application/json;q=0.1", 0.1, 0.2),
        ("text/csv;header=present, application/json;q=0.9", 0.9, 1),
        ("text/*, application/json;q=0.999", 0.999, 1),
        ("text/csv;q=0.3, */*;q=0.4", 0.4, 0.3),
        ("text/html, */*;q=0.8", 0.8, 0.8),
        ("application/json;q=0, */*", 0, 1),
        ("*/*;q=0, application/json", 1, 0),
        ("application/json;q=0.001, */*;q=0", 0.001, 0),
        ("application/json; q=0.000, text/html", 0, 0),
        ("application/*; charset=utf-8; q=0", 0, 0),
        ("application/json;q*=nope''x;q=0", 0, 0),
        ("application/problem+json", 0, 0),
        ("nonsense", 0, 0),
        (";;;,=", 0, 0),
    ],
)
def test_most_specific_range_decides(accept: str, json: float, csv: float) -> None:
    assert (get_quality(accept, "application/json"), get_quality(accept, "text/csv")) == (json, csv)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/csv, application/json", "application/json"),
        ("application/json;q=0, */*", "text/csv"),
        ("", "application/json"),
    ],
)
def test_json_is_chosen_among_equals(visitor: Visitor, accept: str, media_type: str) -> None:
    response = visitor.get("/api/v1/meetings/", headers={"accept": accept})
    assert (response.status_code, response["Content-Type"].partition(";")[0]) == (200, media_type)
    assert {"Accept", "Accept-Language"} <= set(response["Vary"].split(", "))


@pytest.mark.django_db
@pytest.mark.parametrize("accept", ["text/plain", "*/*;q=0", "application/json;q*=nope''x;q=0"])
def test_other_media_types_are_not_acceptable(visitor: Visitor, accept: str) -> None:
    body = visitor.get_problem("meetings/", 406, accept=accept)
    assert (body["type"], body["allowed"]) == ("/api/problems/not-acceptable/", ["application/json", "text/csv"])
    assert "application/json or text/csv" in body["detail"]


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["configuraton=jha", "status=confirmd", "lang=xx", "cursor=x"])
def test_other_errors_are_reported_before_406(visitor: Visitor, query: str) -> None:
    visitor.get_problem(f"meetings/?{query}", 400, accept="text/plain")
