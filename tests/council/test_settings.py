"""Tests of the settings: with nothing set, the site only works on its own machine; elsewhere it must be configured."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, load_command_class
from django.db import connection

from council.startup_checks import refuse_too_many_threads, refuse_unconfigured_host
from tests.paths import ROOT

HOSTS = {
    "ALLOWED_HOSTS": "agenda.example.eu,desk.example.eu",
    "EDITORS_HOST": "desk.example.eu",
    "SITE_CONTACT": "agendas@example.eu",
}
SECRET = "a-long-secret-of-at-least-fifty-letters-and-some-digits-0123"
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


LOAD_SETTINGS = """
import json, os, runpy, sys
from django.core.exceptions import ImproperlyConfigured

def load(environment):
    os.environ.clear()
    os.environ.update(started_with, **environment)
    try:
        runpy.run_module("council.settings")
    except ImproperlyConfigured as error:
        return str(error)
    return ""

started_with = dict(os.environ)
print(json.dumps([load(environment) for environment in json.loads(sys.argv[1])]))
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


def load_settings(tmp_path: Path, *environments: dict[str, str]) -> list[str]:
    """Load the settings with each environment, as a process does when it starts.

    Return the errors that would stop it; empty texts where there are none.
    """
    result = run_python(tmp_path, "-c", LOAD_SETTINGS, json.dumps(environments))
    errors: list[str] = json.loads(result.stdout)
    return errors


class TestWithNothingSet:
    def test_site_works_with_a_local_secret(self, tmp_path: Path) -> None:
        assert load_settings(tmp_path, {}) == [""]
        secret = tmp_path / "secret-key"
        stored = secret.read_text()
        assert len(stored) > 50
        assert secret.stat().st_mode & 0o077 == 0
        assert load_settings(tmp_path, {}) == [""]
        assert secret.read_text() == stored

    @pytest.mark.parametrize("host", ["192.0.2.1", "::", "agenda.example.eu"])
    def test_other_machines_are_refused(self, host: str) -> None:
        with pytest.raises(ImproperlyConfigured, match="ALLOWED_HOSTS"):
            refuse_unconfigured_host(host)
        refuse_unconfigured_host("127.0.0.1")

    def test_more_threads_of_readers_than_connections_are_refused(self, settings: Any) -> None:
        """The service connection-limit would close what is too many, and readers would get errors now and then."""
        settings.SITE_ROLE, settings.READERS_CONNECTIONS = "public", 15
        refuse_too_many_threads({"GRANIAN_WORKERS": "2", "GRANIAN_BLOCKING_THREADS": "4"})
        with pytest.raises(ImproperlyConfigured, match="Set it to 23 for all services"):
            refuse_too_many_threads({"GRANIAN_WORKERS": "4", "GRANIAN_BLOCKING_THREADS": "4"})

    def test_runserver_refuses_other_machines(self) -> None:
        command: Any = load_command_class("council", "runserver")
        command.addr = "192.0.2.1"
        with pytest.raises(CommandError, match="ALLOWED_HOSTS") as refusal:
            command.inner_run()
        assert refusal.value.returncode == 2

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


class TestMails:
    SERVER = {"EMAIL_HOST": "mail.example.eu"}
    SENDER = {"DEFAULT_FROM_EMAIL": "Council agendas <agendas@example.eu>"}

    def test_settings_that_cannot_work_are_named(self, tmp_path: Path) -> None:
        configured = {"SECRET_KEY": SECRET, "DATABASE_URL": "sqlite://:memory:", **self.SERVER, **self.SENDER}
        errors = load_settings(
            tmp_path,
            self.SERVER,
            {"DEFAULT_FROM_EMAIL": "agendas"},
            {"DEFAULT_FROM_EMAIL": "a@example.eu\nBcc: b@example.eu"},
            {"SITE_URL": "agenda.example.eu"},
            {"SITE_URL": "https://agenda.example.eu/path"},
            {"EMAIL_USE_TLS": "1", "EMAIL_USE_SSL": "1"},
        )
        names = ("DEFAULT_FROM_EMAIL", "DEFAULT_FROM_EMAIL", "DEFAULT_FROM_EMAIL", "SITE_URL", "SITE_URL", "TLS")
        for named, error in zip(names, errors, strict=True):
            assert named in error
        complete = [self.SERVER | self.SENDER, configured | HOSTS]
        assert load_settings(tmp_path, *complete) == ["", ""]

    @pytest.mark.parametrize(
        ("environment", "backend"),
        [
            ({}, "console"),
            (SERVER | SENDER, "smtp"),
            (HOSTS | {"SECRET_KEY": SECRET, "DATABASE_URL": "sqlite://:memory:"}, "dummy"),
            (SERVER | SENDER | {"SITE_ROLE": "public"}, "dummy"),
        ],
    )
    def test_only_an_editors_process_sends(self, tmp_path: Path, environment: dict[str, str], backend: str) -> None:
        script = "from council import settings; print(settings.EMAIL_BACKEND, settings.EMAIL_HOST_PASSWORD)"
        done = run_python(tmp_path, "-c", script, EMAIL_HOST_PASSWORD="password", **environment)
        sent_by, *password = done.stdout.split()
        assert f".{backend}." in sent_by
        assert password == ([] if environment.get("SITE_ROLE") == "public" else ["password"])


