"""Forms sent after the session had ended: the user is warned that nothing was saved."""

from typing import Any

import pytest
from django.test import Client, override_settings

from meetings.models import User
from tests.agenda.admin.screens import get_step_url, read_visible_words
from tests.factories import make_meeting
from tests.worlds import share_world

PASSWORD = "a long word of mine"
LOST = "Your session had ended, so what you sent at 14 Sep 10:00 was not saved."


@share_world
def form(clock: Any) -> str:
    User.objects.create_superuser("anna", password=PASSWORD)
    return get_step_url(make_meeting(), "settings/")


def signed_in_at(address: str) -> Any:
    return Client().post(address, {"username": "anna", "password": PASSWORD}, follow=True)


def test_sign_in_page_and_next_page_warn_of_unsaved_data(form: str) -> None:
    response = Client().post(form, {"lead": "An hour's work"})
    assert response.status_code == 302
    assert LOST in read_visible_words(Client().get(response["Location"]))
    after = signed_in_at(response["Location"])
    assert after.redirect_chain == [(form, 302)]
    assert LOST in read_visible_words(after)


def test_no_warning_after_only_reading(form: str) -> None:
    response = Client().get(form)
    assert "had ended" not in read_visible_words(Client().get(response["Location"]))
    assert "had ended" not in read_visible_words(signed_in_at(response["Location"]))


def test_invalid_time_in_the_address_is_ignored(form: str) -> None:
    for made_up in ("", "x", "<b>", "99999-01-01", "2060-09-14"):
        page = read_visible_words(Client().get("/admin/login/", {"next": form, "unsaved": made_up}))
        assert "had ended" not in page, made_up


def test_warning_stays_after_a_wrong_password(form: str) -> None:
    way = Client().post(form, {})["Location"]
    assert LOST in read_visible_words(Client().post(way, {"username": "anna", "password": "wrong"}))


@pytest.mark.parametrize("debug", [False, True])
def test_form_from_before_signing_in_again_is_refused(form: str, debug: bool) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get())
    with override_settings(DEBUG=debug):
        response = client.post(form, {"lead": "An hour's work"})
    page = read_visible_words(response, 403)
    assert "Nothing was saved" in page
    assert "use your browser's Back button and copy it" in page
    assert f'<a href="{form}">Reload the page</a>' in response.content.decode()
    assert "DEBUG" not in page
