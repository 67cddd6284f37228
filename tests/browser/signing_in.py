"""Open screens as somebody who is signed in already. The form to sign in has tests of its own, and costs two pages."""

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.admin_forms import sign_in
from tests.external_tools import PageOpener


def open_as(name: str, open_page: PageOpener, web_server: Any, path: str = "/admin/", **options: Any) -> Page:
    """Open a screen in a new window with a session of the user."""
    cookies = [
        {
            "name": cookie.key,
            "value": cookie.value,
            "domain": urlsplit(web_server.url).hostname,
            "path": "/",
            "expires": -1,
            "httpOnly": True,
            "secure": False,
            "sameSite": "Lax",
        }
        for cookie in sign_in(name).cookies.values()
    ]
    return open_page(f"{web_server.url}{path}", storage_state={"cookies": cookies, "origins": []}, **options)
