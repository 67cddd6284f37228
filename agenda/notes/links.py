"""Parse lines that are links: “Label: <address>”, “[Label](address)”, or a label whose address is on the next line."""

import re

from agenda.notes.draft import select_usable_anchors
from agenda.notes.marks import BARE_ADDRESS, Anchor, get_anchors, get_plain_text, parse_markup, strip_markup
from agenda.notes.words import NotePhrases, compile_phrase

LABELLED_ADDRESS = re.compile(
    r"(?:(?P<label>.+?)\s*:\s*)?(?:<(?P<angled>https?://[^\s<>]+)>|(?P<bare>https?://[^\s<>()\[\]]+))"
)


def parse_link_line(text: str) -> Anchor | None:
    """Return the link if the whole line is a link. A bare address is its own label."""
    if whole := LABELLED_ADDRESS.fullmatch(text):
        url = whole["angled"] or whole["bare"]
        label = parse_markup(whole["label"] or "")
        if get_anchors(label) or not BARE_ADDRESS.fullmatch(url):
            return None
        usable = select_usable_anchors([Anchor(get_plain_text(label) or url, url)])
        return usable[0] if usable else None
    runs = parse_markup(text)
    usable = select_usable_anchors(get_anchors(runs))
    return usable[0] if len(usable) == 1 == len(get_anchors(runs)) and get_plain_text(runs) == usable[0].title else None


def parse_announced_label(phrases: NotePhrases, text: str) -> str | None:
    """Return the label of a line like “Video coverage … on:”, whose address is on the next line."""
    match = compile_phrase(rf"(?P<label>.+?){phrases.press.address_follows.pattern}").fullmatch(text)
    label = strip_markup(match["label"]) if match and not get_anchors(parse_markup(text)) else ""
    return label or None
