"""Send requests to the cache as a web server does, and read its replies."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http.request import HttpHeaders
from django.test import RequestFactory


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes


def send(
    application: Callable[..., Iterable[bytes]], path: str, method: str = "GET", body: str = "", **headers: str
) -> Reply:
    """Send a request. `if_none_match="…"` sends the header If-None-Match."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    environ: dict[str, Any] = RequestFactory().generic(method, path, body).environ | HttpHeaders.to_wsgi_names(sent)
    environ = {name: value for name, value in environ.items() if name != "HTTP_COOKIE" or value}
    begun: list[Any] = []
    content: Any = application(environ, lambda status, found, exc_info=None: begun.append((status, found)))
    received = b"".join(content)
    if hasattr(content, "close"):
        content.close()
    status, found = begun[-1]
    names = [name for name, _value in found]
    assert len(set(names)) == len(names), names
    return Reply(int(status[:3]), dict(found), received)
