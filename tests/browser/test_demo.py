"""Tests of a running `manage.py demo`, with a browser, axe-core and the Nu HTML checker."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.accessibility import CONTRAST_RULES, RULES_BY_SCREEN, run_axe
from tests.crawler import walk_site
from tests.external_tools import NuChecker, PageOpener, change_screen, find_free_port
from tests.paths import ROOT

NOTE = "/en/meetings/jha/2017/09/14/"
# Those of which the demo has more than the tests of one page. The first of them have the most marks and colours.
PAGES = ["/en/", NOTE, "/en/day/2017-09-14/", "/en/search/?q=migration", "/en/meetings/", "/en/meetings/jha/"]
PAGES += ["/en/topics/", "/en/topics/migration-policy/", "/en/meetings/2017/09/", "/en/meetings/corrections/"]
PAGES += ["/en/press-conferences/", "/api/docs/press-conferences/"]
PAGES += ["/en/files/", "/en/delegations/", "/en/delegations/pl/"]
PAGES += ["/fr/meetings/?configuration=jha&place=%00", "/el/search/?q=zzz"]
PAGES += ["/en/meetings/corrections/?kind=none", "/el/meetings/2017/08/?configuration=jha"]
PAGES += ["/en/about/", "/en/about/accessibility/", "/en/about/privacy/", "/en/about/legal/", "/en/glossary/"]
SAMPLE_TITLES = {  # by what the command prints before their addresses
    "today": "(?:Today's|The next) meeting:",
    "moved": "Old address, meeting moved:",
    "withdrawn": "A withdrawn meeting:",
    "changed": "Changes to a meeting:",
}
EDITION_PATHS = ["", "1/", "99/"]
LIST_STYLESHEETS = "[...document.querySelectorAll('link[rel=stylesheet]')].map((each) => each.href)"
A4_WIDTH = 794  # CSS pixels
# Each width, what the browser emulates with it, and the rules to check. The last two views have other colours, but no
# other structure, and nobody presses a button on paper.
VIEWS: list[tuple[int, dict[str, Any], tuple[str, ...]]] = [
    *(
        (width, {"color_scheme": colours, "media": "screen"}, rules and (*rules, "target-size"))
        for width, colours, rules in RULES_BY_SCREEN
    ),
    (1280, {"color_scheme": "light", "forced_colors": "active"}, CONTRAST_RULES),
    (A4_WIDTH, {"forced_colors": "none", "media": "print"}, CONTRAST_RULES),
]

pytestmark = pytest.mark.browser


@dataclass
class RunningDemo:
    url: str
    var: Path
    printed: str
    environment: dict[str, str]
    stylesheets: set[str] = field(default_factory=set)  # those that were looked at in all views

    def get_password(self, name: str) -> str:
        found = re.search(rf"{name}\s+(\S+)", self.printed)
        assert found
        return found[1]

    def get_address(self, title: str) -> str:
        """Return the path that the command printed after a title."""
        found = re.search(rf"{title}\s+http://[^/]+(\S+)", self.printed)
        assert found, title
        return found[1]

    def fetch_json(self, path: str) -> Any:
        with urlopen(self.url + path, timeout=10) as answer:
            return json.load(answer)


def build_command(*arguments: str) -> list[str]:
    return [sys.executable, str(ROOT / "manage.py"), *arguments]


@pytest.fixture(scope="module")
def demo(django_db_setup: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    port = find_free_port()
    var = tmp_path_factory.mktemp("demo")
    shutil.copy(django_db_setup, var / "db.sqlite3")
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | {"VAR_DIR": str(var)}
    log = var / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            build_command("demo", "--port", str(port)),
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        wait_for_answer(process, f"http://127.0.0.1:{port}/readyz", log)
        yield RunningDemo(f"http://127.0.0.1:{port}", var, log.read_text(), environment)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)


def wait_for_answer(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    for _try in range(900):
        assert process.poll() is None, log.read_text()
        try:
            urlopen(address, timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the demo did not answer: {log.read_text()}")


@pytest.fixture(scope="module")
def only_window(browser: Browser) -> Iterator[PageOpener]:
    opener = PageOpener(browser)
    yield opener
    opener.close()


@pytest.fixture
def window(only_window: PageOpener) -> Iterator[PageOpener]:
    """Show all pages in one window, because a new one costs more than most pages."""
    yield only_window
    problems = [*only_window.problems]
    only_window.problems.clear()
    assert problems == []


class TestPreparing:
    def test_second_run_changes_nothing_and_prints_the_same_accounts(self, demo: RunningDemo) -> None:
        before = demo.fetch_json("/api/v1/meetings/?limit=100")
        again = subprocess.run(
            build_command("demo", "--no-serve"), env=demo.environment, capture_output=True, text=True, check=True
        ).stdout
        assert demo.fetch_json("/api/v1/meetings/?limit=100") == before
        assert "The sample meetings already exist. They were not changed." in again
        for name in ("author", "publisher", "duty", "translator", "administrator"):
            assert demo.get_password(name) in again

    def test_port_in_use_is_named(self, demo: RunningDemo) -> None:
        port = demo.url.rpartition(":")[2]
        second = subprocess.run(
            build_command("demo", "--port", port), env=demo.environment, capture_output=True, text=True, check=False
        )
        assert second.returncode == 2
        assert port in second.stderr


class TestPages:
    @pytest.mark.parametrize("path", PAGES)
    def test_page_is_accessible(self, demo: RunningDemo, window: PageOpener, nu_checker: NuChecker, path: str) -> None:
        self.check_accessibility(path, demo, window, nu_checker)

    @pytest.mark.parametrize("sample", SAMPLE_TITLES)
    def test_samples_are_accessible(
        self, demo: RunningDemo, window: PageOpener, nu_checker: NuChecker, sample: str
    ) -> None:
        self.check_accessibility(demo.get_address(SAMPLE_TITLES[sample]), demo, window, nu_checker)
        expected = 1 if sample == "withdrawn" else 0  # the console complains of 410
        assert sum("410 (Gone)" in problem for problem in window.problems) == expected
        window.problems[:] = [problem for problem in window.problems if "410 (Gone)" not in problem]

    @pytest.mark.parametrize("which", EDITION_PATHS)
    def test_editions_are_accessible(
        self, demo: RunningDemo, window: PageOpener, nu_checker: NuChecker, which: str
    ) -> None:
        editions = demo.get_address(SAMPLE_TITLES["changed"]).removesuffix("1..2/")
        self.check_accessibility(editions + which, demo, window, nu_checker)
        window.problems[:] = [problem for problem in window.problems if "404 (Not Found)" not in problem]

    def check_accessibility(self, path: str, demo: RunningDemo, window: PageOpener, nu_checker: NuChecker) -> None:
        """Check the page, in all views if it is the first with one of its stylesheets."""
        page = window.show(demo.url + path)
        stylesheets = set(page.evaluate(LIST_STYLESHEETS))
        views = VIEWS[: len(RULES_BY_SCREEN)] if stylesheets <= demo.stylesheets else VIEWS
        demo.stylesheets |= stylesheets
        for width, emulated, rules in views:
            change_screen(page, width, **emulated)
            assert run_axe(page, rules, with_target_size=True) == [], (width, emulated)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (width, emulated)
        assert nu_checker(fetch_source(demo.url + path)) == []

    @pytest.mark.parametrize("path", ["/en/nothing/", "/en/meetings/jha/2017/09/15/", "/en/day/2017-02-30/"])
    def test_not_found_page_is_accessible(
        self, demo: RunningDemo, window: PageOpener, nu_checker: NuChecker, path: str
    ) -> None:
        self.check_accessibility(path, demo, window, nu_checker)
        window.problems[:] = [problem for problem in window.problems if "404 (Not Found)" not in problem]

    def test_next_stream_is_on_the_first_screen_of_a_phone(self, demo: RunningDemo, open_page: PageOpener) -> None:
        page = open_page(f"{demo.url}/en/press-conferences/", width=375, height=667)
        box = page.get_by_role("link", name="Streamed live").first.bounding_box()
        assert box
        assert box["y"] + box["height"] < 667

    def test_site_works_without_javascript(self, demo: RunningDemo, open_page: PageOpener) -> None:
        page = open_page(demo.url + NOTE, javascript=False)
        heading = page.get_by_role("heading", level=1)
        assert heading.inner_text().split("\n") == ["Justice and Home Affairs Council", "Thursday 14 September 2017"]
        page.locator(".language summary").click()
        page.locator(".languages a[hreflang=fr]").click()
        french = ['Conseil "Justice et affaires intérieures"', "jeudi 14 septembre 2017"]
        assert heading.inner_text().split("\n") == french


class TestLinks:
    """All links of the site work, including those to a part of a page."""

    def test_no_link_is_broken(self, demo: RunningDemo) -> None:
        walked = walk_site(demo.url, "en")
        assert len(walked.pages) > 60
        assert walked.missing_parts() == set()


def fetch_source(url: str) -> str:
    try:
        answer = urlopen(url, timeout=10)
    except HTTPError as error:
        answer = error
    with answer:
        return str(answer.read().decode())


def test_correction_by_two_people_becomes_edition_three(demo: RunningDemo, open_page: PageOpener) -> None:
    author, publisher = (open_note_editor(demo, open_page, name) for name in ("author", "publisher"))
    lead = author.get_by_role("textbox", name="Lead")
    words = lead.inner_text().replace("recent terrorist attacks", "recent attacks")
    lead.click()
    author.keyboard.press("ControlOrMeta+a")
    author.keyboard.insert_text(words)
    author.get_by_role("button", name="Submit for approval").first.click()
    author.wait_for_url("**/submit/")
    author.get_by_role("button", name="Submit for approval").click()
    author.get_by_text("In review since").first.wait_for()
    publisher.reload()
    publisher.get_by_role("link", name="Review…").click()
    publisher.get_by_role("button", name="Approve").click()
    publisher.get_by_role("link", name="Publish…").click()
    publisher.get_by_label("What changed").fill("A word in the lead.")
    publisher.get_by_label("Now", exact=True).check()
    publisher.get_by_role("button", name="Publish 1 page now…").click()
    publisher.get_by_role("button", name="Publish 1 page now", exact=True).click()
    publisher.get_by_text("was published on").first.wait_for()
    of_the_note = "/api/v1/meetings/?date_to=2017-12-31"
    [meeting] = demo.fetch_json(of_the_note)["results"]
    deadline = time.monotonic() + 5
    while meeting["edition"] == 2 and time.monotonic() < deadline:
        time.sleep(0.1)
        [meeting] = demo.fetch_json(of_the_note)["results"]
    assert (meeting["edition"], meeting["change_note"]) == (3, "A word in the lead.")
    reader = open_page(demo.url + NOTE)
    assert reader.get_by_text("Following recent attacks in Europe").count() == 1
    assert reader.get_by_text("A word in the lead.").count() == 1


def open_note_editor(demo: RunningDemo, open_page: PageOpener, name: str) -> Page:
    """Sign in and open the note in the editor."""
    page = open_page(demo.url + "/admin/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(demo.get_password(name))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Meetings", exact=True).last.click()
    page.get_by_role("link", name="Justice and Home Affairs Council", exact=True).last.click()  # the oldest of all
    page.get_by_role("textbox", name="Lead").wait_for()
    return page
