"""A walk over a site along its own links, in one language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.error import HTTPError
from urllib.parse import urldefrag
from urllib.request import urlopen

MOST_PAGES = 300
VARIED = re.compile(
    r"/meetings/(?!2017/|2026/)[0-9]{4}/|[?&](cursor|before|in|configuration|year)="
)  # one of each is walked


@dataclass
class Walk:
    """`pages`: source by path, empty of what is no page; `parts`: the parts of pages that links lead to."""

    pages: dict[str, str] = field(default_factory=dict)
    parts: set[tuple[str, str]] = field(default_factory=set)

    def missing_parts(self) -> set[tuple[str, str]]:
        ids = {path: set(re.findall(r' id="([^"]+)"', html)) for path, html in self.pages.items() if html}
        return {(path, part) for path, part in self.parts if path in ids and part not in ids[path]}


def walk(site: str, language: str) -> Walk:
    """From the home page, `MOST_PAGES` at most. AssertionError for what is not there."""
    walked, asked = Walk(), [f"/{language}/"]
    while asked and len(walked.pages) < MOST_PAGES:
        path = asked.pop(0)
        if path in walked.pages:
            continue
        walked.pages[path] = page_at(site + path)
        for address, part in links_of(walked.pages[path]):
            whole = address or path
            if whole.startswith(f"/{language}/") and not VARIED.search(whole):
                asked.append(whole)
                walked.parts |= {(whole, part)} if part else set()
    return walked


def links_of(source: str) -> Iterator[tuple[str, str]]:
    """Address and part, each pair once."""
    yield from {urldefrag(unescape(href)) for href in re.findall(r'<a [^>]*href="([^"]*)"', source)}


def page_at(url: str) -> str:
    """Its source; empty of what is no page. A notice of a withdrawal is none, and not missing."""
    try:
        with urlopen(url, timeout=10) as answer:
            source = answer.read()
            return str(source.decode()) if answer.headers["Content-Type"].startswith("text/html") else ""
    except HTTPError as error:
        if error.code != 410:
            raise AssertionError(url) from error
        return ""
