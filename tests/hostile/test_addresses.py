"""Addresses that somebody sends to find a fault, or that must not stand in a log."""

import io
import logging

import pytest
from django.test import Client

from council.log_masks import LinkTokenFilter
from tests.admin_forms import create_client_with_role

TOKEN = "1.Zm9vYmFy"
SPELLINGS = (f"/preview/{TOKEN}/", f"/preview//{TOKEN}", f"/Preview/{TOKEN}/?a=b", f"/en/preview/{TOKEN}/")


@pytest.mark.parametrize("path", ["/admin/r/1/x/", "/admin/r/x/1/", "/admin/r/999/999/", "/admin/jsi18n/x/"])
@pytest.mark.django_db
def test_admin_knows_no_other_address(path: str) -> None:
    for client in (Client(), create_client_with_role("Administrators")):
        assert client.get(path, follow=True).status_code in (200, 404)


@pytest.mark.django_db
def test_no_message_names_a_preview_token(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    printed = io.StringIO()
    for handler in logging.getLogger().handlers:
        if handler.filters:
            monkeypatch.setattr(handler, "stream", printed)
    for path in SPELLINGS:
        assert client.get(path).status_code == 404
    assert "Not Found: /preview/…" in printed.getvalue()
    assert TOKEN not in printed.getvalue()


def test_mask_hides_the_whole_path_of_a_link() -> None:
    record = logging.LogRecord("a", 30, "", 0, "%s: %s", ("Not Found", f"/preview/{TOKEN}/image/full.jpg"), None)
    assert LinkTokenFilter().filter(record)
    assert record.getMessage() == "Not Found: /preview/…"
