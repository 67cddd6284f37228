"""The site has no service worker, and removes those that somebody has left in the browsers of its readers."""

from typing import Any

import pytest
from playwright.sync_api import expect

from council.middleware import service_workers
from tests.external_tools import PageOpener
from tests.public_requests import Visitor

FALSE_PAGES = """
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
const page = () => new Response("<h1>False</h1>", { headers: { "Content-Type": "text/html" } });
self.addEventListener("fetch", (event) => { if (event.request.mode === "navigate") event.respondWith(page()); });
"""


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/sw.js", "/en/", "/static/js/day.js", "/api/v1/meetings/", "/healthz"])
def test_each_script_of_a_worker_removes_it(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path, headers={"service-worker": "script"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/javascript; charset=utf-8")
    assert answer["Cache-Control"] == "no-store"
    assert "unregister()" in answer.content.decode()
    assert "unregister()" not in b"".join(visitor.get(path)).decode(errors="replace")


@pytest.mark.browser
def test_worker_that_shows_false_pages_is_removed_at_the_next_visit(
    db: None, open_page: PageOpener, web_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = f"{web_server.url}/en/"
    page = open_page(home)
    with monkeypatch.context() as taken_over:
        taken_over.setattr(service_workers, "REMOVAL", FALSE_PAGES)
        page.evaluate("navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready)")
        page.goto(home)
        expect(page.get_by_role("heading", level=1)).to_have_text("False")
    page.goto(home)
    expect(page.get_by_role("heading", level=1)).not_to_have_text("False", timeout=15_000)
    page.goto(home)
    expect(page.get_by_role("heading", level=1)).not_to_have_text("False", timeout=15_000)
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((found) => found.length)") == 0
