"""Give tests access to external tools: Chromium and the Nu checker as fixtures, other commands with `find_tool`.

`.ci/run` installs the tools. If one is missing, its tests are skipped with a reason that starts with “not run”.
`tests/report.py` reports them at the end, and with REQUIRE_ALL=1 the run fails. Tests that use one of these fixtures
run on SQLite only, because the database makes no difference to a browser or checker.
"""

import atexit
import ctypes.util
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NoReturn
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from playwright import sync_api
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, sync_playwright

from tests.paths import ROOT

FIXTURES = {"browser", "open_page", "nu_checker"}
NOT_RUN = "not run: "
ColourScheme = Literal["light", "dark", "no-preference"]
# The headless shell needs a quarter of the time for a new window, since it has no toolbars.
CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]
NGINX_STREAM = Path("/usr/lib/nginx/modules/ngx_stream_module.so")
NODE_MODULES = ROOT / ".tools/node_modules"
VNU_JAR = NODE_MODULES / "vnu-jar/build/dist/vnu.jar"
ICAL_JS = NODE_MODULES / "ical.js/dist/ical.es5.cjs"
# With only the first-stage compiler, the checker starts in two thirds of the time and is as fast on pages of our size.
# It needs a larger stack than the default of some machines.
JAVA_OPTIONS = ["-Xss4m", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-Dnu.validator.servlet.bind-address=127.0.0.1"]
CHECKER_START_SECONDS = 60
OLDEST_JAVA = 17
# Runs the server and ends it when standard input closes, however the test run ends.
KEEP_ALIVE_SCRIPT = '"$@" & read -r _; kill "$!"; wait'


def skip_missing_tool(tool: str, reason: str) -> NoReturn:
    """Skip the test because an external tool is missing, and report it. Never skip a test in another way."""
    pytest.skip(f"{NOT_RUN}{tool} ({reason})")


def find_tool(name: str, oldest: tuple[int, ...] = (), version: tuple[str, ...] = ("--version",)) -> str:
    """Return the path of a command, for tests that are marked `browser`.

    `oldest` is the oldest version that is allowed. `version` are the arguments that make the command print its version.
    """
    path = shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")
    if not path:
        skip_missing_tool(name, "not found on PATH: .ci/run installs it")
    if oldest:
        result = subprocess.run([path, *version], capture_output=True, text=True, check=False)
        found = re.search(r"\d+(?:\.\d+)+", result.stdout + result.stderr)
        if not found or tuple(map(int, found[0].split("."))) < oldest:
            wanted = ".".join(map(str, oldest))
            skip_missing_tool(name, f"{found[0] if found else 'this one'} is too old: {wanted} or newer is needed")
    return path


def find_nginx_stream() -> Path | None:
    """Return nginx's module for connections other than HTTP, or None if it is built in, for tests marked `browser`."""
    nginx = find_tool("nginx")
    built = subprocess.run([nginx, "-V"], capture_output=True, text=True, check=False).stderr
    if "--with-stream " in built:
        return None
    if not NGINX_STREAM.exists():
        skip_missing_tool("libnginx-mod-stream", "not found: .ci/run installs it")
    return NGINX_STREAM


def find_faketime() -> str:
    """Return the path of the library that changes the clock of a process, for tests that are marked `browser`."""
    configured = os.environ.get("FAKETIME_LIBRARY")
    found = [Path(configured)] if configured else sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found or not found[0].exists():
        skip_missing_tool("libfaketime", "not found: .ci/run installs it, or set FAKETIME_LIBRARY")
    return str(found[0])


def find_libical() -> str:
    """Return the C library that reads calendars, for tests that are marked `browser`."""
    found = ctypes.util.find_library("ical")
    if not found:
        skip_missing_tool("libical", "not found: .ci/run installs it")
    return found


def find_ical_js() -> Path:
    """Return the JavaScript module that reads calendars, for tests that are marked `browser`. `node` runs it."""
    if not ICAL_JS.exists():
        skip_missing_tool("ical.js", "not found in .tools: .ci/run installs it")
    return ICAL_JS


def find_chromium() -> str | None:
    configured = os.environ.get("CHROMIUM")
    if configured:
        return shutil.which(configured)
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def can_run_driver() -> bool:
    """Return True if Playwright's own Node.js runs. It needs a library that Debian may not have."""
    node, *_ = compute_driver_executable()
    return subprocess.run([node, "--version"], capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium. Most tests want `open_page`."""
    executable = find_chromium()
    if not executable:
        skip_missing_tool("Chromium", "not found on PATH: .ci/run installs it, or set CHROMIUM")
    if not can_run_driver():
        skip_missing_tool("Chromium", "Playwright's driver needs libatomic, which is missing: .ci/run installs it")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # While Playwright runs, it keeps an event loop in this thread, so Django would take any query for one from
        # asynchronous code and refuse it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        started = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
        yield started
        started.close()


class PageOpener:
    """Opens pages, each in its own browser context, and collects their errors in `problems`.

    Those are errors and warnings on its console (a breach of the content security policy is one), uncaught exceptions,
    failed requests, and requests to another host. The fixture fails the test if any are left at its end; a test that
    expects some looks at them and clears the list.

    `answering` is held while the tests' own server answers a request. Once `close` has returned, none is under way, and
    the server refuses what still arrives until a page is opened again: it would change the data of the next test.
    """

    answering = threading.RLock()
    is_any_open = False

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.problems: list[str] = []
        self.contexts: list[BrowserContext] = []

    def __call__(
        self,
        url: str,
        *,
        width: int = 1280,
        height: int = 800,
        colour_scheme: ColourScheme = "light",
        forced_colours: bool = False,
        reduced_motion: bool = True,
        media: Literal["screen", "print"] = "screen",
        javascript: bool = True,
        language: str = "en-GB",
        time_zone: str = "Europe/Brussels",
        **context_options: Any,
    ) -> Page:
        PageOpener.is_any_open = True
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=colour_scheme,
            forced_colors="active" if forced_colours else "none",
            reduced_motion="reduce" if reduced_motion else "no-preference",
            java_script_enabled=javascript,
            locale=language,
            timezone_id=time_zone,
            **context_options,
        )
        self.contexts.append(context)
        self._listen(context, urlsplit(url).netloc)
        page = context.new_page()
        page.emulate_media(media=media)
        page.goto(url)
        return page

    def show(self, url: str) -> Page:
        """Open a page as a desktop in the window that is open, with its cookies and cache, or else in a new one."""
        if not self.contexts:
            return self(url)
        page = self.contexts[-1].pages[0]
        change_screen(page, 1280, color_scheme="light", forced_colors="none", media="screen")
        page.goto(url)
        return page

    def close(self) -> None:
        with self.answering:
            PageOpener.is_any_open = False
            while self.contexts:
                self.contexts.pop().close()

    def _listen(self, context: BrowserContext, host: str) -> None:
        def on_console(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                self.problems.append(f"console: {message.text}")

        def on_request(url: str) -> None:
            if urlsplit(url).netloc not in {host, ""}:  # data: and blob: addresses have no host
                self.problems.append(f"request to another host: {url}")

        def on_exception(error: Error) -> None:
            self.problems.append(f"uncaught: {error}")

        def on_failure(request: sync_api.Request) -> None:
            # A page that is left while its icon is still under way gives that up itself, and nothing has failed.
            if request.failure != "net::ERR_ABORTED":
                self.problems.append(f"failed: {request.url} {request.failure}")

        context.on("console", on_console)
        context.on("weberror", lambda error: on_exception(error.error))
        context.on("request", lambda request: on_request(request.url))
        context.on("requestfailed", on_failure)


def change_screen(page: Page, width: int, **emulated: Any) -> None:
    """Give an open page another width, and what the browser emulates (`color_scheme`, `media`), without transitions."""
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(**emulated)
    page.evaluate("document.getAnimations().forEach((animation) => animation.finish())")


@pytest.fixture
def open_page(browser: Browser) -> Iterator[PageOpener]:
    """`open_page(url, width=320, colour_scheme="dark", media="print", …)` returns a Playwright page."""
    opener = PageOpener(browser)
    yield opener
    opener.close()
    assert opener.problems == []


NuChecker = Callable[[str], list[str]]


@pytest.fixture(scope="session")
def nu_checker() -> Iterator[NuChecker]:
    """`nu_checker(html)` returns the errors that the Nu HTML checker finds, which is an empty list for a valid page."""
    lacking = find_missing_checker_part()
    if lacking:
        skip_missing_tool("Nu checker", f"{lacking} missing: .ci/run installs what it needs")
    with run_checker_server() as url:
        wait_for_checker(url)
        yield lambda html: fetch_checker_errors(url, html)


def find_missing_checker_part() -> str:
    lacking = [] if get_java_version() >= OLDEST_JAVA else [f"Java {OLDEST_JAVA} or newer"]
    lacking += [] if find_checker_jar().exists() else ["vnu-jar"]
    return " and ".join(lacking)


def find_checker_jar() -> Path:
    return Path(os.environ.get("VNU_JAR", VNU_JAR))


def get_java_version() -> int:
    java = shutil.which("java")
    if not java:
        return 0
    output = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', output)
    return int(found[1]) if found else 0


@contextmanager
def run_checker_server() -> Iterator[str]:
    """Run the checker as a server, because it takes seconds to start but only hundredths of a second for a page.

    `make test` starts one early, and all workers use its address from NU_CHECKER_URL.
    """
    existing = os.environ.get("NU_CHECKER_URL")
    if existing:
        yield existing
        return
    port = find_free_port()
    java = ["java", *JAVA_OPTIONS, "-cp", str(find_checker_jar()), "nu.validator.servlet.Main", str(port)]
    keeper = subprocess.Popen(
        ["/bin/sh", "-c", KEEP_ALIVE_SCRIPT, "sh", *java],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        keeper.communicate()


def find_free_port() -> int:
    """Return a port of 127.0.0.1 where nothing listens. No test gets the same one again, and none in another process.

    It is kept by a UDP socket with its number until this process ends, because a server needs seconds until it listens.
    The system gives these numbers to no connection, unlike those from 32768 on.
    """
    while True:
        port = secrets.choice(range(11_000, 32_768))  # Chromium refuses 10080
        keeper = socket.socket(type=socket.SOCK_DGRAM)
        with socket.socket() as probe:
            try:
                keeper.bind(("127.0.0.1", port))
                probe.bind(("127.0.0.1", port))
            except OSError:
                keeper.close()
                continue
        atexit.register(keeper.close)
        return port


def wait_for_checker(url: str) -> None:
    deadline = time.monotonic() + CHECKER_START_SECONDS
    while True:
        try:
            fetch_checker_errors(url, "<!DOCTYPE html><html lang=en><title>-</title>")
            return
        except (URLError, ConnectionError) as error:
            if time.monotonic() > deadline:
                raise TimeoutError(f"the Nu checker did not answer within {CHECKER_START_SECONDS} s") from error
            time.sleep(0.1)


def fetch_checker_errors(url: str, html: str) -> list[str]:
    headers = {"Content-Type": "text/html; charset=utf-8"}
    request = Request(f"{url}?out=json&level=error", data=html.encode(), headers=headers)
    with urlopen(request, timeout=CHECKER_START_SECONDS) as answer:
        messages = json.load(answer)["messages"]
    return [
        f"line {found.get('lastLine', '?')}: {found['message']} {found.get('extract', '')!r}"
        for found in messages
        if found["type"] != "info"
    ]
