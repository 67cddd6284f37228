"""Follow all links of a site in one language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.error import HTTPError
from urllib.parse import urldefrag
from urllib.request import urlopen

MAX_PAGES = 300
PAGES_WITH_VARIANTS = re.compile(
    r"/meetings/(?!2017/|2026/)[0-9]{4}/|(?<!/2017/09/14)/note\.|[?&](cursor|before|in|configuration|year)="
)  # enough to visit one of each


@dataclass
class SiteWalk:
    """The result of following all links.

    `pages` maps paths to sources, which are empty for anything but a page. `parts` are the link targets inside pages.
    """

    pages: dict[str, str] = field(default_factory=dict)
    parts: set[tuple[str, str]] = field(default_factory=set)

    def missing_parts(self) -> set[tuple[str, str]]:
        ids = {path: set(re.findall(r' id="([^"]+)"', html)) for path, html in self.pages.items() if html}
        return {(path, part) for path, part in self.parts if path in ids and part not in ids[path]}


def walk_site(site: str, language: str) -> SiteWalk:
    """Follow links from the home page to at most `MAX_PAGES` pages. Raise AssertionError for a broken link."""
    walked, queue = SiteWalk(), [f"/{language}/"]
    while queue and len(walked.pages) < MAX_PAGES:
        path = queue.pop(0)
        if path in walked.pages:
            continue
        walked.pages[path] = fetch_page(site + path)
        for address, part in find_page_links(walked.pages[path]):
            whole = address or path
            if whole.startswith(f"/{language}/") and not PAGES_WITH_VARIANTS.search(whole):
                queue.append(whole)
                walked.parts |= {(whole, part)} if part else set()
    return walked


def find_page_links(source: str) -> Iterator[tuple[str, str]]:
    """Yield the address and the fragment of each link, each pair once."""
    yield from {urldefrag(unescape(href)) for href in re.findall(r'<a [^>]*href="([^"]*)"', source)}


def fetch_page(url: str) -> str:
    """Return the source of the page, or an empty string for other files and for notices of withdrawal (410)."""
    try:
        with urlopen(url, timeout=10) as answer:
            source = answer.read()
            return str(source.decode()) if answer.headers["Content-Type"].startswith("text/html") else ""
    except HTTPError as error:
        if error.code != 410:
            raise AssertionError(url) from error
        return ""
