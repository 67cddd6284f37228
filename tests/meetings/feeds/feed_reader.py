"""Read feeds with an XML parser."""

from typing import Any
from xml.etree import ElementTree

from tests.public_requests import Visitor

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def parse_feed(content: bytes) -> Any:
    return ElementTree.fromstring(content)  # noqa: S314 (it is our own)


def read_feed(visitor: Visitor, path: str = "meetings/feed.atom", language: str = "en") -> Any:
    response = visitor.get(f"/{language}/{path}")
    assert (response.status_code, response["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    return parse_feed(response.content)


def list_entries(visitor: Visitor, path: str = "meetings/feed.atom", language: str = "en") -> list[Any]:
    return list(read_feed(visitor, path, language).findall(f"{ATOM}entry"))


def get_text(element: Any, name: str) -> str | None:
    text: str | None = element.findtext(f"{ATOM}{name}")
    return text


def list_titles(visitor: Visitor, path: str = "meetings/feed.atom", language: str = "en") -> list[str | None]:
    return [get_text(entry, "title") for entry in list_entries(visitor, path, language)]


def list_links(element: Any, rel: str = "alternate") -> dict[str | None, str]:
    """Return the addresses by language."""
    found = (link for link in element.findall(f"{ATOM}link") if link.get("rel") == rel)
    return {link.get("hreflang"): link.get("href") for link in found}
