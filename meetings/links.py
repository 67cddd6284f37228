"""Addresses of the site as a reader sees it, and links in an answer's head (RFC 8288)."""

from typing import Any

from django.http import HttpRequest


def site_of(request: HttpRequest) -> str:
    """The scheme and host that the request came to, without a slash: read once a request, since Django checks both."""
    site: str | None = getattr(request, "site_address", None)
    if site is None:
        site = f"{request.scheme}://{request.get_host()}"
        request.site_address = site  # type: ignore[attr-defined]
    return site


def link(url: str, relation: str, **attributes: str) -> str:
    """One value of the `Link` header."""
    return "; ".join([f"<{url}>", f'rel="{relation}"', *(f'{name}="{value}"' for name, value in attributes.items())])


def add_link(response: Any, url: str, relation: str, **attributes: str) -> None:
    """Beside those that the answer has already."""
    add_links(response, link(url, relation, **attributes))


def add_links(response: Any, *links: str) -> None:
    response["Link"] = ", ".join(filter(None, [response.get("Link", ""), *links]))
