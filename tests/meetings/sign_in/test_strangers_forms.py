"""Nobody reads the long form of somebody who is not signed in: it would hold up those who sign in."""

from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client

from tests.meetings.sign_in.conftest import PASSWORD

LONG_TEXT = "%41" * 100_000
ADDRESS = "/admin/meetings/meeting/add/"


@pytest.fixture
def read_fields(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Collect how many fields each form had that was read."""
    numbers: list[int] = []
    load = HttpRequest._load_post_and_files

    def count(request: Any) -> None:
        load(request)
        numbers.append(len(request._post))

    monkeypatch.setattr(HttpRequest, "_load_post_and_files", count)
    return numbers


@pytest.fixture
def stranger() -> Client:
    client = Client(enforce_csrf_checks=True)
    client.get("/admin/login/")
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("address", [ADDRESS, "/admin/login/", "/admin/nothing/"])
@pytest.mark.parametrize("form", [{}, {"content_type": "application/x-www-form-urlencoded"}])
def test_long_form_of_a_stranger_is_not_read(
    stranger: Client, read_fields: list[int], address: str, form: dict[str, Any]
) -> None:
    response = stranger.post(address, f"title={LONG_TEXT}" if form else {"title": LONG_TEXT}, **form)
    assert response.status_code in (302, 403)
    assert read_fields == []


def test_ordinary_form_of_a_stranger_is_read(anna: Any, stranger: Client) -> None:
    token = stranger.cookies["csrftoken"].value
    fields = {"username": "anna", "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert stranger.post("/admin/login/", fields).status_code == 302


@pytest.mark.django_db
def test_long_form_is_sent_to_the_sign_in_page(stranger: Client) -> None:
    """Somebody whose session ended while they wrote learns that the form was not saved."""
    response = stranger.post(ADDRESS, {"title": LONG_TEXT})
    assert response.headers["Location"].startswith("/admin/login/?next=")


def test_long_form_of_a_user_is_read(anna: Any, read_fields: list[int]) -> None:
    client = Client()
    client.post("/admin/login/", {"username": "anna", "password": PASSWORD})
    assert client.post("/admin/your-sign-in/", {"title": LONG_TEXT}).status_code < 500
    assert read_fields[-1] > 0
