"""Compare this site with others of the same content: plain Django and DRF, Wagtail, and nginx with files.

    python -m tests.postgres python manage.py compare_peers FOLDER PYTHON [--only editors] [--rounds 5]

FOLDER contains the other sites and the generator of the content, and PYTHON is the interpreter of their environment;
neither is part of this repository.

The first part needs `wrk` and nginx, and compares requests per second. The same web server serves all sites with the
same options, from databases of one PostgreSQL. Our site runs as the public process, with row-level security: once with
its cache of responses, for what many readers ask for, and once without, where each request asks for another page. nginx
serves our own pages as files, and once stands in front of our site with the file of the deployment, without its limits.
The runs alternate, and the result is the median of the ratios of neighbouring runs.

The second part needs Chromium and compares the editing screens (`tests.benchmarks.editors`). `--only requests` and
`--only editors` run one of the two.
"""

import argparse
import json
import os
import random
import re
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

from tests.benchmarks import corpus
from tests.benchmarks.editors import compare_editors
from tests.benchmarks.sites import (
    Environment,
    analyze_databases,
    build_database_environment,
    create_databases,
    serve_site,
)
from tests.benchmarks.tables import Comparison, print_comparisons
from tests.deployment.stack import HOST, build_nginx_command, create_certificate, write_nginx_conf
from tests.external_tools import find_free_port
from tests.paths import ROOT

UNCACHED, CACHED = "http://127.0.0.1:8491", "http://127.0.0.1:8492"
PLAIN, WAGTAIL = "http://127.0.0.1:8493", "http://127.0.0.1:8494"
STATIC, FRONT = "https://127.0.0.1:8495", "https://127.0.0.1:8496"
BEHIND_FRONT = "http://127.0.0.1:8497"
NAMES = {PLAIN: "plain Django", WAGTAIL: "Wagtail", STATIC: "nginx static"}
HOT_PAGES = 30  # what many readers ask for at once
WORDS = ("halieutica", "negotiatio")  # in one and in thirty of a hundred meetings
WRK_SCRIPT = """
local paths, at = {}, 0
function init(arguments)
  for line in io.lines(arguments[1]) do paths[#paths + 1] = line end
end
function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end
"""
STATIC_CONF = """
worker_processes auto; pid {folder}/static.pid; error_log {folder}/static-error.log; daemon off;{user}
events {{ worker_connections 1024; }}
http {{
    access_log off; sendfile on; default_type text/html;
    ssl_certificate {folder}/tls/fullchain.pem; ssl_certificate_key {folder}/tls/privkey.pem;
    server {{ listen {address} ssl; root {folder}/pages; index page; }}
}}
"""
LIMITS = re.compile(r"^ *limit_(?:req|conn) .*\n", re.MULTILINE)
CONNECTIONS = 16  # twice the server's threads, so that all sites use the whole machine


@dataclass(frozen=True)
class Work:
    """One kind of request: the paths at our site and at others, and the least ratios that we want."""

    what: str
    ours: str
    paths: Mapping[str, Sequence[str]]
    goals: Mapping[str, float]
    headers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def load_sites(options: argparse.Namespace, folder: Path) -> dict[str, Environment]:
    """Load the content into the databases, and return the environment of each site."""
    create_databases("ours", "plain", "wagtail")
    ours = {**os.environ, "VAR_DIR": str(folder), **build_database_environment("ours")}
    lines = folder / "corpus.jsonl"
    source = corpus.load_generator(options.folder / "gen.py")
    lines.write_text("".join(f"{line}\n" for line in corpus.build_lines(source, options.meetings)))
    passwords = {"PUBLIC_ROLE_PASSWORD": "benchmark", "EDITOR_ROLE_PASSWORD": "benchmark"}
    # An operator runs the last one every night, and after a load.
    loading = ("migrate -v 0", "load_reference", f"load_meetings {lines} --publish", "database_roles", "update_search")
    for command in loading:
        run_loading([sys.executable, "manage.py", *command.split()], ROOT, ours | passwords)
    peers = {}
    for address, name, package in ((PLAIN, "plain", "dsite"), (WAGTAIL, "wagtail", "wsite")):
        settings = {"PYTHONPATH": "..:.", "DJANGO_SETTINGS_MODULE": f"{package}.settings"}
        peers[address] = {**os.environ, **build_database_environment(name), **settings}
    count = str(options.meetings)
    run_loading([options.python, "drf_site/import_d.py", count], options.folder, peers[PLAIN])
    run_loading([options.python, "wagtail_site/import_w.py", count], options.folder, peers[WAGTAIL])
    analyze_databases("ours", "plain", "wagtail")
    public = {**ours, **build_database_environment("ours", "council_public"), "SITE_ROLE": "public", "API_RATE": ""}
    behind_front = public | {"ALLOWED_HOSTS": HOST, "SITE_CONTACT": "press@example.eu"}
    return {UNCACHED: public | {"RESPONSE_CACHE_MB": "0"}, CACHED: public, BEHIND_FRONT: behind_front, **peers}


