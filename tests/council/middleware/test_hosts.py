"""Editors have a host of their own: the readers' host has no admin, no preview links and no editors' cookies."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from meetings.models import User

READERS, EDITORS = "agenda.example.eu", "desk.example.eu"
pytestmark = pytest.mark.django_db
SECURE = {"x-forwarded-proto": "https"}


@pytest.fixture(autouse=True)
def _site_for_others() -> Any:
    with override_settings(
        ALLOWED_HOSTS=[READERS, EDITORS], EDITORS_HOST=EDITORS, SERVES_ELSEWHERE=True, SITE_URL=f"https://{EDITORS}"
    ):
        yield


def ask(client: Client, path: str, host: str) -> Any:
    return client.get(path, headers=SECURE | {"host": host})


@pytest.mark.parametrize("path", ["/admin/", "/admin", "/admin/login/", "/admin/session/", "/preview/x/"])
def test_readers_host_has_no_screen_of_editors(path: str) -> None:
    answer, unknown = (ask(Client(), each, READERS) for each in (path, "/nothing/"))
    assert (answer.status_code, answer.cookies) == (404, {})
    assert answer.headers.keys() == unknown.headers.keys()


@pytest.mark.parametrize("path", ["/en/", "/api/v1/meetings/?q=a", "/nothing/", "//evil.example/"])
def test_editors_host_has_no_page_for_strangers(path: str) -> None:
    answer = ask(Client(), path, EDITORS)
    assert (answer.status_code, answer["Cache-Control"]) == (302, "no-store")
    assert answer["Location"].startswith(f"http://{READERS}/")


@pytest.mark.parametrize(("path", "status"), [("/admin/login/", 200), ("/preview/x/", 404), ("/robots.txt", 200)])
def test_editors_host_has_screens_for_strangers(path: str, status: int) -> None:
    assert ask(Client(), path, EDITORS).status_code == status


def test_editors_host_has_all_for_colleagues() -> None:
    client = Client()
    client.force_login(User.objects.create_user("anna", is_staff=True))
    assert ask(client, "/en/", EDITORS).status_code == 200


def test_session_of_an_editor_means_nothing_to_readers() -> None:
    """Whoever takes over the readers' process gets no cookie; and one that is sent there is not looked at."""
    client = Client()
    client.force_login(User.objects.create_user("anna", is_staff=True))
    assert ask(client, "/admin/", EDITORS).status_code == 200
    answer = ask(client, "/en/", READERS)
    assert "Set-Cookie" not in answer.headers
    assert not answer.wsgi_request.user.is_authenticated


@pytest.mark.parametrize("path", ["/en/", "/admin/login/", "/nothing/"])
def test_pages_belong_to_their_own_site(path: str) -> None:
    answer = ask(Client(), path, EDITORS)
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    for feature in ("camera", "microphone", "geolocation", "payment", "usb"):
        assert f"{feature}=()" in answer["Permissions-Policy"]


@pytest.mark.parametrize("path", ["/api/v1/", "/en/meetings/calendar.ics", "/images/x/480.webp"])
def test_what_others_may_embed_says_so(path: str) -> None:
    assert ask(Client(), path, READERS)["Cross-Origin-Resource-Policy"] == "cross-origin"


LOADED_BY_OTHER_HOSTS = [
    {"site": "same-site", "mode": "no-cors", "dest": "empty"},  # as from the readers' host, which gets the cookie too
    {"site": "cross-site", "mode": "cors", "dest": "empty"},
    {"site": "same-site", "mode": "navigate", "dest": "iframe"},
    {"site": "same-site", "mode": "navigate", "dest": "document", "purpose": "prefetch;prerender"},
    {"site": "same-site"},
    {"site": "cross-site", "mode": "navigate", "dest": "empty"},
    {"site": "none", "mode": "no-cors", "dest": "empty"},  # Chromium's background fetch
    {"site": "none", "mode": "navigate", "dest": "document", "purpose": "prefetch"},  # its speculation rules
    {"site": "none", "mode": "navigate", "dest": "empty", "purpose": "prefetch"},
    {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="},  # of this, Chromium does not say where it comes from
]
OPENED_BY_USERS: list[dict[str, str]] = [
    {},  # an old browser, or a program
    {"site": "none", "mode": "navigate", "dest": "document"},
    {"site": "none", "mode": "navigate", "dest": "empty"},  # Chromium saves a PDF that it shows
    {"site": "same-origin", "mode": "cors", "dest": "empty"},
    {"site": "cross-site", "mode": "navigate", "dest": "document"},  # a link in a mail
]


def load_with_session(path: str, facts: dict[str, str], method: str = "get") -> Any:
    client = Client()
    client.force_login(User.objects.create_user("anna", is_staff=True))
    names = {"site": "Sec-Fetch-Site", "mode": "Sec-Fetch-Mode", "dest": "Sec-Fetch-Dest", "purpose": "Sec-Purpose"}
    headers = SECURE | {"host": EDITORS} | {names.get(fact, fact): value for fact, value in facts.items()}
    with CaptureQueriesContext(connection) as queries:
        answer = getattr(client, method)(path, headers=headers)
    return answer, len(queries)


@pytest.mark.parametrize("facts", LOADED_BY_OTHER_HOSTS)
@pytest.mark.parametrize("path", ["/admin/find/?q=sanctions", "/en/search/?q=sanctions"])
def test_page_of_another_host_loads_nothing_with_the_session_of_an_editor(path: str, facts: dict[str, str]) -> None:
    """From the time of the answers, the page learned which words drafts have."""
    answer, queries = load_with_session(path, facts)
    assert (answer.status_code, answer["Cache-Control"], queries) == (403, "no-store", 0)


@pytest.mark.parametrize("site", ["same-site", "cross-site", "none"])
@pytest.mark.parametrize("dest", ["document", "empty"])
def test_page_of_another_host_sends_no_form_with_the_session_of_an_editor(site: str, dest: str) -> None:
    facts = {"site": site, "mode": "navigate", "dest": dest}
    answer, queries = load_with_session("/admin/login/", facts, "post")
    assert (answer.status_code, queries) == (403, 0)


@pytest.mark.parametrize("site", ["", "same-origin"])
def test_nobody_asks_for_options_with_the_session_of_an_editor(site: str) -> None:
    """Chromium does so for a page of any site that has it send reports, and does not say for which."""
    answer, queries = load_with_session("/api/v1/meetings/", {"site": site}, "options")
    assert (answer.status_code, queries) == (403, 0)


@pytest.mark.parametrize("facts", OPENED_BY_USERS)
@pytest.mark.parametrize("method", ["get", "head"])
def test_what_the_editor_opens_is_answered(method: str, facts: dict[str, str]) -> None:
    assert load_with_session("/en/", facts, method)[0].status_code == 200


def test_page_of_another_host_loads_what_is_public() -> None:
    answer = Client().get("/api/v1/meetings/", headers=SECURE | {"host": READERS, "sec-fetch-site": "cross-site"})
    assert answer.status_code == 200
