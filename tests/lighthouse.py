"""Lighthouse over a running demo: `python -m tests.lighthouse http://127.0.0.1:8000`, see `make lighthouse`.

One page of each kind, in three languages, is judged as by telephone: accessibility, best practices and, of what may be
indexed, SEO. Ends with 1 where a page has less than 100 of 100, and says what was held against it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from django.urls import resolve
from django.utils.translation import override

from tests.crawling import walk
from tests.outside import chromium

TOOL = Path(".tools/lighthouse/node_modules/.bin/lighthouse")
LANGUAGES = ("en", "fr", "el")
CATEGORIES = ("accessibility", "best-practices", "seo")
NOT_FOR_INDEXES = '<meta name="robots" content="noindex'  # where Lighthouse misses that it may be indexed
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"


def of_each_kind(site: str, language: str) -> Iterator[tuple[str, str]]:
    """Path and source."""
    seen: set[str] = set()
    for path, source in walk(site, language).pages.items():
        with override(language):  # addresses are resolved below the language that is on
            kind = resolve(path.partition("?")[0]).view_name
        if source and kind not in seen:
            seen.add(kind)
            yield path, source


def judged(url: str) -> dict[str, Any]:
    arguments = ["--quiet", "--output=json", f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={FLAGS}"]
    environment = os.environ | {"CHROME_PATH": str(chromium())}
    told = subprocess.run(
        [str(TOOL), url, *arguments], env=environment, capture_output=True, check=True, text=True, timeout=120
    ).stdout
    report: dict[str, Any] = json.loads(told)
    return report


def main() -> None:
    site = sys.argv[1].rstrip("/")
    django.setup()
    short = 0
    for language in LANGUAGES:
        for path, source in of_each_kind(site, language):
            report = judged(site + path)
            categories = CATEGORIES[:2] if NOT_FOR_INDEXES in source else CATEGORIES
            scores = [round(100 * report["categories"][one]["score"]) for one in categories]
            held = [name for name, audit in report["audits"].items() if audit.get("score") == 0]
            short += min(scores) < 100
            sys.stdout.write(f"{scores} {path} {', '.join(held)}\n")
            sys.stdout.flush()
    sys.exit(short > 0)


if __name__ == "__main__":
    main()
