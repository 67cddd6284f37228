"""A client's `Content-Type` changes no answer to a request without a body, and breaks none with one."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.handlers.wsgi import WSGIHandler

from council.content_types import ContentTypeFilter
from council.response_cache.cache import ResponseCache
from tests.council.response_cache.sending import send

# Django finds another text in the query with the first, an error with the next, and fails while it reads the others.
STRANGE = (
    "text/plain; charset=cp037",
    "text/plain; charset=utf-7",
    "text/plain; charset=rot13",
    "text/plain; charset=undefined",
    "text/plain; x*=nonsense'en'abc",
    "text/plain; x*0*=a; x*=b",
    "text/plain; x*=idna''%ff",
    "text/plain; charset=\xff",
)
ADDRESSES = (
    "/en/meetings/?configuration=ecofin",
    "/en/search/?q=+2AA-budget",
    "/en/search/feed.atom?q=migration",
    "/api/v1/meetings/?q=%C3%A9nergie&lang=fr",
)
BOUNDARY = "----WebKitFormBoundaryMZ0JZEy2dQ7sHxDa"
FIELDS = {"csrfmiddlewaretoken": "t" * 32, "username": "nobody", "password": "wrong"}
FORM = urlencode(FIELDS)
PARTS = "".join(
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
    for name, value in FIELDS.items()
)


@pytest.fixture
def site(db: None, clock: Any) -> ResponseCache:
    """The site as a web process serves it."""
    return ResponseCache(ContentTypeFilter(WSGIHandler()), 2_000_000)


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize("strange", STRANGE)
def test_first_to_ask_does_not_decide_what_others_get(site: ResponseCache, path: str, strange: str) -> None:
    """The first answer is kept for everybody."""
    expected = send(ResponseCache(site.application, 0), path)
    for headers in ({"content_type": strange}, {}):
        reply = send(site, path, **headers)
        assert (reply.status, reply.body) == (expected.status, expected.body)


@pytest.mark.parametrize("path", ["/en/", "/admin/login/", "/nothing", "/robots.txt", "/api/v1/"])
@pytest.mark.parametrize("strange", [*STRANGE, f"a/b; x={';' * 15_900}"])
def test_form_of_a_strange_type_is_refused(site: ResponseCache, path: str, strange: str) -> None:
    reply = send(site, path, "POST", FORM, content_type=strange)
    assert 400 <= reply.status < 500
    assert {"Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options"} <= {*reply.headers}


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", FORM),
        ("application/x-www-form-urlencoded;charset=UTF-8", FORM),
        (f"multipart/form-data; boundary={BOUNDARY}", f"{PARTS}--{BOUNDARY}--\r\n"),
        (f'multipart/form-data; boundary="{BOUNDARY}"', f"{PARTS}--{BOUNDARY}--\r\n"),
    ],
)
def test_forms_of_browsers_are_read(site: ResponseCache, settings: Any, content_type: str, body: str) -> None:
    cookie = f"{settings.CSRF_COOKIE_NAME}={FIELDS['csrfmiddlewaretoken']}"
    reply = send(site, "/admin/login/", "POST", body, content_type=content_type, cookie=cookie)
    assert (reply.status, b"nobody" in reply.body) == (200, True)