class TestElsewhere:
    def test_missing_setting_is_named(self, tmp_path: Path) -> None:
        elsewhere = {"ALLOWED_HOSTS": "agenda.example.eu"}
        secret, database = {"SECRET_KEY": SECRET}, {"DATABASE_URL": "sqlite://:memory:"}
        errors = load_settings(
            tmp_path,
            elsewhere,
            elsewhere | secret,
            elsewhere | secret | {"EDITORS_HOST": "desk.example.eu"},
            elsewhere | secret | database | HOSTS | {"SITE_CONTACT": ""},
            elsewhere | database | {"SITE_ROLE": "public"},
            elsewhere | secret | database | HOSTS | {"DEBUG": "1"},
            elsewhere | {"DEBUG": "perhaps"},
            elsewhere | secret | database | HOSTS,
        )
        names = ("SECRET_KEY", "EDITORS_HOST", "DATABASE_URL", *("SITE_CONTACT",) * 2, "DEBUG", "DEBUG", "")
        for named, error in zip(names, errors, strict=True):
            assert named in error
        assert errors[-1] == ""

    def test_editors_have_a_host_of_their_own(self, tmp_path: Path) -> None:
        configured = {"SECRET_KEY": SECRET, "DATABASE_URL": "sqlite://:memory:"} | HOSTS
        errors = load_settings(
            tmp_path,
            configured | {"EDITORS_HOST": "other.example.eu"},
            configured | {"ALLOWED_HOSTS": "desk.example.eu"},
            configured | {"ALLOWED_HOSTS": ".example.eu"},
        )
        for named, error in zip(("does not contain", "the only host", ""), errors, strict=True):
            assert named in error
        cookies = ", ".join(f"s.{name}_COOKIE_NAME" for name in ("SESSION", "CSRF", "MESSAGE", "DEVICE"))
        script = f"from council import settings as s; print({cookies}, s.SITE_URL)"
        printed = run_python(tmp_path, "-c", script, **configured).stdout.split()
        names = ["__Host-sessionid", "__Host-csrftoken", "__Host-messages", "__Host-device"]
        assert printed == [*names, "https://desk.example.eu"]

    @pytest.mark.parametrize("secret", ["x", "x" * 60, "0123456789" * 4])
    def test_secret_that_can_be_guessed_is_refused(self, tmp_path: Path, secret: str) -> None:
        [error] = load_settings(tmp_path, {"SECRET_KEY": secret})
        assert "SECRET_KEY can be guessed" in error
        assert len(secret) == 1 or secret not in error
        [error] = load_settings(tmp_path, {"SECRET_KEY": SECRET, "SECRET_KEY_FALLBACKS": f"{SECRET},{secret}"})
        assert "SECRET_KEY_FALLBACKS can be guessed" in error

    def test_process_does_not_start_without_settings_and_names_all_of_them(self, tmp_path: Path) -> None:
        result = run_manage(tmp_path, "check", ALLOWED_HOSTS="agenda.example.eu")
        [message] = result.stderr.splitlines()  # no traceback
        assert result.returncode == 2
        assert "set SECRET_KEY, EDITORS_HOST, DATABASE_URL, SITE_CONTACT too" in message


@pytest.mark.postgresql
@pytest.mark.django_db
def test_postgresql_does_not_compile_queries() -> None:
    """Compiling the queries of the home page took seconds, but running them a tenth of a second."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)
