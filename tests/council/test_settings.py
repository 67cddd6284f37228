"""Tests of the settings: with nothing set, the site only works on its own machine; elsewhere it must be configured."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


def run_manage(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", *arguments],
        env=inherited | {"VAR_DIR": str(tmp_path)} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


class TestWithNothingSet:
    def test_commands_work_with_a_local_secret(self, tmp_path: Path) -> None:
        assert run_manage(tmp_path, "check").returncode == 0
        secret = tmp_path / "secret-key"
        stored = secret.read_text()
        assert len(stored) > 50
        assert secret.stat().st_mode & 0o077 == 0
        assert run_manage(tmp_path, "check").returncode == 0
        assert secret.read_text() == stored

    @pytest.mark.parametrize("host", ["0.0.0.0:0", "192.0.2.1:8000"])
    def test_runserver_refuses_other_machines(self, tmp_path: Path, host: str) -> None:
        result = run_manage(tmp_path, "runserver", "--noreload", host)
        assert result.returncode == 2
        assert "ALLOWED_HOSTS" in result.stderr
        assert "Traceback" not in result.stderr

    @pytest.mark.parametrize("host", ["'--host', '0.0.0.0'", "'--host=0.0.0.0'", "'--host', '::'", ""])
    def test_granian_refuses_other_machines(self, tmp_path: Path, host: str) -> None:
        start = f"import sys; sys.argv = ['granian', {host}]; import council.wsgi"
        environment = os.environ | {"VAR_DIR": str(tmp_path), "GRANIAN_HOST": "127.0.0.1" if host else "::"}
        result = subprocess.run(
            [sys.executable, "-c", start], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert result.returncode == 1
        assert "ImproperlyConfigured" in result.stderr


class TestElsewhere:
    @pytest.mark.parametrize(
        ("environment", "named"),
        [
            ({}, "SECRET_KEY"),
            ({"SECRET_KEY": "x" * 50}, "DATABASE_URL"),
            ({"SECRET_KEY": "x" * 50, "DATABASE_URL": "sqlite://:memory:", "DEBUG": "1"}, "DEBUG"),
            ({"DEBUG": "perhaps"}, "DEBUG"),
        ],
    )
    def test_missing_setting_is_named(self, tmp_path: Path, environment: dict[str, str], named: str) -> None:
        result = run_manage(tmp_path, "check", ALLOWED_HOSTS="agenda.example.eu", **environment)
        assert result.returncode != 0
        assert named in result.stderr.splitlines()[-1]

    def test_configured_site_passes_the_deployment_check(self, tmp_path: Path) -> None:
        result = run_manage(
            tmp_path,
            *("check", "--deploy", "--fail-level", "WARNING"),
            ALLOWED_HOSTS="agenda.example.eu",
            SECRET_KEY="a-long-secret-of-at-least-fifty-letters-and-some-digits-0123",
            DATABASE_URL="sqlite://:memory:",
        )
        assert result.returncode == 0, result.stderr


@pytest.mark.postgresql
@pytest.mark.django_db
def test_postgresql_does_not_compile_queries() -> None:
    """Compiling the queries of the home page took seconds, but running them a tenth of a second."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)
