"""Addresses that somebody sends to find a fault, or that must not stand in a log."""

import datetime as dt
import io
import logging
import sys
import time

import pytest
from django.test import Client

from council.log_masks import LinkTokenFormatter, mask_link_tokens
from tests.admin_forms import create_client_with_role

TOKEN = "1.Zm9vYmFy"
SPELLINGS = (
    f"/preview/%20{TOKEN}/",
    f"/preview/%22{TOKEN}/",
    f"/preview/{TOKEN}/",
    f"/preview//{TOKEN}",
    f"/Preview/{TOKEN}/?a=b",
    f"/en/preview/{TOKEN}/",
    f"/preview;x/{TOKEN}/",
    f"/\uff0fpreview/{TOKEN}/",
)


@pytest.mark.parametrize("path", ["/admin/r/1/x/", "/admin/r/x/1/", "/admin/r/999/999/", "/admin/jsi18n/x/"])
@pytest.mark.django_db
def test_admin_knows_no_other_address(path: str) -> None:
    for client in (Client(), create_client_with_role("Administrators")):
        assert client.get(path, follow=True).status_code in (200, 404)


@pytest.mark.parametrize(
    "path",
    [
        "/en/files/x-20２６-0001-cod-x",
        "/en/files/x-20٢٦-0001-cod-x/",
        "/en/files/19９９-1234-ABC z",
        "/en/files/2016-０１３３",
        "/en/files/2016-0133-İab",
    ],
)
@pytest.mark.django_db
def test_digits_and_letters_of_other_scripts_name_no_file(client: Client, path: str) -> None:
    assert client.get(path, follow=True).status_code == 404


@pytest.mark.django_db
def test_no_message_names_a_preview_token(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    printed = io.StringIO()
    for handler in logging.getLogger().handlers:
        if type(handler) is logging.StreamHandler:
            monkeypatch.setattr(handler, "stream", printed)
    for path in SPELLINGS:
        page = client.get(path)
        assert page.status_code == 404
        assert TOKEN.partition(".")[2] not in page.content.decode().split("<main")[1].split("<nav")[0], path
    assert "Not Found: /preview/…" in printed.getvalue()
    assert TOKEN not in printed.getvalue()


@pytest.mark.parametrize(
    ("written", "logged"),
    [
        ("/preview/{}/image/full.jpg", "/preview/…"),
        ("https://desk.agenda.localhost/preview/{}/?language=en", "https://desk.agenda.localhost/preview/…"),
        ("/admin/set-password/{}/", "/admin/set-password/…"),
        ("/admin/x/..//set-password/{}/", "/admin/x/..//set-password/…"),
        ("/%70review/{}/", "/…"),
        ("/PR%45VIEW%2f{}", "/…"),
        ("/%2570review/{}/", "/…"),
        ("\\preview\\{}", "/…"),
        ("/admin/set%2Dpassword/{}/", "/…"),
        ("/admin/login/?next=%2Fpreview%2F{}%2F", "/…"),
        ("/%70review/{}?from=/preview/1", "/…"),
        ("/preview/ {}/", "/preview/…"),
        ('/preview/"{}', "/preview/…"),
        ("/preview/<{}>", "/preview/…"),
        ("/preview/x {}", "/preview/…"),
        ("/preview /{}", "/preview /…"),
        ("/preview/%20{}/", "/…"),
        ("/preview%20/{}", "/…"),
        ("/preview/%2520{}/", "/…"),
        ("/admin/set-password/MQ/ {}/", "/admin/set-password/…"),
        ("/preview?/{}/", "/preview?/…"),
        ("/preview#/{}/", "/preview#/…"),
        ("/preview,/{}/", "/preview,/…"),
        ("/preview.)/{}/", "/preview.)/…"),
    ],
)
def test_mask_hides_links_however_they_are_written(written: str, logged: str) -> None:
    """In a message, in its arguments and in a traceback, whoever logs it."""
    address = written.format(TOKEN)
    formatter = logging.getLogger().handlers[0].formatter
    assert isinstance(formatter, LinkTokenFormatter)
    for message, arguments in ((f"Read {address}", ()), ("Read %s", (address,)), ("Read %(it)s", ({"it": address},))):
        record = logging.LogRecord("a", 30, "", 0, message, arguments, None)
        record.request_id = "-"
        assert formatter.format(record).endswith(f"Read {logged}")
    try:
        raise ValueError(address)
    except ValueError:
        record = logging.LogRecord("a", 30, "", 0, "Broken", (), sys.exc_info())
    record.request_id = "-"
    entry = formatter.format(record)
    assert "Traceback" in entry
    assert TOKEN not in entry


@pytest.mark.parametrize("link", ["preview", "set-password"])
def test_mask_hides_links_after_any_sign_that_django_escapes(link: str) -> None:
    """After a no-break space or «, which somebody copies with a link, the log of the site had the whole token."""
    signs = [chr(code) for code in (*range(0x250), 0x2028, 0xFEFF, 0xFF0F, 0x1F600) if not chr(code).isalnum()]
    escaped = [f"/{sign}{link}/{TOKEN}/".encode("unicode_escape").decode() for sign in signs if sign not in "_-"]
    assert [address for address in escaped if TOKEN in mask_link_tokens(f"Not Found: {address}")] == []


def test_log_has_times_in_utc() -> None:
    """Those of Brussels come twice at the end of summer time, and nginx writes UTC."""
    formatter = logging.getLogger().handlers[0].formatter
    record = logging.LogRecord("a", 30, "", 0, "Read", (), None)
    record.request_id = "-"
    record.created, record.msecs = dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC).timestamp(), 0
    assert isinstance(formatter, LinkTokenFormatter)
    assert formatter.format(record).startswith("2026-10-25T00:30:00.000Z WARNING a")


def test_masking_takes_linear_time() -> None:
    """It took minutes in the process of readers, for an address that does not exist."""
    for line in (
        "/" + "preview;" * 1_000 + "'" * 20_000,
        "preview" + "; " * 10_000,
        "/preview" * 5_000,
        "preview;" * 5_000,
    ):
        before = time.process_time()
        mask_link_tokens(line)
        assert time.process_time() - before < 1


@pytest.mark.parametrize("word", ["50%", "/en/meetings/?q=100%25", "/preview/", "preview", "a\\b", "/change/preview/"])
def test_mask_leaves_other_words_alone(word: str) -> None:
    for text in (word, f'"{word}"', f"<{word}>\n{word}"):
        assert mask_link_tokens(text) == text


def test_mask_leaves_the_lines_of_a_traceback() -> None:
    line = '  File "/srv/agenda/preview/views.py", line 118, in preview_page'
    assert mask_link_tokens(f"{line}\n/preview/{TOKEN}") == f"{line}\n/preview/…"
