"""What was typed and sent when nobody was signed in any longer: never lost without a word."""

from typing import Any

import pytest
from django.test import Client, override_settings

from meetings.models import User
from tests.agenda.desk.screens import address_of, words
from tests.cast import make_meeting

pytestmark = pytest.mark.django_db
PASSWORD = "a long word of mine"
LOST = "Your session had ended: what you sent at 14 Sep 10:00 was not saved."


@pytest.fixture
def form(clock: Any) -> str:
    User.objects.create_superuser("anna", password=PASSWORD)
    return address_of(make_meeting(), "change/")


def signed_in_at(address: str) -> Any:
    return Client().post(address, {"username": "anna", "password": PASSWORD}, follow=True)


def test_the_sign_in_page_and_the_page_after_it_say_that_it_was_not_saved(form: str) -> None:
    response = Client().post(form, {"lead": "An hour's work"})
    assert response.status_code == 302
    assert LOST in words(Client().get(response["Location"]))
    after = signed_in_at(response["Location"])
    assert after.redirect_chain == [(form, 302)]
    assert LOST in words(after)


def test_whoever_only_looked_lost_nothing(form: str) -> None:
    response = Client().get(form)
    assert "had ended" not in words(Client().get(response["Location"]))
    assert "had ended" not in words(signed_in_at(response["Location"]))


@pytest.mark.parametrize("made_up", ["", "x", "<b>", "99999-01-01", "2060-09-14"])
def test_a_time_that_is_none_is_not_told(form: str, made_up: str) -> None:
    page = words(Client().get("/admin/login/", {"next": form, "unsaved": made_up}))
    assert "had ended" not in page


def test_a_wrong_password_keeps_the_word(form: str) -> None:
    way = Client().post(form, {})["Location"]
    assert LOST in words(Client().post(way, {"username": "anna", "password": "wrong"}))


@pytest.mark.parametrize("debug", [False, True])
def test_a_form_from_before_signing_in_anew(form: str, debug: bool) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get())
    with override_settings(DEBUG=debug):
        response = client.post(form, {"lead": "An hour's work"})
    page = words(response, 403)
    assert "Nothing was saved" in page
    assert "the browser's Back shows it again" in page
    assert f'<a href="{form}">Reload the page</a>' in response.content.decode()
    assert "DEBUG" not in page
