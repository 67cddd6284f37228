"""Signing in with a passkey, and what happens to typed text when a session ends, as the browser does it."""

import datetime as dt
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Page, expect

from meetings.models import SecondFactor, User
from meetings.sign_in import sessions
from tests.admin_forms import create_user_with_role
from tests.browser.accessibility import check_accessibility
from tests.browser.signing_in import open_as
from tests.external_tools import PageOpener
from tests.factories import make_meeting
from tests.worlds import share_world

pytestmark = pytest.mark.browser
PASSWORD = "a long word of mine"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@share_world
def office() -> None:
    create_user_with_role("Authors", "anna")
    user = User.objects.get(username="anna")
    user.set_password(PASSWORD)
    user.save()
    make_meeting()


def enter_password(page: Page) -> None:
    page.get_by_label("Username").fill("anna")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()


def test_passkey_is_set_up_and_used(
    office: None, open_page: PageOpener, web_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = web_server.url.replace("127.0.0.1", "localhost")  # an IP address can have no passkeys
    page = open_page(f"{address}/admin/", width=375, colour_scheme="dark")
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    authenticator = session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    enter_password(page)
    page.goto(f"{address}/admin/second-step/set-up/")
    assert check_accessibility(open_page, page) == []
    page.get_by_role("link", name="Set up a passkey").click()
    page.get_by_label("Name of the passkey").fill("Office laptop")
    page.get_by_role("button", name="Set up the passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    assert check_accessibility(open_page, page) == []
    page.get_by_role("link", name="continue").click()
    expect(page.get_by_text("Office laptop")).to_be_visible()
    assert check_accessibility(open_page, page) == []

    page.context.clear_cookies()
    page.goto(f"{address}/admin/help/")
    enter_password(page)
    assert check_accessibility(open_page, page) == []
    page.get_by_role("button", name="Use passkey").click()
    page.wait_for_url("**/admin/help/")
    assert SecondFactor.objects.get().used_at is not None

    monkeypatch.setattr(sessions, "CONFIRMED_FOR", dt.timedelta(0))
    page.goto(f"{address}/admin/your-sign-in/")
    page.get_by_role("button", name="Create new recovery codes").click()
    expect(page.get_by_role("heading", name="Sign in again")).to_be_visible()
    open_page.problems.clear()  # the answer is a 403
    assert check_accessibility(open_page, page) == []
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in again and continue").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()

    # Who has an app too can use either, or a recovery code.
    user = User.objects.get(username="anna")
    SecondFactor.objects.create(user=user, kind="app", name="App", secret="", created_at=timezone.now())
    codes = page.get_by_role("listitem").filter(has_text=re.compile(r"^(?:[A-Z2-7]{4}-){5}"))
    for with_recovery_code in (False, True):
        code = codes.first.inner_text()
        page.goto(f"{address}/admin/your-sign-in/")
        page.get_by_role("button", name="Create new recovery codes").click()
        page.get_by_label("Password").fill(PASSWORD)
        expect(page.get_by_label("Code of your authenticator app")).to_be_visible()
        open_page.problems.clear()
        if not with_recovery_code:
            assert check_accessibility(open_page, page) == []
        else:
            page.get_by_text("Use a recovery code instead").click()
            page.get_by_label("Recovery code:").fill(code)
        page.get_by_role("button", name="Sign in again and continue").click()
        expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    SecondFactor.objects.filter(kind="app").delete()

    page.context.clear_cookies()
    credentials = session.send("WebAuthn.getCredentials", authenticator)["credentials"]
    assert len(credentials) == 1
    session.send("WebAuthn.clearCredentials", authenticator)
    page.goto(f"{address}/admin/")
    enter_password(page)
    page.get_by_role("button", name="Use passkey").click()
    expect(page.get_by_text("The passkey was not used.")).to_be_visible()
    assert page.url.endswith("/second-step/")


def open_settings_of_a_session_that_ends(page: Page, url: str, settings: Any) -> None:
    """Sign in and open a form. Afterwards the test moves the clock of the page."""
    settings.SESSION_IDLE_AGE = 200
    page.clock.install()
    page.goto(f"{url}/admin/")
    enter_password(page)
    page.goto(f"{url}/admin/your-settings/")


def look_again(page: Page) -> None:
    """Let the page look how long its session lasts, as it does every ten seconds."""
    page.clock.run_for(10_000)


class TestEnd:
    def test_warning_comes_first_and_the_session_is_prolonged(
        self, office: None, open_page: PageOpener, web_server: Any, settings: Any
    ) -> None:
        page = open_page(f"{web_server.url}/admin/", width=375)
        open_settings_of_a_session_that_ends(page, web_server.url, settings)
        look_again(page)
        expect(page.get_by_role("alertdialog")).to_contain_text("You will be signed out in 4 min")
        assert check_accessibility(open_page, page) == []
        settings.SESSION_IDLE_AGE = 3600
        page.get_by_role("button", name="Stay signed in").click()
        expect(page.get_by_role("alertdialog")).to_be_hidden()

    def test_form_can_be_sent_after_signing_in_again(
        self, office: None, open_page: PageOpener, web_server: Any, settings: Any
    ) -> None:
        page = open_page(f"{web_server.url}/admin/")
        open_settings_of_a_session_that_ends(page, web_server.url, settings)
        zone = page.get_by_label("Time zone")
        zone.fill("Europe/Paris")
        Session.objects.all().delete()
        settings.SESSION_IDLE_AGE = 3600
        look_again(page)
        warning = page.get_by_role("alertdialog")
        expect(warning).to_contain_text("You are signed out. What you typed is still on this page.")
        with page.context.expect_page() as opened:
            warning.get_by_role("link", name="Sign in in a new tab").click()
        other = opened.value
        enter_password(other)
        other.close()
        page.evaluate("window.dispatchEvent(new Event('focus'))")
        expect(warning).to_contain_text("You are signed in again.")
        assert zone.input_value() == "Europe/Paris"
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Your settings are saved.")).to_be_visible()
        assert User.objects.get(username="anna").time_zone == "Europe/Paris"

    def test_somebody_else_cannot_send_it(
        self, office: None, open_page: PageOpener, web_server: Any, settings: Any
    ) -> None:
        page = open_page(f"{web_server.url}/admin/")
        open_settings_of_a_session_that_ends(page, web_server.url, settings)
        Session.objects.all().delete()
        look_again(page)
        expect(page.get_by_role("alertdialog")).to_contain_text("You are signed out.")
        User.objects.create_superuser("root", password=PASSWORD)
        other = page.context.new_page()
        other.goto(f"{web_server.url}/admin/login/")
        other.get_by_label("Username").fill("root")
        other.get_by_label("Password").fill(PASSWORD)
        other.get_by_role("button", name="Sign in").click()
        other.wait_for_load_state()
        page.evaluate("window.dispatchEvent(new Event('focus'))")
        expect(page.get_by_role("alertdialog")).to_contain_text("Somebody else is signed in")


class OrdinaryPage(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Agenda</title>")

    def log_message(self, *arguments: object) -> None:
        """Print nothing."""


# Chromium does not say which page asks for these. The headless one has no background fetch, which is another of them.
UNUSUAL_REQUESTS = {
    "WebSocket": "(address) => { new WebSocket(address.replace('http', 'ws')); }",
    "prefetch": """(address) => {
      const rules = document.createElement("script");
      rules.type = "speculationrules";
      rules.text = JSON.stringify({ prefetch: [{ urls: [address], eagerness: "immediate" }] });
      document.head.append(rules);
    }""",
}


@pytest.fixture
def other_origin() -> Iterator[str]:
    """Serve a page at another port of this machine: browsers send it the same cookies, as to a host of the domain."""
    with HTTPServer(("127.0.0.1", 0), OrdinaryPage) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_page_of_another_host_of_the_domain_loads_nothing_with_the_session(
    office: None, open_page: PageOpener, web_server: Any, other_origin: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The readers' process, if it was taken over, searched drafts with the browser of an editor, by time."""
    page, address = open_as("anna", open_page, web_server), f"{web_server.url}/admin/find/?q=a"
    page.goto(other_origin)
    with page.expect_event("requestfailed"):  # the browser keeps the answer from the page in any case
        page.evaluate("(address) => fetch(address, {mode: 'no-cors', credentials: 'include'}).catch(() => 0)", address)
    assert "Forbidden: /admin/find/" in caplog.text  # without the session, it would be a redirect
    for name, program in UNUSUAL_REQUESTS.items():
        caplog.clear()
        page.evaluate(program, address)
        for _time in range(50):
            page.wait_for_timeout(100)
            if "Forbidden: /admin/find/" in caplog.text:
                break
        assert "Forbidden: /admin/find/" in caplog.text, name
    with page.expect_navigation():
        page.evaluate("(address) => { location = address; }", address)  # as a link
    expect(page.get_by_role("heading", level=1)).to_have_text("Find")
    open_page.problems.clear()
