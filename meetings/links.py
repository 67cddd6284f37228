"""Get the site's own address, and add `Link` headers (RFC 8288) to responses."""

from typing import Any

from django.http import HttpRequest


def get_site_url(request: HttpRequest) -> str:
    """Return the scheme and host of the request, without a slash at the end.

    It is computed once per request, because Django validates the host each time.
    """
    site: str | None = getattr(request, "site_address", None)
    if site is None:
        site = f"{request.scheme}://{request.get_host()}"
        request.site_address = site  # type: ignore[attr-defined]
    return site


def format_link(url: str, relation: str, **attributes: str) -> str:
    """Return one value of the `Link` header."""
    return "; ".join([f"<{url}>", f'rel="{relation}"', *(f'{name}="{value}"' for name, value in attributes.items())])


def add_link(response: Any, url: str, relation: str, **attributes: str) -> None:
    """Add a link to those that the response has already."""
    add_links(response, format_link(url, relation, **attributes))


def add_links(response: Any, *links: str) -> None:
    response["Link"] = ", ".join(filter(None, [response.get("Link", ""), *links]))
