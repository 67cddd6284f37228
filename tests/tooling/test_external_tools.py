"""The external tools find errors in a bad page and none in a good one."""

import secrets
import socket
from urllib.parse import quote

import pytest

from tests import external_tools

GOOD = "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>A title</title><h1>Heading</h1><p>Text."


def build_data_url(html: str) -> str:
    return f"data:text/html;charset=utf-8,{quote(html)}"


def test_nu_checker_reports_missing_alt_text(nu_checker):
    assert nu_checker(GOOD) == []
    (error,) = nu_checker(GOOD.replace("<p>", "<p><img src=x.png>"))
    assert "alt" in error


def test_open_page_uses_the_given_settings(open_page):
    page = open_page(build_data_url(GOOD), width=320, colour_scheme="dark", media="print", language="fi")
    assert page.evaluate("[innerWidth, navigator.language]") == [320, "fi"]
    assert page.evaluate("['(prefers-color-scheme: dark)', 'print'].every(query => matchMedia(query).matches)")


def test_open_page_without_javascript(open_page):
    page = open_page(build_data_url(f"{GOOD}<script>document.title = 'changed'</script>"), javascript=False)
    assert page.title() == "A title"


def test_open_page_records_problems(open_page):
    policy = "<meta http-equiv=content-security-policy content=\"script-src 'none'\">"
    open_page(build_data_url(f"{GOOD}{policy}<script>1</script>"))
    assert "script-src" in open_page.problems.pop()
    open_page(build_data_url(f"{GOOD}<script>throw new Error('odd')</script>"))
    assert "odd" in open_page.problems.pop()
    page = open_page(build_data_url(f"{GOOD}<img alt='' src='http://127.0.0.1:9/pixel.png'>"))
    page.wait_for_load_state("networkidle")
    assert "request to another host: http://127.0.0.1:9/pixel.png" in open_page.problems
    open_page.problems.clear()


def test_queries_work_while_a_browser_is_open(open_page, db, django_user_model):
    open_page(build_data_url(GOOD))
    assert django_user_model.objects.count() == 0


def test_missing_or_old_tool_is_skipped(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(pytest.skip.Exception, match="not run: no-such-tool"):
        external_tools.find_tool("no-such-tool")
    (tmp_path / "teapot").write_text("#!/bin/sh\necho teapot 1.9.2 >&2\n")
    (tmp_path / "teapot").chmod(0o755)
    assert external_tools.find_tool("teapot", (1, 9)) == str(tmp_path / "teapot")
    with pytest.raises(pytest.skip.Exception, match=r"1\.9\.2 is too old: 1\.10 or newer"):
        external_tools.find_tool("teapot", (1, 10))


def test_no_port_is_found_twice(monkeypatch):
    """Two servers of one stack got the same port. A server may need seconds until it listens."""
    found = external_tools.find_free_port()
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_server(("127.0.0.1", 0)) as other:
        used, free = (listening.getsockname()[1] for listening in (server, other))
        other.close()
        chosen = iter([found, used, free])
        monkeypatch.setattr(secrets, "choice", lambda _numbers: next(chosen))
        assert external_tools.find_free_port() == free
