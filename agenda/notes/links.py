"""Lines that are links: “Label: <address>”, “[Label](address)”, or a label whose address stands in the next line."""

import re

from agenda.notes.draft import usable
from agenda.notes.marks import BARE_ADDRESS, Anchor, anchors, plain, plain_text, read_marks
from agenda.notes.words import NoteWords, phrase

LABELLED = re.compile(
    r"(?:(?P<label>.+?)\s*:\s*)?(?:<(?P<angled>https?://[^\s<>]+)>|(?P<bare>https?://[^\s<>()\[\]]+))"
)


def read_link_line(text: str) -> Anchor | None:
    """The link that the whole line is; a bare address is its own label."""
    if whole := LABELLED.fullmatch(text):
        url = whole["angled"] or whole["bare"]
        label = read_marks(whole["label"] or "")
        if anchors(label) or not BARE_ADDRESS.fullmatch(url):
            return None
        found = usable([Anchor(plain(label) or url, url)])
        return found[0] if found else None
    runs = read_marks(text)
    found = usable(anchors(runs))
    return found[0] if len(found) == 1 == len(anchors(runs)) and plain(runs) == found[0].title else None


def announced_label(words: NoteWords, text: str) -> str | None:
    """The label in a line like “Video coverage … on:”, whose address stands in the next."""
    match = phrase(rf"(?P<label>.+?){words.press.to_be_found_on.pattern}").fullmatch(text)
    label = plain_text(match["label"]) if match and not anchors(read_marks(text)) else ""
    return label or None