def run_loading(command: Sequence[str], folder: Path, environment: Environment) -> None:
    """Run a command that loads content, and say how long it took."""
    begun = time.monotonic()
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    sys.stderr.write(f"{' '.join(command[1:3])}: {time.monotonic() - begun:.1f} s\n")


def read_json(address: str) -> dict[str, object]:
    with urlopen(address) as answer:
        found: dict[str, object] = json.load(answer)
    return found


def list_own_paths(meetings: int) -> tuple[list[str], list[str], list[str]]:
    """Return the paths of all pages of the API's list, of all meetings in the API, and of all their pages."""
    lists, details, pages, address = [], [], [], f"{UNCACHED}/api/v1/meetings/"
    while address:
        page = read_json(address)
        results: list[dict[str, str]] = page["results"]  # type: ignore[assignment]
        if len(results) == 20:
            lists.append(address.removeprefix(UNCACHED))
        details += [meeting["url"].removeprefix(UNCACHED) for meeting in results]
        pages += [meeting["html_url"].removeprefix(UNCACHED) for meeting in results]
        address = str(page["next"] or "")
    assert len(details) == meetings
    return lists, details, pages


def list_list_pages(count: int) -> list[str]:
    """Return the paths of pages of the list of past meetings, each of which has twenty."""
    found: list[str] = []
    path = "/en/meetings/"
    while path and len(found) < count:
        with urlopen(UNCACHED + path) as answer:
            links = re.findall(r'href="(\?[^"]*)" rel="next"', answer.read().decode())
        path = "/en/meetings/" + links[0].replace("&amp;", "&") if links else ""
        if path:
            found.append(path)
    return found


def list_works(
    options: argparse.Namespace, lists: Sequence[str], details: Sequence[str], pages: Sequence[str]
) -> list[Work]:
    numbers = range(options.meetings)
    slugs = [f"/meetings/meeting-{number:05}/" for number in numbers]
    api = [f"/api/meetings/meeting-{number:05}/" for number in numbers]
    pages_of_twenty = [f"?page={number + 1}" for number in range(len(lists))]
    ids = read_json(f"{WAGTAIL}/api/v2/pages/?type=agenda.MeetingPage&limit=20")["items"]
    wagtail_api = [f"/api/v2/pages/{each['id']}/" for each in ids]  # type: ignore[attr-defined]
    whole = "/api/v2/pages/?type=agenda.MeetingPage&fields=*&limit=20"
    hot, host = pages[:HOT_PAGES], {"Host": HOST}
    one = {CACHED: {"If-None-Match": read_etag(CACHED + hot[0])}, STATIC: {"If-None-Match": read_etag(STATIC + hot[0])}}
    searches = {
        word: {
            UNCACHED: [f"/en/search/?q={word}&page={number}" for number in range(1, 50)],
            PLAIN: [f"/search/?query={word}"],
            WAGTAIL: [f"/search/?query={word}"],
        }
        for word in WORDS
    }
    return [
        Work("page of a meeting, kept", CACHED, {CACHED: hot, STATIC: hot}, {STATIC: 0.4}),
        Work("the same through nginx", FRONT, {FRONT: hot, STATIC: hot}, {STATIC: 0.75}, {FRONT: host}),
        Work("304 of a page", CACHED, {CACHED: hot[:1], STATIC: hot[:1]}, {STATIC: 0.4}, one),
        Work("detail of the API, kept", CACHED, {CACHED: details[:HOT_PAGES], STATIC: hot}, {STATIC: 0.4}),
        Work("page of a meeting", UNCACHED, {UNCACHED: pages, PLAIN: slugs, WAGTAIL: slugs}, {PLAIN: 1, WAGTAIL: 3}),
        Work(
            "list page of 20",
            UNCACHED,
            {
                UNCACHED: list_list_pages(len(lists)),
                PLAIN: [f"/meetings/{query}" for query in pages_of_twenty],
                WAGTAIL: [f"/meetings/{query}" for query in pages_of_twenty],
            },
            {PLAIN: 0.8, WAGTAIL: 2},
        ),
        Work(
            "detail of the API",
            UNCACHED,
            {UNCACHED: details, PLAIN: api, WAGTAIL: wagtail_api},
            {PLAIN: 5, WAGTAIL: 14},
        ),
        Work(
            "list of 20 of the API",
            UNCACHED,
            {UNCACHED: lists, PLAIN: [f"/api/meetings/{query}" for query in pages_of_twenty], WAGTAIL: [whole]},
            {PLAIN: 6, WAGTAIL: 40},
        ),
        *(Work(f"search, “{word}”", UNCACHED, paths, {PLAIN: 10, WAGTAIL: 10}) for word, paths in searches.items()),
    ]


