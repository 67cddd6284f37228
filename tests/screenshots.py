"""Take the pictures of the editors' guide: `python -m tests.screenshots [FOLDER]`, by default into `docs/img`.

It starts its own demo on a free port, and takes a note through all steps as its author and its publisher.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from meetings.clock import BRUSSELS
from tests.external_tools import CHROMIUM_ARGUMENTS, find_chromium, find_free_port
from tests.paths import ROOT

MEETINGS = "/admin/meetings/meeting/"
PALETTE_SIZE = 96  # few colours for a small file, but enough for letters with smooth edges


@contextmanager
def run_demo(var: Path) -> Iterator[str]:
    """Start a demo and yield its address."""
    port = find_free_port()
    environment = {**os.environ, "VAR_DIR": str(var)}
    environment.pop("DATABASE_URL", None)
    serve = [sys.executable, "manage.py", "demo", "--port", str(port)]
    with subprocess.Popen(serve, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as server:
        address, deadline = f"http://127.0.0.1:{port}", monotonic() + 300
        try:
            while not is_answering(f"{address}/healthz"):
                if monotonic() > deadline or server.poll() is not None:
                    raise TimeoutError("The demo did not start.")
                sleep(0.5)
            yield address
        finally:
            server.terminate()


def is_answering(address: str) -> bool:
    try:
        with urlopen(address):
            return True
    except (URLError, ConnectionError):
        return False


class EditorScreen:
    """The browser window of a user who is signed in."""

    def __init__(self, browser: Browser, address: str, name: str, password: str, folder: Path) -> None:
        self.address, self.folder = address, folder
        self.page: Page = browser.new_page(viewport={"width": 1000, "height": 700}, color_scheme="light")
        self.open("/admin/")
        self.page.get_by_label("Username").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.press("Sign in")

    def open(self, path: str) -> None:
        self.page.goto(f"{self.address}{path}")

    def press(self, name: str, role: Any = "button") -> None:
        self.page.get_by_role(role, name=name, exact=True).first.click()
        self.page.wait_for_load_state("networkidle")

    def take_picture(self, name: str, height: int = 700, width: int = 1000) -> None:
        path = self.folder / f"{name}.png"
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
        self.page.screenshot(path=path)
        with Image.open(path) as taken:
            taken.convert("RGB").quantize(PALETTE_SIZE, dither=Image.Dither.NONE).save(path, optimize=True)

    def find_meeting_path(self, query: str) -> str:
        """Return the path of the meeting's screens."""
        self.open(f"{MEETINGS}?q={query}")
        self.page.locator("#result_list tbody th a").first.click()
        self.page.wait_for_load_state("networkidle")
        return self.page.url.removeprefix(self.address).removesuffix("change/").partition("change/")[0]


def take_all_pictures(browser: Browser, address: str, accounts: dict[str, str], folder: Path) -> None:
    author = EditorScreen(browser, address, "author", accounts["author"], folder)
    publisher = EditorScreen(browser, address, "publisher", accounts["publisher"], folder)
    author.open("/en/")
    author.take_picture("home", 1000, 1280)
    note = author.find_meeting_path("JHA+2017")
    author.open(f"{note}change/")
    lead = author.page.get_by_label("Lead")
    lead.fill(lead.input_value().replace("migration", "migration and asylum", 1))
    author.press("Save and submit…")
    author.page.get_by_label("Comment (optional)").fill("The lead now names asylum too, as agreed this morning.")
    author.take_picture("submit", 760)
    author.press("Submit for approval")
    take_schedule_and_alarm(publisher)
    publisher.open("/admin/")
    publisher.take_picture("dashboard", 760)
    publisher.open(f"{note}review/")
    publisher.take_picture("review", 820)
    publisher.press("Approve")
    publisher.press("Publish…", "link")
    publisher.page.locator("#id_at").fill("2027-11-25 18:00")
    publisher.page.get_by_label("What changed").fill("The lead names asylum.")
    publisher.press("Check the time")
    publisher.take_picture("release", 900)
    publisher.press("Schedule 1 page")
    publisher.page.locator(".progress a").click()
    publisher.page.wait_for_load_state("networkidle")
    publisher.take_picture("scheduled", 560)
    author.open(f"{note}change/")
    lead = author.page.get_by_label("Lead")
    lead.fill(lead.input_value() + " And more.")
    author.press("Save and continue editing")
    author.take_picture("without-your-change", 560)
    author.open(f"{note}everywhere/?find=Schengen&becomes=Schengen area")
    author.take_picture("same-change", 900)
    translator = EditorScreen(browser, address, "translator", accounts["translator"], folder)
    translator.open(f"{note}translate/el/?show=todo")
    translator.take_picture("translating", 760)


def take_schedule_and_alarm(publisher: EditorScreen) -> None:
    """Schedule a draft that nobody has approved in twenty minutes, and take pictures of the alarm."""
    publisher.open(f"{MEETINGS}?publication=never")
    publisher.page.locator("#result_list tbody th a").first.click()
    publisher.page.wait_for_load_state("networkidle")
    publisher.press("Publish…", "link")
    due = datetime.now(BRUSSELS).replace(second=0, microsecond=0) + timedelta(minutes=20)
    publisher.page.locator("#id_at").fill(due.isoformat())
    publisher.press("Schedule")
    publisher.page.get_by_role("link", name="View the draft").click()
    publisher.press("Publish…", "link")
    publisher.take_picture("emergency", 900)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "img"
    with tempfile.TemporaryDirectory() as var, run_demo(Path(var)) as address, sync_playwright() as playwright:
        lines = (Path(var) / "demo-accounts").read_text().splitlines()
        accounts = dict(line.split() for line in lines)
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
        take_all_pictures(browser, address, accounts, folder)
        browser.close()


if __name__ == "__main__":
    main()
