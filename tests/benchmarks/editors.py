"""Compare our note editor with the page editor of a Wagtail site, on a note of the same size.

`tests.benchmarks.peers` runs this. The note has 40 items, 60 links and 10 programme points; the Wagtail site has no
programme, so there the points are ten more links. On both sites it is a draft that was never published. (Wagtail saves
a live page with about a third of the queries, because it only writes a revision.) Each site has production settings, a
database of the same PostgreSQL server, and one process of the same web server, which also serves its static files. Our
process is the editors' with its database role, and an author works in it; in Wagtail it is a superuser.

A round opens the note in a new browser context, opens it again, types a title of an item and saves, first on our site,
then on the other one. The first round only warms up.
"""

import argparse
import itertools
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Locator, Page, Response, StorageState, sync_playwright

from meetings.documents import schema
from meetings.documents.choices import TimePrecision
from meetings.documents.encoding import encode_document
from tests.benchmarks import corpus
from tests.benchmarks.request_costs import MILLISECONDS_HEADER, PROCESSOR_HEADER, QUERIES_HEADER
from tests.benchmarks.sites import (
    Environment,
    analyze_databases,
    build_database_environment,
    create_databases,
    serve_site,
)
from tests.external_tools import CHROMIUM_ARGUMENTS, find_chromium, find_free_port
from tests.paths import ROOT

