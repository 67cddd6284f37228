"""Test that calendars and feeds report errors as the API does, licence included."""

from typing import Any

import pytest

from meetings.http.licence import get_licence
from tests.public_requests import Visitor

MEETING = "/en/meetings/jha/2060/09/14/meeting.ics"
ADDRESSES = [
    "/en/meetings/calendar.ics",
    "/en/meetings/jha/calendar.ics",
    "/en/topics/migration-policy/calendar.ics",
    MEETING,
    "/en/meetings/feed.atom",
    "/en/meetings/corrections.atom",
    "/fr/meetings/jha/feed.atom",
    "/en/topics/migration-policy/feed.atom",
]


@pytest.fixture
def editors_visitor() -> Visitor:
    """Return a visitor whose requests are checked for CSRF tokens."""
    return Visitor(enforce_csrf_checks=True)


def read_problem(response: Any, status: int) -> Any:
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert f'<{get_licence().url}>; rel="license"' in response["Link"]
    problem = response.json()
    assert (problem["status"], problem["request_id"]) == (status, response["X-Request-Id"])
    return problem


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_subscriptions_are_read_only(editors_visitor: Visitor, db: None, address: str, method: str) -> None:
    response = getattr(editors_visitor, method)(address)
    assert read_problem(response, 405)["type"] == "/api/problems/method-not-allowed/"
    assert response["Allow"] == "GET, HEAD"
    assert editors_visitor.statements == []


@pytest.mark.django_db
@pytest.mark.parametrize("address", [*ADDRESSES[1:4], *ADDRESSES[6:], "/en/calender.ics", "/en/meetings/x/y.atom"])
def test_unknown_address_is_a_problem(visitor: Visitor, clock: Any, address: str) -> None:
    assert read_problem(visitor.get(address), 404)["type"] == "/api/problems/not-found/"


@pytest.mark.django_db
def test_rate_limit_is_a_problem(visitor: Visitor, settings: Any, clock: Any) -> None:
    settings.API_RATE = "1/minute"
    assert visitor.get(ADDRESSES[0]).status_code == 200
    response = visitor.get(ADDRESSES[0])
    assert (read_problem(response, 429)["type"], response["Retry-After"]) == ("/api/problems/too-many-requests/", "60")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/x", "/api/v1/meetings/?x=1", "/api/v1/meetings/"])
def test_licence_is_named_once(visitor: Visitor, path: str) -> None:
    assert visitor.get(path)["Link"].count('rel="license"') == 1


@pytest.mark.django_db
def test_other_errors_name_the_licence(visitor: Visitor) -> None:
    refused = visitor.get("/api/v1/meetings/", headers={"if-match": '"other"'})
    too_long = visitor.get("/api/v1/meetings/?x=" + "x" * 5000)
    assert (refused.status_code, too_long.status_code) == (412, 414)
    assert [each["Link"].count('rel="license"') for each in (refused, too_long)] == [1, 1]