def read_etag(address: str) -> str:
    trusting = ssl._create_unverified_context() if address.startswith("https") else None  # noqa: S323 (loopback)
    with urlopen(address, context=trusting) as answer:
        return str(answer.headers["ETag"])


@contextmanager
def serve_with_nginx(folder: Path, pages: Sequence[str]) -> Iterator[None]:
    """Serve pages of ours as files, and our site with its cache behind the nginx of the deployment."""
    (folder / "tls").mkdir()
    create_certificate(folder / "tls")
    for path in pages:
        file = folder / "pages" / path.strip("/") / "page"
        file.parent.mkdir(parents=True, exist_ok=True)
        with urlopen(CACHED + quote(path)) as answer:
            file.write_bytes(answer.read())
    user = " user root;" if os.geteuid() == 0 else ""
    static = folder / "static.conf"
    static.write_text(STATIC_CONF.format(folder=folder, address=STATIC.removeprefix("https://"), user=user))
    ports = {name: find_free_port() for name in ("http", "health", "editor")}
    ports |= {"https": int(FRONT.rpartition(":")[2]), "public": int(BEHIND_FRONT.rpartition(":")[2])}
    front = write_nginx_conf(folder, ports)
    front.write_text(LIMITS.sub("", front.read_text()))
    command = build_nginx_command(front)
    with (folder / "nginx.log").open("wb") as log:
        running = [
            subprocess.Popen(each, stderr=log, stdout=log) for each in (command, [command[0], "-c", str(static)])
        ]
    try:
        time.sleep(1)
        assert all(process.poll() is None for process in running), (folder / "nginx.log").read_text()
        yield
    finally:
        for process in running:
            process.terminate()
            process.wait()


def measure_requests_per_second(
    address: str, paths: Path, script: Path, seconds: int, headers: Mapping[str, str]
) -> float:
    options = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}", "-s", str(script), *options, address, "--", str(paths)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in output, f"{address}: {output}"
    found = re.search(r"Requests/sec:\s+([0-9.]+)", output)
    assert found, output
    return max(float(found[1]), 1 / seconds)  # a site may not have finished one


def measure_work(work: Work, options: argparse.Namespace, folder: Path) -> Comparison:
    """Let the sites take turns, after a short run each to warm up."""
    script = folder / "each-another.lua"
    script.write_text(WRK_SCRIPT)
    runs: dict[str, list[float]] = {address: [] for address in work.paths}
    files = {}
    for address, paths in work.paths.items():
        files[address] = folder / f"paths-{address[-4:]}"
        files[address].write_text("\n".join(random.Random(1).sample(paths, len(paths))))  # noqa: S311
    for turn in range(options.rounds + 1):
        for address, found in runs.items():
            seconds = options.seconds if turn else 1
            rate = measure_requests_per_second(address, files[address], script, seconds, work.headers.get(address, {}))
            if turn:
                found.append(rate)
    others = {NAMES[address]: found for address, found in runs.items() if address != work.ours}
    return Comparison(
        work.what, runs[work.ours], others, {NAMES[address]: goal for address, goal in work.goals.items()}
    )


def compare_requests(options: argparse.Namespace, folder: Path) -> None:
    environments = load_sites(options, folder)
    with ExitStack() as stack:
        for address, app, python, place in (
            (UNCACHED, "council.wsgi:application", sys.executable, ROOT),
            (CACHED, "council.wsgi:application", sys.executable, ROOT),
            (BEHIND_FRONT, "council.wsgi:application", sys.executable, ROOT),
            (PLAIN, "dsite.wsgi:application", options.python, options.folder / "drf_site"),
            (WAGTAIL, "wsite.wsgi:application", options.python, options.folder / "wagtail_site"),
        ):
            serving = serve_site(address, app, python=python, folder=place, environment=environments[address])
            stack.enter_context(serving)
        lists, details, pages = list_own_paths(options.meetings)
        stack.enter_context(serve_with_nginx(folder, pages[:HOT_PAGES]))
        works = list_works(options, lists, details, pages)
        print_comparisons([measure_work(work, options, folder) for work in works])


COMPARISONS: Mapping[str, Callable[[argparse.Namespace, Path], None]] = {
    "requests": compare_requests,
    "editors": compare_editors,
}


def compare_peers(options: argparse.Namespace) -> None:
    for name, compare in COMPARISONS.items():
        if options.only in {None, name}:
            with tempfile.TemporaryDirectory() as folder:
                compare(options, Path(folder))
