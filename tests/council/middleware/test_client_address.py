"""Test which network address counts as the client's."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from council.middleware.client_address import ClientAddressMiddleware

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("is_behind_front_server", "forwarded_for", "address"),
    [
        (False, "192.0.2.7", "127.0.0.1"),  # a client could send any
        (True, "192.0.2.7", "192.0.2.7"),
        (True, "198.51.100.1, 192.0.2.7 ", "192.0.2.7"),
        (True, "2001:db8::1", "2001:db8::1"),
        (True, "", "127.0.0.1"),
        (True, "192.0.2.7,", "127.0.0.1"),
        (True, "x" * 1000, "x" * 45),  # the audit log keeps no more
    ],
)
def test_header_is_trusted_behind_a_front_server_only(
    settings: Any, is_behind_front_server: bool, forwarded_for: str, address: str
) -> None:
    def show_address(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.META["REMOTE_ADDR"])

    settings.SERVES_ELSEWHERE = is_behind_front_server
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded_for})
    assert ClientAddressMiddleware(show_address)(request).content.decode() == address
