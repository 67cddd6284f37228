"""Compare this site with others of the same content: plain Django and DRF, Wagtail, and nginx with files.

    python -m tests.postgres python manage.py compare_peers FOLDER PYTHON [--only editors] [--rounds 5]

FOLDER contains the other sites and the generator of the content, and PYTHON is the interpreter of their environment;
neither is part of this repository.

The first part needs `wrk` and nginx, and compares requests per second. The same web server serves all sites with the
same options, from databases of one PostgreSQL. Our site runs as the public process: once with
its cache of responses, for what many readers ask for, and once without, where each request asks for another page. nginx
serves our own pages as files, and once stands in front of our site with the file of the deployment, without its limits.
The runs alternate, and the result is the median of the ratios of neighbouring runs.

Two more parts compare our site with itself at more meetings (`tests.benchmarks.growth`, needs `wrk`), and the editing
screens (`tests.benchmarks.editors`, needs Chromium). `--only requests`, `growth` or `editors` runs one of the three.
"""

import argparse
import json
import os
import re
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

from tests.benchmarks.editors import compare_editors
from tests.benchmarks.growth import compare_growth
from tests.benchmarks.own_site import (
    COMMON,
    RARE,
    list_list_pages,
    list_own_paths,
    list_search_pages,
    load_own_site,
    read_json,
)
from tests.benchmarks.sites import (
    Environment,
    analyze_databases,
    build_database_environment,
    create_databases,
    serve_site,
)
from tests.benchmarks.tables import Comparison, print_comparisons
from tests.benchmarks.works import Work, measure_work
from tests.deployment.stack import HOST, build_nginx_command, create_certificate, write_nginx_conf
from tests.external_tools import find_free_port
from tests.paths import ROOT

UNCACHED, CACHED = "http://127.0.0.1:8491", "http://127.0.0.1:8492"
PLAIN, WAGTAIL = "http://127.0.0.1:8493", "http://127.0.0.1:8494"
STATIC, FRONT = "https://127.0.0.1:8495", "https://127.0.0.1:8496"
BEHIND_FRONT = "http://127.0.0.1:8497"
NAMES = {PLAIN: "plain Django", WAGTAIL: "Wagtail", STATIC: "nginx static"}
HOT_PAGES = 30  # what many readers ask for at once
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


def load_sites(options: argparse.Namespace, folder: Path) -> tuple[dict[str, Environment], Comparison]:
    """Load the content into the databases. Return the environment of each site, and how fast they were loaded."""
    create_databases("plain", "wagtail")
    public, seconds = load_own_site("ours", options.meetings, options, folder)
    peers, loads = {}, {}
    for address, name, package, command in (
        (PLAIN, "plain", "dsite", "drf_site/import_d.py"),
        (WAGTAIL, "wagtail", "wsite", "wagtail_site/import_w.py"),
    ):
        settings = {"PYTHONPATH": "..:.", "DJANGO_SETTINGS_MODULE": f"{package}.settings"}
        peers[address] = {**os.environ, **build_database_environment(name), **settings}
        loading = [options.python, command, str(options.meetings)]
        reported = subprocess.run(loading, cwd=options.folder, env=peers[address], check=True, stdout=subprocess.PIPE)
        loads[NAMES[address]] = [options.meetings / json.loads(reported.stdout.splitlines()[-1])["total_s"]]
    analyze_databases("plain", "wagtail")
    bulk = Comparison(
        "bulk load, meetings", [options.meetings / seconds], loads, {"plain Django": 1 / 6, "Wagtail": 14}
    )
    behind_front = public | {"ALLOWED_HOSTS": HOST, "SITE_CONTACT": "press@example.eu"}
    own: dict[str, Environment] = {
        UNCACHED: public | {"RESPONSE_CACHE_MB": "0"},
        CACHED: public,
        BEHIND_FRONT: behind_front,
    }
    return own | peers, bulk


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
            UNCACHED: list_search_pages(word),
            PLAIN: [f"/search/?query={word}"],
            WAGTAIL: [f"/search/?query={word}"],
        }
        for word in (RARE, COMMON)
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
                UNCACHED: list_list_pages(UNCACHED, len(lists)),
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
    ports = {name: find_free_port() for name in ("http", "health", "editor", "pictures")}
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


def compare_requests(options: argparse.Namespace, folder: Path) -> None:
    environments, bulk = load_sites(options, folder)
    with ExitStack() as stack:
        for address, app, python, place in (
            (UNCACHED, "council.wsgi:application", options.own_python, ROOT),
            (CACHED, "council.wsgi:application", options.own_python, ROOT),
            (BEHIND_FRONT, "council.wsgi:application", options.own_python, ROOT),
            (PLAIN, "dsite.wsgi:application", options.python, options.folder / "drf_site"),
            (WAGTAIL, "wsite.wsgi:application", options.python, options.folder / "wagtail_site"),
        ):
            serving = serve_site(address, app, python=python, folder=place, environment=environments[address])
            stack.enter_context(serving)
        lists, details, pages = list_own_paths(UNCACHED, options.meetings)
        stack.enter_context(serve_with_nginx(folder, pages[:HOT_PAGES]))
        works = list_works(options, lists, details, pages)
        print_comparisons([*(measure_work(work, NAMES, options, folder) for work in works), bulk])


COMPARISONS: Mapping[str, Callable[[argparse.Namespace, Path], None]] = {
    "requests": compare_requests,
    "growth": compare_growth,
    "editors": compare_editors,
}


def compile_modules(*interpreters: str) -> None:
    """Compile our modules, as the image does. Otherwise each process that is measured might compile all of them.

    The modules of the other sites are compiled when their content is loaded.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    for python in {*interpreters}:
        subprocess.run([python, "-m", "compileall", "-q", "council", "agenda", "meetings"], cwd=ROOT, check=True)


def compare_peers(options: argparse.Namespace) -> None:
    compile_modules(sys.executable, options.own_python)
    for name, compare in COMPARISONS.items():
        if options.only in {None, name}:
            with tempfile.TemporaryDirectory() as folder:
                compare(options, Path(folder))
