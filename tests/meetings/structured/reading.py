"""Reading what a page says to machines."""

import json
import re
from typing import Any

from tests.publicity import Visitor

BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def html_of(visitor: Visitor, path: str, status: int = 200) -> str:
    response = visitor.get(path)
    assert response.status_code == status
    return str(response.content.decode())


def blocks(html: str) -> list[str]:
    return BLOCK.findall(html)


def nodes(html: str) -> dict[str, Any]:
    """What the page's one block says, by type."""
    [block] = blocks(html)
    told = json.loads(block)
    assert told["@context"] == "https://schema.org"
    return {node["@type"]: node for node in told["@graph"]}


def meta(html: str) -> dict[str, str]:
    """What the head's `meta` elements say, by name or property; of several with one name the last."""
    found = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', html.partition("</head>")[0])
    return dict(found)
