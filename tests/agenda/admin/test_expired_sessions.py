"""Forms sent after the session had ended: the user is warned that nothing was saved."""

from typing import Any

import pytest
from django.test import Client, override_settings

from meetings.models import User
from tests.agenda.admin.screens import get_step_url, read_visible_words
from tests.factories import make_meeting
from tests.worlds import share_world

PASSWORD = "a long word of mine"
LOST = "Your session had ended, so what you sent at 14 Sep 10:00 was not saved, and nothing was decided or published."


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
    assert f'href="{form}">Open the page again</a>' in response.content.decode()
    assert "Your work" in page  # it is a screen of the admin, not a page for readers
    assert "DEBUG" not in page


@pytest.mark.parametrize("step", ["review/", "submit/", "release/?with=x"])
def test_decision_without_session_and_cookies_leads_to_sign_in_and_back(form: str, step: str) -> None:
    address = form.replace("settings/", step)
    response = Client(enforce_csrf_checks=True).post(address, {"remark": "An hour's work", "approve": "x"})
    assert response.status_code == 302
    assert LOST in read_visible_words(Client().get(response["Location"]))
    assert signed_in_at(response["Location"]).redirect_chain == [(address, 302)]


def test_signing_out_and_requests_of_scripts_are_no_lost_forms(form: str) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/admin/logout/")["Location"] == "/admin/"
    assert client.post("/admin/login/", {"username": "anna"}).status_code == 403
    draft = form.replace("settings/", "change/draft/")
    assert client.post(draft, "{}", content_type="application/json").status_code in (401, 403)
