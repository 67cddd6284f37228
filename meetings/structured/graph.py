"""JSON-LD as it stands in a page."""

import json
from collections.abc import Iterable
from typing import Any

from django.utils.safestring import SafeString, mark_safe

Node = dict[str, Any]
# In the data of a script element these could end it, or begin a comment; JSON may write them so anywhere in a string.
ESCAPED = str.maketrans({sign: f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"})


def script_of(nodes: Iterable[Node]) -> SafeString:
    """A data block, which browsers do not run, so that no policy of scripts concerns it; empty without nodes."""
    graph = [stated(node) for node in nodes]
    if not graph:
        return mark_safe("")
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False, separators=(",", ":"))
    safe = text.translate(ESCAPED)
    return mark_safe(f'<script type="application/ld+json">{safe}</script>')  # noqa: S308


def stated(node: Node) -> Node:
    """Without members that say nothing."""
    return {name: value for name, value in node.items() if value not in ("", None, [], {})}
