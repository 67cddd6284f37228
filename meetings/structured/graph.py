"""Render JSON-LD for a page."""

import json
from collections.abc import Iterable
from typing import Any

from django.utils.safestring import SafeString, mark_safe

Node = dict[str, Any]
# Within a script element, these characters could end it or start a comment. JSON allows their escapes in any string.
JSON_ESCAPES = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})


def render_json_ld(nodes: Iterable[Node]) -> SafeString:
    """Return a script element with the nodes, or an empty string if there are none.

    Browsers do not run data blocks, so the content security policy does not apply.
    """
    graph = [drop_empty(node) for node in nodes]
    if not graph:
        return mark_safe("")
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False, separators=(",", ":"))
    escaped = text.translate(JSON_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{escaped}</script>')  # noqa: S308


def drop_empty(node: Node) -> Node:
    """Return the node without empty members."""
    return {name: value for name, value in node.items() if value not in ("", None, [], {})}
