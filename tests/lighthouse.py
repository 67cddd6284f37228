"""Run Lighthouse on a running demo: `python -m tests.lighthouse http://127.0.0.1:8000`, see `make lighthouse`.

It checks one page of each kind in three languages, as on a mobile phone: accessibility, best practices and, for pages
that may be indexed, SEO. The exit code is 1 if a page has less than 100 of 100; the output lists the failed audits.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import django
from django.urls import resolve
from django.utils.translation import override

from tests.crawler import walk_site
from tests.external_tools import find_chromium

LIGHTHOUSE = Path(".tools/lighthouse/node_modules/.bin/lighthouse")
LANGUAGES = ("en", "fr", "el")
CATEGORIES = ("accessibility", "best-practices", "seo")
NOINDEX_META = '<meta name="robots" content="noindex'
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"


def find_page_of_each_kind(site: str, language: str) -> Iterator[tuple[str, str]]:
    """Yield the path and source of the first page of each view."""
    seen: set[str] = set()
    for path, source in walk_site(site, language).pages.items():
        with override(language):  # URLs are only resolved for the active language
            kind = resolve(path.partition("?")[0]).view_name
        if source and kind not in seen:
            seen.add(kind)
            yield path, source


def run_lighthouse(url: str) -> dict[str, Any]:
    arguments = ["--quiet", "--output=json", f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={FLAGS}"]
    environment = os.environ | {"CHROME_PATH": str(find_chromium())}
    output = subprocess.run(
        [str(LIGHTHOUSE), url, *arguments], env=environment, capture_output=True, check=True, text=True, timeout=120
    ).stdout
    report: dict[str, Any] = json.loads(output)
    return report


def may_be_indexed(url: str, source: str) -> bool:
    """Return False if the page asks search engines to leave it out. Lighthouse counts this as a fault."""
    with urlopen(url, timeout=10) as answer:
        return NOINDEX_META not in source and "noindex" not in answer.headers.get("X-Robots-Tag", "")


def main() -> None:
    site = sys.argv[1].rstrip("/")
    django.setup()
    short = 0
    for language in LANGUAGES:
        for path, source in find_page_of_each_kind(site, language):
            report = run_lighthouse(site + path)
            categories = CATEGORIES if may_be_indexed(site + path, source) else CATEGORIES[:2]
            scores = [round(100 * report["categories"][name]["score"]) for name in categories]
            failed = [name for name, audit in report["audits"].items() if audit.get("score") == 0]
            short += min(scores) < 100
            sys.stdout.write(f"{scores} {path} {', '.join(failed)}\n")
            sys.stdout.flush()
    sys.exit(short > 0)


if __name__ == "__main__":
    main()
