"""Helpers that read the metadata of a page."""

import json
import re
from typing import Any

from tests.public_requests import Visitor

BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def fetch_html(visitor: Visitor, path: str, status: int = 200) -> str:
    response = visitor.get(path)
    assert response.status_code == status
    return str(response.content.decode())


def find_json_ld_blocks(html: str) -> list[str]:
    return BLOCK.findall(html)


def read_json_ld_nodes(html: str) -> dict[str, Any]:
    """Return the nodes of the page's only JSON-LD block, by type."""
    [block] = find_json_ld_blocks(html)
    data = json.loads(block)
    assert data["@context"] == "https://schema.org"
    return {node["@type"]: node for node in data["@graph"]}


def read_meta_elements(html: str) -> dict[str, str]:
    """Return the content of the `meta` elements by name or property. If a name is repeated, the last one counts."""
    found = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', html.partition("</head>")[0])
    return dict(found)
