"""Links in an answer's head (RFC 8288)."""

from typing import Any


def link(url: str, relation: str, **attributes: str) -> str:
    """One value of the `Link` header."""
    return "; ".join([f"<{url}>", f'rel="{relation}"', *(f'{name}="{value}"' for name, value in attributes.items())])


def add_link(response: Any, url: str, relation: str, **attributes: str) -> None:
    """Beside those that the answer has already."""
    response["Link"] = ", ".join(filter(None, [response.get("Link", ""), link(url, relation, **attributes)]))
