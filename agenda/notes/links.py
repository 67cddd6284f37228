"""Build links, and parse lines that are links.

Such lines are “Label: <address>”, “[Label](address)”, or a label whose address is on the next line.
"""

import re
from collections.abc import Iterable
from uuid import uuid4

from agenda.notes.html_to_text import find_html_anchors
from agenda.notes.inline_markup import BARE_ADDRESS, Anchor, get_anchors, get_plain_text, parse_markup, strip_markup
from agenda.notes.phrases import NotePhrases, compile_phrase
from meetings.documents.choices import LinkKind
from meetings.documents.schema import Link

LABELLED_ADDRESS = re.compile(
    r"(?:(?P<label>.+?)\s*:\s*)?(?:<(?P<angled>https?://[^\s<>]+)>|(?P<bare>https?://[^\s<>()\[\]]+))"
)
MAX_TITLE_LENGTH = 500
MAX_URL_LENGTH = 1000


def build_links(anchors: Iterable[Anchor], phrases: NotePhrases) -> list[Link]:
    """Return the links of the anchors that can be links of the document: on the web, and not longer than allowed."""
    return [
        Link(id=uuid4(), kind=detect_link_kind(anchor, phrases), title=anchor.title or anchor.url, url=anchor.url)
        for anchor in anchors
        if not anchor.url.startswith("mailto:")
        and len(anchor.url) <= MAX_URL_LENGTH
        and 0 < len(anchor.title or anchor.url) <= MAX_TITLE_LENGTH
    ]


def detect_link_kind(anchor: Anchor, phrases: NotePhrases) -> LinkKind:
    kinds = phrases.press.link_kinds
    return next((kind for pattern, kind in kinds if pattern.search(anchor.title)), LinkKind.WEB)


def parse_link_line(phrases: NotePhrases, text: str) -> Link | None:
    """Return the link if the whole line is a link. A bare address is its own label."""
    if whole := LABELLED_ADDRESS.fullmatch(text):
        url = whole["angled"] or whole["bare"]
        label = parse_markup(whole["label"] or "")
        if get_anchors(label) or not BARE_ADDRESS.fullmatch(url):
            return None
        return next(iter(build_links([Anchor(get_plain_text(label) or url, url)], phrases)), None)
    runs = parse_markup(text)
    anchors = get_anchors(runs)
    usable = build_links(anchors, phrases)
    return usable[0] if len(usable) == 1 == len(anchors) and get_plain_text(runs) == usable[0].title else None


def parse_announced_label(phrases: NotePhrases, text: str) -> str | None:
    """Return the label of a line like “Video coverage … on:”, whose address is on the next line."""
    match = compile_phrase(rf"(?P<label>.+?){phrases.press.address_follows.pattern}").fullmatch(text)
    label = strip_markup(match["label"]) if match and not get_anchors(parse_markup(text)) else ""
    return label or None


def sort_text_links_first(links: Iterable[Link], *texts: str) -> list[Link]:
    """Return the links with those of the running text before those that have a line of their own."""
    text_anchors = find_html_anchors(*texts)
    return sorted(links, key=lambda link: Anchor(link.title, link.url) not in text_anchors)
