"""Tests of the settings: with nothing set, the site only works on its own machine; elsewhere it must be configured."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from council.startup_checks import refuse_unconfigured_host
from tests.paths import ROOT

START_GRANIAN = """
import json, os, runpy, sys
from django.core.exceptions import ImproperlyConfigured

def is_refused(options, host):
    sys.argv, os.environ["GRANIAN_HOST"] = ["granian", *options], host
    try:
        runpy.run_module("council.wsgi")
    except ImproperlyConfigured as error:
        return "ALLOWED_HOSTS" in str(error)
    return False

print(json.dumps([is_refused(*start) for start in json.loads(sys.argv[1])]))
"""


def run_python(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=inherited | {"VAR_DIR": str(tmp_path)} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def run_manage(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run_python(tmp_path, "manage.py", *arguments, **environment)


def load_settings(tmp_path: Path, **environment: str) -> str:
    """Load the settings, as any process does when it starts. Return the error that stops it, or an empty text."""
    result = run_python(tmp_path, "-c", "import council.settings", **environment)
    assert bool(result.returncode) == bool(result.stderr)
    return result.stderr.splitlines()[-1] if result.stderr else ""


class TestWithNothingSet:
    def test_commands_work_with_a_local_secret(self, tmp_path: Path) -> None:
        assert run_manage(tmp_path, "check").returncode == 0
        secret = tmp_path / "secret-key"
        stored = secret.read_text()
        assert len(stored) > 50
        assert secret.stat().st_mode & 0o077 == 0
        assert load_settings(tmp_path) == ""
        assert secret.read_text() == stored

    @pytest.mark.parametrize("host", ["192.0.2.1", "::", "agenda.example.eu"])
    def test_other_machines_are_refused(self, host: str) -> None:
        with pytest.raises(ImproperlyConfigured, match="ALLOWED_HOSTS"):
            refuse_unconfigured_host(host)
        refuse_unconfigured_host("127.0.0.1")

    def test_runserver_refuses_other_machines(self, tmp_path: Path) -> None:
        result = run_manage(tmp_path, "runserver", "--noreload", "0.0.0.0:0")
        assert result.returncode == 2
        assert "ALLOWED_HOSTS" in result.stderr
        assert "Traceback" not in result.stderr

    def test_granian_refuses_other_machines(self, tmp_path: Path) -> None:
        refused = [
            (["--host", "192.0.2.1"], ""),
            (["--host=192.0.2.1"], ""),
            (["--host", "::"], "127.0.0.1"),
            ([], "::"),
        ]
        served = [(["--host", "127.0.0.1"], "::"), ([], "127.0.0.1")]
        result = run_python(tmp_path, "-c", START_GRANIAN, json.dumps([*refused, *served]))
        assert json.loads(result.stdout) == [True] * len(refused) + [False] * len(served)


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
        assert named in load_settings(tmp_path, ALLOWED_HOSTS="agenda.example.eu", **environment)

    def test_process_does_not_start_without_a_setting(self, tmp_path: Path) -> None:
        result = run_manage(tmp_path, "check", ALLOWED_HOSTS="agenda.example.eu")
        assert result.returncode != 0
        assert "SECRET_KEY" in result.stderr.splitlines()[-1]

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
