"""Load generated meetings into a site of ours, and list the addresses at which it shows them."""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

from tests.benchmarks import corpus
from tests.benchmarks.sites import Environment, analyze_databases, build_database_environment, create_databases
from tests.paths import ROOT

SETTLING_SECONDS = 3  # what has just appeared is copied for searches two seconds later
RARE, COMMON = "halieutica", "negotiatio"  # in one and in thirty of a hundred meetings


def load_own_site(name: str, meetings: int, options: argparse.Namespace, folder: Path) -> tuple[dict[str, str], float]:
    """Load so many meetings into a new database of our site.

    Return the environment of its public process, and the seconds of `load_meetings`, with the start of its process.
    """
    create_databases(name)
    ours = {**os.environ, "VAR_DIR": str(folder), **build_database_environment(name)}
    lines = folder / "corpus.jsonl"
    source = corpus.load_generator(options.folder / "gen.py")
    lines.write_text("".join(f"{line}\n" for line in corpus.build_lines(source, meetings)))
    passwords = {"PUBLIC_ROLE_PASSWORD": "benchmark", "EDITOR_ROLE_PASSWORD": "benchmark"}
    loading = ("migrate -v 0", "load_reference", "database_roles", f"load_meetings {lines} --publish")
    seconds = {command: run_loading(command, ours | passwords) for command in loading}
    time.sleep(SETTLING_SECONDS)
    run_loading("update_search", ours)  # an operator runs it every night, and after a load
    analyze_databases(name)
    public = {**ours, **build_database_environment(name, "council_public"), "SITE_ROLE": "public", "API_RATE": ""}
    return public, seconds[loading[-1]]


def run_loading(command: str, environment: Environment) -> float:
    """Run a command of our site, and return how many seconds it took."""
    begun = time.monotonic()
    command_line = [sys.executable, "manage.py", *command.split()]
    subprocess.run(command_line, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - begun


def read_json(address: str) -> dict[str, object]:
    with urlopen(address) as answer:
        found: dict[str, object] = json.load(answer)
    return found


def list_own_paths(site: str, meetings: int) -> tuple[list[str], list[str], list[str]]:
    """Return the paths of all pages of the API's list, of all meetings in the API, and of all their pages."""
    lists, details, pages, address = [], [], [], f"{site}/api/v1/meetings/"
    while address:
        page = read_json(address)
        results: list[dict[str, str]] = page["results"]  # type: ignore[assignment]
        if len(results) == 20:
            lists.append(address.removeprefix(site))
        details += [meeting["url"].removeprefix(site) for meeting in results]
        pages += [meeting["html_url"].removeprefix(site) for meeting in results]
        address = str(page["next"] or "")
    assert len(details) == meetings
    return lists, details, pages


def list_list_pages(site: str, count: int) -> list[str]:
    """Return the paths of pages of the list of past meetings, each of which has twenty."""
    found: list[str] = []
    path = "/en/meetings/"
    while path and len(found) < count:
        with urlopen(site + path) as answer:
            links = re.findall(r'href="(\?[^"]*)" rel="next"', answer.read().decode())
        path = "/en/meetings/" + links[0].replace("&amp;", "&") if links else ""
        if path:
            found.append(path)
    return found


def list_search_pages(word: str) -> list[str]:
    return [f"/en/search/?q={word}&page={number}" for number in range(1, 50)]