OUR_EDITOR, WAGTAIL_EDITOR = "/admin/meetings/meeting/{}/change/", "/admin/pages/{}/edit/"
SOURCES, ITEMS, NESTED_ITEMS, MEETING_LINKS = 10, 40, 10, 10  # each source is a meeting with 8 items and 6 links
NAME, PASSWORD = "author", "a long word of mine"
CREATE_AUTHOR = f"""
from tests.admin_forms import create_user
author = create_user({NAME!r}, "Authors")
author.set_password({PASSWORD!r})
author.save()
"""
EDITED_ITEM = 20  # one with no other item in it
TYPED_TITLE = "A title that somebody types in round {}"
TYPING_DELAY = 80  # milliseconds from one key to the next
DRAFT_DELAY = 3000  # milliseconds until a site has kept the draft of what was typed, so that only the save is measured
BROWSER_ARGUMENTS = [*CHROMIUM_ARGUMENTS, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
# Adds a promise to each document: the milliseconds from the navigation until the condition is true.
AWAIT_READY = """
globalThis.editorReady = new Promise((resolve) => {
  const look = () => ((%s) ? resolve(performance.now()) : requestAnimationFrame(look));
  look();
});
"""
# Measures the milliseconds from each key until the next frame has been drawn.
MEASURE_KEYS = """() => {
  const pressed = [];
  const { port1, port2 } = new MessageChannel();
  globalThis.keyMilliseconds = [];
  port1.onmessage = () => keyMilliseconds.push(performance.now() - pressed.shift());
  addEventListener("keydown", ({ timeStamp }) => {
    pressed.push(timeStamp);
    requestAnimationFrame(() => port2.postMessage(null));
  }, true);
}"""
Figure = Literal[
    "HTML, kB",
    "SQL queries to open",
    "server time to open, ms",
    "ready with an empty browser cache, ms",
    "ready, ms",
    "a key typed into a title, ms",
    "the slowest key, ms",
    "SQL queries to save",
    "server time to save, ms",
    "processor time of it, ms",
]
LIMITS: Mapping[Figure, float] = {
    "HTML, kB": 150,
    "SQL queries to open": 10,
    "ready, ms": 500,
    "a key typed into a title, ms": 25,
    "SQL queries to save": 40,
    "server time to save, ms": 100,
}
"""The most that we allow our own editor."""


@dataclass(frozen=True)
class Editor:
    """The editing screen of a site."""

    name: str
    site: str
    address: str
    ready: str
    """JavaScript that is true as soon as the whole screen can be used."""
    find_title: Callable[[Page, str], Locator]
    """Return the text box of the edited item's title, which contains this title now. Open the item if necessary."""
    save_button: str
    saved_at: str
    saved_status: int
    """The address and the status with which the site answers a save."""


def build_note(source: Any) -> dict[str, Any]:
    """Return the note as plain data, put together from several meetings of the generator."""
    meetings = list(source.meetings(SOURCES))
    items, links = ([row for meeting in meetings for row in meeting[name]] for name in ("items", "links"))
    points = [
        {"time": f"{hour:02}:30", "title": meeting["title"], "place": meeting["place"]}
        for hour, meeting in enumerate(meetings, 8)
    ]
    return {**meetings[0], "items": items[:ITEMS], "links": links, "points": points}


def build_note_document(source: Any, note: Mapping[str, Any]) -> schema.MeetingDocument:
    """Return our document of the note. Most links belong to items, and the last items are within the first ones."""
    document = corpus.build_meeting_document(note, source.configurations(), source.topics())
    for item, link in zip(itertools.cycle(document.agenda), document.links[MEETING_LINKS:], strict=False):
        item.links.append(link)
    for item, nested in zip(document.agenda, document.agenda[-NESTED_ITEMS:], strict=False):
        item.items.append(nested)
    del document.links[MEETING_LINKS:], document.agenda[-NESTED_ITEMS:]
    document.programme = [
        schema.Point(
            id=corpus.get_id(f"point {place}"),
            time_text=point["time"],
            time_precision=TimePrecision.EXACT,
            **point,
        )
        for place, point in enumerate(note["points"])
    ]
    return document


def run_command(python: str, folder: Path, environment: Environment, *arguments: str) -> str:
    """Run a command of Python, and return what it prints."""
    command = [python, *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout.strip()


@contextmanager
def serve_own_editor(options: argparse.Namespace, folder: Path, note: Mapping[str, Any]) -> Iterator[Editor]:
    """Load the note into our site, serve it, and give its editor."""
    create_databases("our_editor")
    static = folder / "our-static"
    own = {**os.environ, "VAR_DIR": str(folder), "STATIC_ROOT": str(static)}
    owner = {**own, **build_database_environment("our_editor")}
    source = corpus.load_generator(options.folder / "gen.py")
    document = build_note_document(source, note)
    lines = folder / "note.jsonl"
    topics = [encode_document(corpus.build_topic_document(topic)) for topic in source.topics()]
    lines.write_text("".join(f"{line}\n" for line in (*topics, encode_document(document))))
    owner |= {"PUBLIC_ROLE_PASSWORD": "benchmark", "EDITOR_ROLE_PASSWORD": "benchmark"}
    for command in (
        "migrate -v 0",
        "load_reference",
        f"load_meetings {lines}",
        "database_roles",
        "collectstatic --no-input -v 0",
    ):
        run_command(sys.executable, ROOT, owner, "manage.py", *command.split())
    run_command(sys.executable, ROOT, owner, "manage.py", "shell", "-v", "0", "-c", CREATE_AUTHOR)
    analyze_databases("our_editor")
    environment = {
        **own,
        **build_database_environment("our_editor", "council_editor"),
        "SITE_ROLE": "editor",
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.measured_settings",
        "MEASURED_SETTINGS": "council.settings",
    }

    def find_title(page: Page, title: str) -> Locator:
        page.get_by_role("button", name=title, exact=True).first.click()
        return page.locator("#agenda").get_by_role("textbox", name="Title", exact=True).last

    site = f"http://127.0.0.1:{find_free_port()}"
    address = site + OUR_EDITOR.format(document.id)
    with serve_site(
        site,
        "council.wsgi:application",
        python=sys.executable,
        folder=ROOT,
        environment=environment,
        workers=1,
        options=f"--static-path-mount {static}",
    ):
        yield Editor(
            name="ours",
            site=site,
            address=address,
            ready="document.querySelector('#note-editor[data-ready=true]')",
            find_title=find_title,
            save_button="Save",
            saved_at=f"{address}save/",
            saved_status=200,
        )


@contextmanager
def serve_wagtail_editor(options: argparse.Namespace, folder: Path, note: Mapping[str, Any]) -> Iterator[Editor]:
    """Load the note into the Wagtail site, serve it, and give its page editor."""
    create_databases("wagtail_editor")
    static, data, home = folder / "wagtail-static", folder / "note.json", options.folder / "wagtail_site"
    data.write_text(json.dumps(note, default=str))
    environment = {
        **os.environ,
        **build_database_environment("wagtail_editor"),
        "PYTHONPATH": f"..:.:{ROOT}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.measured_settings",
        "MEASURED_SETTINGS": "wsite.settings",
        "STATIC_ROOT": str(static),
        "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
    }
    for command in (
        "migrate -v 0",
        "collectstatic --no-input -v 0",
        f"createsuperuser --no-input --username {NAME} --email {NAME}@example.org",
    ):
        run_command(options.python, home, environment, "manage.py", *command.split())
    page_id = run_command(options.python, home, environment, "-m", "tests.benchmarks.wagtail_note", str(data))
    analyze_databases("wagtail_editor")
    site = f"http://127.0.0.1:{find_free_port()}"
    address = site + WAGTAIL_EDITOR.format(page_id)
    rich_texts, last_link = len(note["items"]) + 1, len(note["links"]) + len(note["points"]) - 1
    with serve_site(
        site,
        "wsite.wsgi:application",
        python=options.python,
        folder=home,
        environment=environment,
        workers=1,
        options=f"--static-path-mount {static}",
    ):
        yield Editor(
            name="Wagtail",
            site=site,
            address=address,
            ready=f"document.readyState === 'complete' && document.querySelector('#id_media_links-{last_link}-label') "
            f"&& document.querySelectorAll('[contenteditable=true]').length === {rich_texts}",
            find_title=lambda page, _title: page.locator(f"#id_agenda_items-{EDITED_ITEM}-title"),
            save_button="Save draft",
            saved_at=address,
            saved_status=302,
        )


def sign_in(browser: Browser, editor: Editor) -> StorageState:
    """Sign in, and return the cookies."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{editor.site}/admin/")
        page.locator("[name=username]").fill(NAME)
        page.locator("[name=password]").fill(PASSWORD)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert "login" not in page.url, f"{NAME} could not sign in to {editor.site}"
        return context.storage_state()


def measure_round(
    browser: Browser, editor: Editor, cookies: StorageState, old_title: str, new_title: str
) -> dict[Figure, float]:
    with browser.new_context(storage_state=cookies, viewport={"width": 1280, "height": 800}) as context:
        context.add_init_script(AWAIT_READY % editor.ready)
        page = context.new_page()
        page.goto(editor.address)
        first_ready = page.evaluate("editorReady")
        opened = page.goto(editor.address)
        assert opened
        assert opened.ok, f"{editor.address} answers {opened.status}"
        ready = page.evaluate("editorReady")
        html = opened.body()
        editor.find_title(page, old_title).click()
        page.keyboard.press("Control+a")
        page.evaluate(MEASURE_KEYS)
        page.keyboard.type(new_title, delay=TYPING_DELAY)
        keys = page.evaluate("keyMilliseconds")
        page.wait_for_timeout(DRAFT_DELAY)

        def is_saved(response: Response) -> bool:
            return response.url == editor.saved_at and response.status == editor.saved_status

        with page.expect_response(is_saved) as saving:
            page.get_by_role("button", name=editor.save_button, exact=True).click()
        saved = saving.value
        page.wait_for_load_state("networkidle")
        return {
            "HTML, kB": len(html) / 1000,
            "SQL queries to open": int(opened.headers[QUERIES_HEADER]),
            "server time to open, ms": float(opened.headers[MILLISECONDS_HEADER]),
            "ready with an empty browser cache, ms": first_ready,
            "ready, ms": ready,
            "a key typed into a title, ms": statistics.median(keys),
            "the slowest key, ms": max(keys),
            "SQL queries to save": int(saved.headers[QUERIES_HEADER]),
            "server time to save, ms": float(saved.headers[MILLISECONDS_HEADER]),
            "processor time of it, ms": float(saved.headers[PROCESSOR_HEADER]),
        }


def format_table(ours: Mapping[Figure, float], peer: Mapping[Figure, float]) -> str:
    lines = [f"{'':40}{'ours':>10}{'Wagtail':>10}{'ratio':>8}{'at most':>10}"]
    for figure, value in ours.items():
        limit = LIMITS.get(figure)
        line = f"{figure:40}{value:10.1f}{peer[figure]:10.1f}{peer[figure] / value:8.1f}"
        if limit is not None:
            line += f"{limit:10}{'  EXCEEDED' if value > limit else ''}"
        lines.append(line)
    return "\n".join(lines)


def compare_editors(options: argparse.Namespace, folder: Path) -> None:
    """Print the figures of both editors, with the medians of all rounds."""
    executable = find_chromium()
    if not executable:
        raise SystemExit("Chromium was not found on PATH. Install it, or set CHROMIUM.")
    note = build_note(corpus.load_generator(options.folder / "gen.py"))
    with ExitStack() as stack:
        editors = [
            stack.enter_context(serve(options, folder, note)) for serve in (serve_own_editor, serve_wagtail_editor)
        ]
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=executable, args=BROWSER_ARGUMENTS)
        cookies = [sign_in(browser, editor) for editor in editors]
        titles = [note["items"][EDITED_ITEM]["title"], *map(TYPED_TITLE.format, range(options.rounds + 1))]
        before = os.getloadavg()[0]
        rounds = [
            [measure_round(browser, *each, *change) for each in zip(editors, cookies, strict=True)]
            for change in itertools.pairwise(titles)
        ]
        browser.close()
    ours, peer = (
        {figure: statistics.median(one[figure] for one in measured) for figure in measured[0]}
        for measured in zip(*rounds[1:], strict=True)
    )
    sys.stdout.write(
        f"Editing a note with {len(note['items'])} items, {len(note['links'])} links and {len(note['points'])} points: "
        f"medians of {options.rounds} rounds, load {before:.1f} before and {os.getloadavg()[0]:.1f} after on "
        f"{os.cpu_count()} processors\n{format_table(ours, peer)}\n"
    )
